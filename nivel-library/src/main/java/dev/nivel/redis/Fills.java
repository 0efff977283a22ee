package dev.nivel.redis;

import dev.nivel.redis.RedisLink.Request;
import dev.nivel.store.Contents;
import io.lettuce.core.SetArgs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Fills conversations from L3: each with a right of its own, a token, and all that are asked for
 * together in one round trip.
 */
final class Fills {
  private static final Duration TOKEN_TTL = Duration.ofSeconds(5);
  private static final String TOKEN = "L2 fill token";
  private static final byte[] NO = RedisKeys.ascii("0");
  private static final byte[] YES = RedisKeys.ascii("1");

  private final RedisLink link;
  private final ScriptRunner scripts;
  private final Envelope envelope;
  private final List<byte[]> bounds;

  /**
   * Fills up to bounds.
   *
   * @param bounds how many items, and how many bytes of them, as scripts take them
   */
  Fills(RedisLink link, ScriptRunner scripts, Envelope envelope, List<byte[]> bounds) {
    this.link = link;
    this.scripts = scripts;
    this.envelope = envelope;
    this.bounds = bounds;
  }

  /**
   * Tokens by conversation, but for those of which somebody else has the right. All have the same
   * one, for chance takes its time: it need not be known but by who asks here.
   */
  Map<String, String> begin(Collection<String> conversations) {
    return tokens(ask(conversations));
  }

  /** Questions for the rights, by conversation, under one token. */
  record Asked(String token, Map<String, Request<@Nullable String>> requests) {}

  /** Asks for tokens; {@link #tokens} gets them. */
  Asked ask(Collection<String> conversations) {
    String token = UUID.randomUUID().toString();
    Map<String, Request<@Nullable String>> requests = new LinkedHashMap<>();
    for (String conversation : conversations) {
      requests.put(conversation, send(conversation, token, SetArgs.Builder.nx()));
    }
    return new Asked(token, requests);
  }

  /** The tokens that were asked for, as {@link #begin} has them. */
  Map<String, String> tokens(Asked asked) {
    Map<String, String> tokens = new HashMap<>();
    asked.requests().forEach((conversation, request) -> {
      if (link.awaitNext(TOKEN, request) != null) {
        tokens.put(conversation, asked.token());
      }
    });
    return tokens;
  }

  /** A token, whoever has the right. */
  String take(String conversation) {
    String token = UUID.randomUUID().toString();
    Request<@Nullable String> request = send(conversation, token, new SetArgs());
    link.<@Nullable String>await(TOKEN, request);
    return token;
  }

  private Request<@Nullable String> send(String conversation, String token, SetArgs how) {
    int bucket = RedisKeys.bucket(conversation);
    byte[] key = RedisKeys.fillToken(bucket, RedisKeys.encode(conversation));
    return link.<@Nullable String>send(bucket,
        home -> home.commands().set(key, RedisKeys.ascii(token), how.px(TOKEN_TTL)));
  }

  /** Gives rights back. */
  void end(Map<String, String> tokens) {
    List<ScriptRunner.Call> calls = new ArrayList<>();
    tokens.forEach((conversation, token) -> calls
        .add(scripts.send(Script.RELEASE, conversation, List.of(RedisKeys.ascii(token)))));
    calls.forEach(scripts::await);
  }

  /**
   * Fills those whose tokens are still good; returns how many.
   *
   * @param tokens of all conversations that are to be filled
   */
  int fill(Map<String, Contents> all, Map<String, String> tokens) {
    List<ScriptRunner.Call> calls = new ArrayList<>();
    tokens.forEach((conversation, token) -> {
      @Nullable Contents contents = all.get(conversation);
      if (contents != null) {
        calls.add(scripts.send(Script.FILL, conversation,
            arguments(conversation, contents, token)));
      }
    });
    int filled = 0;
    for (ScriptRunner.Call call : calls) {
      filled += isFilled(scripts.await(call)) ? 1 : 0;
    }
    return filled;
  }

  private static boolean isFilled(ScriptReply reply) {
    return switch (reply.status()) {
      case "FILLED" -> true;
      case "LEFT" -> false;
      default -> throw reply.misshapen();
    };
  }

  private List<byte[]> arguments(String conversation, Contents contents, String token) {
    List<byte[]> arguments = new ArrayList<>();
    arguments.add(RedisKeys.ascii(token));
    arguments.add(contents.isComplete() ? YES : NO);
    arguments.add(RedisKeys.ascii(contents.itemsFrom().toString()));
    arguments.add(RedisKeys.ascii(contents.erased().toString()));
    arguments.addAll(bounds);
    envelope.add(arguments, conversation, contents.fields());
    return arguments;
  }
}
