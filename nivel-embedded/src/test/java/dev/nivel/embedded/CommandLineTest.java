package dev.nivel.embedded;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

class CommandLineTest {
  @Test
  void knowsRedisByItsConfigurationFile() {
    CommandLine line = parse("/bin/redis-9/redis-server /d/cache/redis.conf");
    assertThat(line.home()).contains("/d/cache");
    assertThat(line.cleanEnd()).isEqualTo(Signal.TERM);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/bin/postgres -D /d/postgres/files -c port=1",
      "/bin/initdb -D /d/postgres/files.part --username=postgres"})
  void knowsPostgresByItsFiles(String text) {
    CommandLine line = parse(text);
    assertThat(line.home()).contains("/d/postgres");
    assertThat(line.cleanEnd()).isEqualTo(Signal.INT);
  }

  @ParameterizedTest
  @ValueSource(strings = {
      "setsid setpriv --pdeathsig TERM -- /bin/redis-server /d/redis/redis.conf",
      "unshare -U -- setsid /bin/redis-server /d/redis/redis.conf"})
  void knowsAServerWhileAWrapperPreparesIt(String text) {
    assertThat(parse(text).home()).contains("/d/redis");
  }

  @ParameterizedTest
  @ValueSource(strings = {"vi /d/redis/redis.conf", "grep -r redis-server /d/redis/redis.conf",
      "/bin/redis-server 127.0.0.1:6379", "postgres: checkpointer ", "setsid",
      "/usr/bin/postgres -D /var/lib/postgresql"})
  void takesNothingElseForAServer(String text) {
    assertThat(parse(text).home()).isEmpty();
  }

  @Test
  void takesAnEndedProcessForNoServer() {
    assertThat(CommandLine.parse(new byte[0]).home()).isEmpty();
  }

  private static CommandLine parse(String text) {
    return CommandLine.parse((text.replace(' ', '\0') + "\0").getBytes(UTF_8));
  }
}
