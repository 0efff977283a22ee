package dev.nivel.bench;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeModel;
import java.lang.classfile.Instruction;
import java.lang.classfile.MethodModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class SilentMetersTest {
  private static ClassModel model(Path directory, String name) throws IOException {
    return ClassFile.of().parse(Files.readAllBytes(directory.resolve("dev/nivel/" + name)));
  }

  private static long instructions(ClassModel model, String method) {
    List<MethodModel> found = model.methods()
        .stream()
        .filter(each -> each.methodName().equalsString(method))
        .toList();
    assertThat(found).as(method).hasSize(1);
    CodeModel code = found.get(0).code().orElseThrow();
    return code.elementStream().filter(Instruction.class::isInstance).count();
  }

  @Test
  void countNothingAndAreOtherwiseTheLibrarys(@TempDir Path directory) throws IOException {
    SilentMeters.write(directory);
    ClassModel level = model(directory, "LevelMeter.class");
    for (String method : List.of("hit", "miss", "error", "load", "latency")) {
      assertThat(instructions(level, method)).as(method).isEqualTo(1);
    }
    assertThat(instructions(level, "counts")).isGreaterThan(10);
    ClassModel meters = model(directory, "Meters.class");
    assertThat(instructions(meters, "countRead")).isEqualTo(1);
    assertThat(instructions(meters, "reads")).isGreaterThan(10);
  }
}
