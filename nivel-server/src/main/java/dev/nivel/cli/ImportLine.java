package dev.nivel.cli;

import dev.nivel.json.MalformedJsonException;
import dev.nivel.json.RawJson;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** Imports one line of a file: a conversation. */
final class ImportLine {
  private static final int ITEMS_A_REQUEST = 1_000;
  private static final int CHARACTERS_A_REQUEST = 512 * 1_024;
  private static final int ATTEMPTS_MAX = 5;
  private static final long PAUSE_NANOS = 500_000_000;

  private final Remote remote;
  private final ImportProgress progress;
  private volatile boolean isHopeless;

  ImportLine(Remote remote, ImportProgress progress) {
    this.remote = remote;
    this.progress = progress;
  }

  /** Whether the server can't be reached, so that further lines would fail as well. */
  boolean isHopeless() {
    return isHopeless;
  }

  /** Imports a line; what goes wrong is told to the progress. */
  void run(long number, String line) {
    if (line.isBlank()) {
      return;
    }
    try {
      importConversation(line);
    } catch (MalformedJsonException | Refused e) {
      progress.failed("line " + number + ": " + e.getMessage());
    } catch (CommandFailure e) {
      isHopeless = true;
      progress.failed("line " + number + ": " + e.getMessage());
    } catch (RuntimeException e) { // the edge of the thread
      isHopeless = true;
      progress.failed("line " + number + " failed in a way that nobody foresaw: " + e);
    }
  }

  /** A line can't be imported; others may fare better. */
  private static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1;

    Refused(String why) {
      super(why, null, false, false);
    }
  }

  private void importConversation(String line) {
    Map<String, String> members = RawJson.members(line);
    String id = RawJson.string(members.getOrDefault("conversation_id", "null"));
    Map<String, String> entries = RawJson.members(members.getOrDefault("entries", "{}"));
    List<String> items = RawJson.elements(members.getOrDefault("items", "[]"));
    if (entries.isEmpty() && items.isEmpty()) {
      throw new Refused("it has neither entries nor items");
    }
    entries.forEach((name, json) -> send("PUT",
        Remote.path("cache", "conversations", id, "entries", name), json));
    for (List<String> part : parts(items)) {
      send("POST", Remote.path("cache", "conversations", id, "items"),
          "[" + String.join(",", part) + "]");
    }
    progress.imported(entries.size(), items.size(), line.length());
  }

  private static List<List<String>> parts(List<String> items) {
    List<List<String>> parts = new ArrayList<>();
    List<String> part = new ArrayList<>();
    int characters = 0;
    for (String item : items) {
      boolean isFull = part.size() == ITEMS_A_REQUEST
          || characters + item.length() > CHARACTERS_A_REQUEST;
      if (isFull && !part.isEmpty()) {
        parts.add(part);
        part = new ArrayList<>();
        characters = 0;
      }
      part.add(item);
      characters += item.length();
    }
    if (!part.isEmpty()) {
      parts.add(part);
    }
    return parts;
  }

  /** Sends; tries again what the server could not take for the moment and certainly did not. */
  private void send(String method, String path, String json) {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    for (int attempt = 1;; attempt++) {
      Remote.Reply reply = method.equals("PUT") ? remote.put(path, "application/json", body)
          : remote.post(path, "application/json", body);
      if (reply.isSuccess()) {
        return;
      }
      boolean mayBeRepeated = reply.status() == 503 && (method.equals("PUT")
          || !reply.json().path("outcome").asString("").equals("unknown"));
      if (!mayBeRepeated || attempt == ATTEMPTS_MAX) {
        throw new Refused(reply.problem() + " (" + reply.status() + ")");
      }
      LockSupport.parkNanos(PAUSE_NANOS * attempt);
    }
  }
}
