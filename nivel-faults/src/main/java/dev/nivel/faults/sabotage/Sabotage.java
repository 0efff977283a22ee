package dev.nivel.faults.sabotage;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A planted bug: one line of the sources that is changed.
 *
 * @param file below the root of the sources
 * @param line as it stands, without its indentation; it occurs once
 * @param becomes what takes its place
 * @param breaks which promise, and how
 * @param foundBy {@code tests CLASS} of nivel-library, or {@code runs OPTIONS}: the cheapest
 */
public record Sabotage(String name, String file, String line, String becomes, String breaks,
    String foundBy) {
  private static final String RESOURCE = "sabotages.txt";

  /** All of them. */
  public static List<Sabotage> all() {
    return Arrays.stream(text().split("\n\n"))
        .filter(paragraph -> paragraph.startsWith("name: "))
        .map(Sabotage::parse)
        .toList();
  }

  /**
   * The one of this name.
   *
   * @throws IllegalArgumentException if there is none
   */
  static Sabotage named(String name) {
    return all().stream()
        .filter(sabotage -> sabotage.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no bug is called " + name));
  }

  private static String text() {
    try (InputStream in = Objects
        .requireNonNull(Sabotage.class.getResourceAsStream(RESOURCE), RESOURCE)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Sabotage parse(String paragraph) {
    Map<String, String> members = new HashMap<>();
    for (String line : paragraph.lines().toList()) {
      int colon = line.indexOf(": ");
      members.put(line.substring(0, colon), line.substring(colon + 2));
    }
    return new Sabotage(member(members, "name"), member(members, "file"),
        member(members, "line"), member(members, "becomes"), member(members, "breaks"),
        member(members, "found by"));
  }

  private static String member(Map<String, String> members, String name) {
    return Objects.requireNonNull(members.get(name), name);
  }

  /**
   * The text of the file with the bug.
   *
   * @throws IllegalStateException if the line does not occur exactly once
   */
  public String applyTo(String text) {
    List<String> lines = text.lines().toList();
    long found = lines.stream().filter(this::isMeant).count();
    if (found != 1) {
      throw new IllegalStateException(
          name + ": the line occurs " + found + " times in " + file + ": " + line);
    }
    StringBuilder changed = new StringBuilder();
    for (String each : lines) {
      changed.append(isMeant(each) ? each.replace(line, becomes) : each).append('\n');
    }
    return changed.toString();
  }

  private boolean isMeant(String each) {
    return each.strip().equals(line);
  }
}
