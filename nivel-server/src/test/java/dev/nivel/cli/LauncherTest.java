package dev.nivel.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/** The script {@code nivel}, with a JDK that only says how it was called. */
class LauncherTest {
  private static final Path SCRIPT = Path.of("..", "nivel").toAbsolutePath();
  private static final Instant BUILT = Instant.parse("2026-01-01T00:00:00Z");

  @TempDir private Path root;

  private Path archive;

  @BeforeEach
  void makeTree() throws IOException {
    executable(root.resolve("nivel"), Files.readString(SCRIPT));
    executable(root.resolve("jdk/bin/java"), "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
    Files.writeString(root.resolve("jdk/release"), "JAVA_VERSION=\"25.0.1\"\n");
    file("pom.xml", BUILT.minusSeconds(10));
    Files.createDirectories(root.resolve("nivel-library"));
    Files.createDirectories(root.resolve("nivel-embedded"));
    file("nivel-server/target/nivel-server.jar", BUILT);
    archive = root.resolve("nivel-server/target/serve.jsa");
  }

  @Test
  void theArchiveOfOlderJarsGivesWayToANewOne() throws IOException, InterruptedException {
    file("nivel-server/target/serve.jsa", BUILT.minusSeconds(1));

    assertThat(serve()).contains("-XX:+AutoCreateSharedArchive",
        "-XX:+ExitOnOutOfMemoryError", "serve");

    assertThat(archive).doesNotExist();
  }

  @Test
  void theArchiveOfTheseJarsStays() throws IOException, InterruptedException {
    file("nivel-server/target/serve.jsa", BUILT.plusSeconds(1));

    assertThat(serve()).contains("-XX:SharedArchiveFile=" + archive.toRealPath());

    assertThat(archive).exists();
  }

  private String serve() throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(root.resolve("nivel").toString(), "serve")
        .redirectErrorStream(true);
    builder.environment().put("JAVA_HOME", root.resolve("jdk").toString());
    builder.environment().remove("NIVEL_JAVA_OPTIONS");
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }

  private void file(String name, Instant modified) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "");
    Files.setLastModifiedTime(file, FileTime.from(modified));
  }

  private static void executable(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }
}
