package dev.nivel.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;

/**
 * Conversations to measure with: those of a file, one a line as {@code nivel import} takes them, or
 * made-up ones.
 *
 * @param source what they are
 * @param items of each conversation its items, as they stand in the file
 */
record Calls(String source, List<List<byte[]>> items) {
  /** The variable of the environment that names the file. */
  private static final String VARIABLE = "NIVEL_BENCH_CONVERSATIONS";
  private static final String ITEMS = "\"items\": [";
  private static final int SYNTHETIC = 700;

  /** Those of the file that the environment names, or made-up ones. */
  static Calls toMeasureWith(long seed) {
    String file = System.getenv().getOrDefault(VARIABLE, "");
    return file.isEmpty() ? synthetic(seed) : read(Path.of(file));
  }

  private static Calls synthetic(long seed) {
    List<List<byte[]>> all = new ArrayList<>();
    for (int i = 0; i < SYNTHETIC; i++) {
      List<byte[]> items = new ArrayList<>();
      for (int turn = 0; turn < 4; turn += 2) {
        SyntheticCall.of(seed, 2 * i + turn / 2).turns().forEach(value -> items.add(value.bytes()));
      }
      all.add(items);
    }
    return new Calls("made-up calls, seed " + seed, all);
  }

  private static Calls read(Path file) {
    List<List<byte[]>> all = new ArrayList<>();
    try (InputStream bytes = Files.newInputStream(file);
        InputStream text = file.toString().endsWith(".gz") ? new GZIPInputStream(bytes) : bytes;
        BufferedReader lines = new BufferedReader(
            new InputStreamReader(text, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        all.add(items(line));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Calls(String.valueOf(file.getFileName()), all);
  }

  /** The elements of the array of items: each ends where all of its brackets are closed. */
  private static List<byte[]> items(String line) {
    List<byte[]> items = new ArrayList<>();
    int start = line.indexOf(ITEMS) + ITEMS.length();
    int depth = 0;
    boolean isText = false;
    for (int i = start; i < line.length() && depth >= 0; i++) {
      char next = line.charAt(i);
      if (next == '"') {
        isText = !isText;
      } else if (isText) {
        i += next == '\\' ? 1 : 0;
      } else if (next == '{' || next == '[') {
        start = depth++ == 0 ? i : start;
      } else if ((next == '}' || next == ']') && --depth == 0) {
        items.add(line.substring(start, i + 1).getBytes(StandardCharsets.UTF_8));
      }
    }
    return items;
  }

  /** The first half of the conversations, or the second one. */
  List<List<byte[]>> half(boolean isFirst) {
    int middle = items.size() / 2;
    return isFirst ? items.subList(0, middle) : items.subList(middle, items.size());
  }
}
