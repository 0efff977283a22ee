package dev.nivel.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeModel;
import java.lang.classfile.MethodBuilder;
import java.lang.classfile.MethodElement;
import java.lang.classfile.MethodModel;
import java.lang.constant.ConstantDescs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The library's meters with what counts and measures a read made empty: a Nivel without metrics,
 * which is no setting, to compare with. Stateless.
 */
final class SilentMeters {
  private static final Map<String, Set<String>> EMPTIED = Map.of(
      "dev/nivel/Meters", Set.of("countRead"),
      "dev/nivel/LevelMeter", Set.of("hit", "miss", "error", "load", "latency"));

  private SilentMeters() {}

  /** Writes the classes into a directory that is to stand first on a class path. */
  static void write(Path directory) {
    EMPTIED.forEach((name, methods) -> {
      Path file = directory.resolve(name + ".class");
      try {
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        Files.write(file, emptied(name, methods));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    });
  }

  private static byte[] emptied(String name, Set<String> methods) throws IOException {
    byte[] original;
    try (InputStream in = SilentMeters.class.getResourceAsStream("/" + name + ".class")) {
      original = Objects.requireNonNull(in, name).readAllBytes();
    }
    ClassFile classFile = ClassFile.of();
    return classFile.transformClass(classFile.parse(original), ClassTransform.transformingMethods(
        method -> isEmptied(method, methods), SilentMeters::empty));
  }

  private static void empty(MethodBuilder builder, MethodElement element) {
    if (element instanceof CodeModel) {
      builder.withCode(CodeBuilder::return_);
    } else {
      builder.with(element);
    }
  }

  private static boolean isEmptied(MethodModel method, Set<String> methods) {
    return methods.contains(method.methodName().stringValue())
        && method.methodTypeSymbol().returnType().equals(ConstantDescs.CD_void);
  }
}
