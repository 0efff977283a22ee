package dev.nivel.server;

import dev.nivel.Conversation;
import dev.nivel.Level;
import dev.nivel.Mode;
import dev.nivel.WriteOptions;
import dev.nivel.store.Entry;
import dev.nivel.store.Stamp;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Entity tags (RFC 9110, 8.8.3 and 13.1) and Cache-Status (RFC 9211). The tag of an entry is its
 * stamp.
 */
final class Tags {
  private static final Pattern TAG = Pattern.compile("\\s*(W/)?\"([^\"]*)\"\\s*(,|$)");

  private static final List<Boolean> BOTH = List.of(false, true);
  /** Put together beforehand, since every read has one. */
  private static final Map<Found, String> CACHE_STATUSES = Found.all()
      .collect(Collectors.toUnmodifiableMap(found -> found, Found::words));

  private Tags() {}

  /** The tag of a stamp. */
  static String of(Stamp stamp) {
    return "\"" + stamp + "\"";
  }

  /** What If-Match and If-None-Match of a write mean for it. */
  static WriteOptions condition(Request request, WriteOptions options, Conversation conversation,
      String name) {
    Optional<String> match = request.header("If-Match");
    Optional<String> noneMatch = request.header("If-None-Match");
    if (match.isPresent() && noneMatch.isPresent()) {
      throw Problem.malformed("If-Match and If-None-Match exclude each other");
    }
    if (noneMatch.isPresent()) {
      if (!noneMatch.get().strip().equals("*") || request.method().equals("DELETE")) {
        throw Problem.malformed("If-None-Match of a write takes only *, and only on PUT");
      }
      return options.ifAbsent();
    }
    return match.isEmpty() ? options
        : options.ifStamp(expected(match.get(), conversation, name));
  }

  private static Stamp expected(String header, Conversation conversation, String name) {
    boolean isAny = header.strip().equals("*");
    List<String> tags = isAny ? List.of() : parse(header, false);
    if (tags.size() == 1) {
      return stamp(tags.get(0));
    }
    Entry present = conversation.get(name)
        .orElseThrow(() -> new Problem(412, "there is no such entry"));
    if (!isAny && !tags.contains(present.stamp().toString())) {
      throw new Problem(412, "the entry has version " + present.stamp());
    }
    return present.stamp();
  }

  private static Stamp stamp(String tag) {
    try {
      return Stamp.parse(tag);
    } catch (IllegalArgumentException e) { // a tag that no entry ever has
      throw new Problem(412, "no entry has the version \"" + tag + "\"");
    }
  }

  /** Whether If-None-Match of a read names this stamp. */
  static boolean isNamedBy(Request request, Stamp stamp) {
    return request.header("If-None-Match")
        .map(
            header -> header.strip().equals("*") || parse(header, true).contains(stamp.toString()))
        .orElse(false);
  }

  private static List<String> parse(String header, boolean areWeakTaken) {
    List<String> tags = new ArrayList<>();
    Matcher matcher = TAG.matcher(header);
    int end = 0;
    while (matcher.find() && matcher.start() == end) {
      end = matcher.end();
      if (areWeakTaken || matcher.group(1) == null) {
        tags.add(matcher.group(2));
      }
    }
    if (end != header.length() || header.isBlank()) {
      throw Problem.malformed("an entity tag has the form \"<stamp>\", with its quotes");
    }
    return tags.isEmpty() ? List.of("") : tags;
  }

  /** The header Cache-Status: what was found, where, and by which of the unusual ways. */
  static String cacheStatus(boolean isHit, Answered answered, Mode mode) {
    return Objects.requireNonNull(CACHE_STATUSES.get(new Found(isHit, answered, mode)));
  }

  private record Found(boolean isHit, Answered answered, Mode mode) {
    static Stream<Found> all() {
      return Stream.of(Mode.values())
          .flatMap(mode -> Stream.of(Level.values())
              .flatMap(level -> BOTH.stream().map(isStale -> new Answered(level, isStale)))
              .flatMap(answered -> BOTH.stream().map(isHit -> new Found(isHit, answered, mode))));
    }

    String words() {
      String way = switch (mode) {
        case NORMAL, BUFFERING -> "";
        case BYPASS, RECOVERING -> ",bypass";
        case ISOLATED -> ",isolated";
      };
      return "nivel; " + (isHit ? "hit" : "fwd=miss") + "; detail=\"" + answered.level()
          + (answered.isStale() ? ",stale" : "") + way + "\"";
    }
  }

  /** Which level answered, and whether newer versions may exist. */
  record Answered(Level level, boolean isStale) {}
}
