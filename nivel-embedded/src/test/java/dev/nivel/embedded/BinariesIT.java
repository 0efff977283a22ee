package dev.nivel.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class BinariesIT {
  @Test
  void areUnpackedOnceForManyAtATime(@TempDir Path path) throws IOException {
    List<CompletableFuture<Path>> programs = IntStream.range(0, 4)
        .mapToObj(i -> CompletableFuture.supplyAsync(() -> initdb(path)))
        .toList();
    assertThat(programs.stream().map(CompletableFuture::join).distinct()).singleElement()
        .satisfies(program -> assertThat(program).isExecutable());
    assertThat(names(path)).hasSize(2).contains("lock");
  }

  @Test
  void replaceWhatAKilledProcessLeftHalfUnpacked(@TempDir Path path) throws IOException {
    Path server = new Binaries(path).redisServer();
    Path target = server.resolveSibling("");
    FileTree.delete(target);
    Files.createDirectories(path.resolve(target.getFileName() + ".part").resolve("old"));
    assertThat(new Binaries(path).redisServer()).isEqualTo(server).isExecutable();
    assertThat(names(path)).containsExactlyInAnyOrder("lock", target.getFileName().toString());
  }

  private static Path initdb(Path path) {
    try {
      return new Binaries(path).postgres("initdb");
    } catch (IOException e) {
      throw new EmbeddedServerException("could not unpack", e);
    }
  }

  private static List<String> names(Path path) throws IOException {
    try (Stream<Path> files = Files.list(path)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}
