package dev.nivel.embedded;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a server has written to its log since it was started.
 *
 * @param path the log, which also holds what earlier starts wrote
 * @param startBytes where this start begins in it
 */
record ServerLog(Path path, long startBytes) {
  private static final long BYTES_MAX = 1 << 20;
  private static final int EXCERPT_LINES_MAX = 12;

  /** Goes on with the log of a server; a large one is put aside as {@code server.log.1}. */
  static ServerLog continueIn(Path home) throws IOException {
    Path path = home.resolve("server.log");
    if (Files.exists(path) && Files.size(path) > BYTES_MAX) {
      Files.move(path, home.resolve("server.log.1"), StandardCopyOption.REPLACE_EXISTING);
    }
    FileTree.createPrivateFile(path);
    return new ServerLog(path, Files.size(path));
  }

  boolean says(String words) {
    return text().contains(words);
  }

  /** The last lines, without what a server quotes of its configuration: passwords are there. */
  String excerpt() {
    List<String> lines = text().lines()
        .filter(line -> !line.isBlank())
        .map(ServerLog::withoutQuotes)
        .toList();
    return lines.stream()
        .skip(Math.max(0, lines.size() - EXCERPT_LINES_MAX))
        .collect(Collectors.joining("\n  ", "\n  ", ""));
  }

  /** Of a quoted line of configuration the first word stays, which names the directive. */
  static String withoutQuotes(String line) {
    return line.replaceFirst("^>>> '(\\S*).*", ">>> '$1 ...'")
        .replaceFirst("^([^>].*?)'.*'", "$1'...'");
  }

  private String text() {
    try (FileChannel channel = FileChannel.open(path)) {
      long size = Math.max(0, channel.size() - startBytes);
      ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(BYTES_MAX, size));
      channel.read(bytes, startBytes);
      return new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new EmbeddedServerException("could not read " + path, e);
    }
  }
}
