package dev.nivel.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class EmbeddedRedisIT {
  private EmbeddedDirectory directory;

  @BeforeEach
  void open(@TempDir Path path) {
    directory = EmbeddedDirectory.open(path, Shared.BINARIES);
  }

  @AfterEach
  void close() {
    directory.close();
  }

  @Nested
  class WhenItRuns {
    @Test
    void answersOnTheAddressOfItsUrl() throws IOException {
      try (EmbeddedRedis redis = start(RedisSettings.defaults())) {
        assertThat(redis.url()).isEqualTo("redis://127.0.0.1:" + redis.port());
        assertThat(ask(redis, "PING")).isEqualTo("+PONG");
        assertThat(redis.isRunning()).isTrue();
      }
    }

    @Test
    void isDurableUnlessToldOtherwise() throws IOException {
      try (EmbeddedRedis redis = start(RedisSettings.defaults());
          EmbeddedRedis volatileOne = start(RedisSettings.defaults()
              .withName("volatile")
              .withLines("appendonly no", "maxmemory-policy allkeys-lru"))) {
        assertThat(configured(redis, "appendonly")).isEqualTo("yes");
        assertThat(configured(redis, "appendfsync")).isEqualTo("everysec");
        assertThat(configured(redis, "save")).isEmpty();
        assertThat(configured(redis, "maxmemory-policy")).isEqualTo("noeviction");
        assertThat(configured(redis, "bind")).isEqualTo("127.0.0.1");
        assertThat(configured(volatileOne, "appendonly")).isEqualTo("no");
        assertThat(configured(volatileOne, "maxmemory-policy")).isEqualTo("allkeys-lru");
      }
    }

    @Test
    void refusesToStartASecondTimeOnItsFiles() {
      try (EmbeddedRedis redis = start(RedisSettings.defaults())) {
        assertThatExceptionOfType(EmbeddedServerException.class)
            .isThrownBy(() -> start(RedisSettings.defaults()))
            .withMessageContaining("already runs")
            .withMessageContaining("pid " + redis.pid());
      }
    }

    @Test
    void refusesToRestartOrToDeleteItsFiles() {
      try (EmbeddedRedis redis = start(RedisSettings.defaults())) {
        assertThatIllegalStateException().isThrownBy(redis::restart);
        assertThatIllegalStateException().isThrownBy(redis::deleteFiles);
      }
    }

    @Test
    void standsBesideOthersInTheSameDirectory() throws IOException {
      try (EmbeddedRedis one = start(RedisSettings.defaults().withName("one"));
          EmbeddedRedis two = start(RedisSettings.defaults().withName("two"))) {
        ask(one, "SET", "key", "1");
        ask(two, "SET", "key", "2");
        one.kill();
        one.restart();
        assertThat(ask(one, "GET", "key")).isEqualTo("$1");
        assertThat(ask(two, "GET", "key")).isEqualTo("$2");
      }
    }
  }

  @Nested
  class WhenItHasAPassword {
    private static final String PASSWORD = "p@ss word/\"\\";

    @Test
    void refusesWhoeverDoesNotKnowIt() throws IOException {
      try (EmbeddedRedis redis = start(RedisSettings.defaults().withPassword(PASSWORD));
          RedisWire wire = new RedisWire(redis.port())) {
        assertThat(wire.ask("PING")).startsWith("-NOAUTH");
        assertThat(wire.ask("AUTH", "wrong")).startsWith("-WRONGPASS");
        assertThat(wire.ask("AUTH", PASSWORD)).isEqualTo("+OK");
        assertThat(wire.ask("PING")).isEqualTo("+PONG");
      }
    }

    @Test
    void encodesItInTheUrl() {
      try (EmbeddedRedis redis = start(RedisSettings.defaults().withPassword(PASSWORD))) {
        assertThat(redis.url())
            .isEqualTo("redis://:p%40ss%20word%2F%22%5C@127.0.0.1:" + redis.port());
      }
    }

    @Test
    void showsItOnlyToItsOwner() throws IOException {
      try (EmbeddedRedis redis = start(RedisSettings.defaults().withPassword("hush"))) {
        assertThat(CommandLine.of(redis.pid()).arguments()).noneMatch(it -> it.contains("hush"));
        Path file = directory.path().resolve("redis").resolve("redis.conf");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
            .isEqualTo("rw-------");
      }
    }

    @Test
    void knowsFurtherUsers() throws IOException {
      RedisSettings settings = RedisSettings.defaults()
          .withLines("user alice on >secret ~* +@all", "user default off");
      try (EmbeddedRedis redis = start(settings); RedisWire wire = new RedisWire(redis.port())) {
        assertThat(wire.ask("PING")).startsWith("-NOAUTH");
        assertThat(wire.ask("AUTH", "alice", "secret")).isEqualTo("+OK");
      }
    }
  }

  @Nested
  class WhenItEnds {
    @Test
    void comesBackOnTheSamePortWithWhatItHadAcknowledgedWhenItWasKilled() throws IOException {
      try (EmbeddedRedis redis = start(RedisSettings.defaults())) {
        int port = redis.port();
        long pid = redis.pid();
        assertThat(ask(redis, "SET", "key", "value")).isEqualTo("+OK");
        redis.kill();
        assertThat(redis.isRunning()).isFalse();
        redis.restart();
        assertThat(redis.port()).isEqualTo(port);
        assertThat(redis.pid()).isNotEqualTo(pid);
        assertThat(ask(redis, "GET", "key")).isEqualTo("$value");
      }
    }

    @Test
    void comesBackWithItsDataAfterItWasClosed() throws IOException {
      try (EmbeddedRedis redis = start(RedisSettings.defaults())) {
        ask(redis, "SET", "key", "value");
        redis.stop();
        redis.restart();
        assertThat(ask(redis, "GET", "key")).isEqualTo("$value");
      }
    }

    @Test
    void comesBackEmptyWhenItsFilesWereDeleted() throws IOException {
      try (EmbeddedRedis redis = start(RedisSettings.defaults())) {
        ask(redis, "SET", "key", "value");
        redis.kill();
        redis.deleteFiles();
        redis.restart();
        assertThat(ask(redis, "DBSIZE")).isEqualTo(":0");
      }
    }

    @Test
    void mayBeEndedAgainAndCannotBeFrozen() {
      EmbeddedRedis redis = start(RedisSettings.defaults());
      redis.stop();
      redis.close();
      redis.kill();
      assertThatIllegalStateException().isThrownBy(redis::freeze);
      assertThatIllegalStateException().isThrownBy(redis::thaw);
    }

    @Test
    void endsWithItsDirectoryAndDoesNotComeBack() {
      EmbeddedRedis redis = start(RedisSettings.defaults());
      directory.close();
      assertThat(redis.isRunning()).isFalse();
      assertThatExceptionOfType(EmbeddedServerException.class).isThrownBy(redis::restart)
          .withMessageContaining("closed");
    }
  }

  @Nested
  class WhenItIsFrozen {
    @Test
    void answersOnlyAfterItThaws() throws IOException {
      try (EmbeddedRedis redis = start(RedisSettings.defaults());
          RedisWire wire = new RedisWire(redis.port())) {
        redis.freeze();
        wire.send("PING");
        wire.waitAtMost(Duration.ofMillis(100));
        assertThatThrownBy(wire::answer).isInstanceOf(SocketTimeoutException.class);
        redis.thaw();
        wire.waitAtMost(Duration.ofMinutes(2));
        assertThat(wire.answer()).isEqualTo("+PONG");
      }
    }

    @Test
    void canBeClosed() throws IOException {
      try (EmbeddedRedis redis = start(RedisSettings.defaults())) {
        redis.freeze();
        redis.stop();
        assertThat(redis.isRunning()).isFalse();
        assertThat(log()).contains("ready to exit, bye bye");
      }
    }

    @Test
    void canBeKilled() {
      try (EmbeddedRedis redis = start(RedisSettings.defaults())) {
        redis.freeze();
        redis.kill();
        assertThat(redis.isRunning()).isFalse();
      }
    }
  }

  @Nested
  class WhenItCannotStart {
    @Test
    void quotesItsLogButNoSecret() {
      assertThatExceptionOfType(EmbeddedServerException.class)
          .isThrownBy(() -> start(RedisSettings.defaults().withLines("users alice >hush")))
          .withMessageContaining("Bad directive")
          .withMessageContaining("exit code 1")
          .withMessageContaining(directory.path().resolve("redis/server.log").toString())
          .withMessageNotContaining("hush");
    }

    @Test
    void saysThatItsPortIsTaken() throws IOException {
      try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        assertThatExceptionOfType(EmbeddedServerException.class)
            .isThrownBy(() -> start(RedisSettings.defaults().withPort(taken.getLocalPort())))
            .withMessageContaining("port " + taken.getLocalPort())
            .withMessageContaining("Address already in use");
      }
    }

    @Test
    void triesAnotherPortWhenTheChosenOneWasTakenMeanwhile(@TempDir Path path)
        throws IOException {
      try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
          EmbeddedDirectory crowded = EmbeddedDirectory.open(path, Shared.BINARIES,
              Wrappers.available(),
              firstThenFree(taken.getLocalPort()));
          EmbeddedRedis redis = EmbeddedRedis.start(crowded, RedisSettings.defaults())) {
        assertThat(redis.port()).isNotEqualTo(taken.getLocalPort());
        assertThat(ask(redis, "PING")).isEqualTo("+PONG");
      }
    }

    private static IntSupplier firstThenFree(int first) {
      boolean[] isFirst = {true};
      return () -> {
        int port = isFirst[0] ? first : FreePort.choose();
        isFirst[0] = false;
        return port;
      };
    }
  }

  private EmbeddedRedis start(RedisSettings settings) {
    return EmbeddedRedis.start(directory, settings);
  }

  private String log() throws IOException {
    return Files.readString(directory.path().resolve("redis").resolve("server.log"));
  }

  private static String ask(EmbeddedRedis redis, String... command) throws IOException {
    try (RedisWire wire = new RedisWire(redis.port())) {
      return wire.ask(command);
    }
  }

  private static String configured(EmbeddedRedis redis, String name) throws IOException {
    return ask(redis, "CONFIG", "GET", name).substring(("*2$" + name + "$").length());
  }
}
