package dev.nivel.faults.proxy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** Every disturbance, before a server that sends back what it receives. */
class FaultProxyTest {
  private static final int SILENCE_MILLIS = 200;

  private final EchoServer server = new EchoServer();
  private final FaultProxy proxy = FaultProxy.before(server.port());
  private Socket client;

  @BeforeEach
  void connect() throws IOException {
    client = open();
  }

  @AfterEach
  void close() throws IOException {
    client.close();
    proxy.close();
    server.close();
  }

  private Socket open() throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), proxy.port());
  }

  private void send(String text) throws IOException {
    client.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  private String receive(int bytes) throws IOException {
    return new String(client.getInputStream().readNBytes(bytes), StandardCharsets.US_ASCII);
  }

  private String echo(String text) throws IOException {
    send(text);
    return receive(text.length());
  }

  @Test
  void letsBytesPass() throws IOException {
    assertThat(echo("hello")).isEqualTo("hello");
    assertThat(proxy.connections()).isEqualTo(1);
  }

  @Test
  void cutsWhatIsOpenAndRefusesWhatIsNew() throws IOException {
    echo("hello");
    proxy.cut();
    assertThatThrownBy(() -> echo("again")).isInstanceOf(SocketException.class);
    client = open();
    assertThatThrownBy(() -> {
      echo("again");
      echo("again");
    }).isInstanceOf(SocketException.class);
    proxy.heal();
    client = open();
    assertThat(echo("healed")).isEqualTo("healed");
  }

  @Test
  void refusesWhatIsNewAndLetsTheRestPass() throws IOException {
    echo("hello");
    proxy.refuse();
    assertThat(echo("goes on")).isEqualTo("goes on");
  }

  @Test
  void losesTheBytesOfOneDirectionAndResetsTheConnectionAfterHealing() throws IOException {
    echo("hello");
    proxy.cutOneWay(Direction.TO_CLIENT);
    send("lost");
    client.setSoTimeout(SILENCE_MILLIS);
    assertThatThrownBy(() -> receive(1)).isInstanceOf(SocketTimeoutException.class);
    proxy.heal();
    send("late");
    client.setSoTimeout(0);
    assertThatThrownBy(() -> receive(1)).isInstanceOf(SocketException.class);
  }

  /** A commit whose answer is lost, and the next one too. */
  @Test
  void letsTheOtherDirectionPassAsLongAsOneIsCut() throws IOException {
    echo("hello");
    proxy.cutOneWay(Direction.TO_CLIENT);
    send("first");
    await().until(() -> server.received().equals("hellofirst"));
    send("second");
    await().until(() -> server.received().equals("hellofirstsecond"));
  }

  @Test
  void losesTheReplyToAWriteThatTheServerHasTakenIn() throws IOException {
    proxy.loseReplies("/rpc/rest_write_", 1);
    String read = "POST /rpc/rest_read_all HTTP/1.1\r\n";
    assertThat(echo(read)).isEqualTo(read);
    send("POST /rpc/rest_write_fields HTTP/1.1\r\n");
    assertThatThrownBy(() -> receive(1)).isInstanceOf(SocketException.class);
    assertThat(server.received()).endsWith("POST /rpc/rest_write_fields HTTP/1.1\r\n");
    assertThat(proxy.lostReplies()).isEqualTo(1);
    client = open();
    String again = "POST /rpc/rest_write_fields HTTP/1.1\r\n";
    assertThat(echo(again)).isEqualTo(again);
  }

  @Test
  void losesNoReplyThatTheServerHasGivenBefore() throws IOException {
    String write = "POST /rpc/rest_write_fields HTTP/1.1\r\n";
    echo(write);
    proxy.loseReplies("/rpc/rest_write_", 1);
    String read = "GET /rpc/rest_read_all HTTP/1.1\r\n";
    assertThat(echo(read) + echo("a body")).isEqualTo(read + "a body");
    send(write);
    assertThatThrownBy(() -> receive(1)).isInstanceOf(SocketException.class);
  }

  @Test
  void delaysBytes() throws IOException {
    echo("hello");
    proxy.delay(Duration.ofMillis(100));
    long start = System.nanoTime();
    assertThat(echo("late")).isEqualTo("late");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(150));
  }

  @Test
  void throttlesBytes() throws IOException {
    echo("hello");
    proxy.throttle(10_000);
    long start = System.nanoTime();
    assertThat(echo("x".repeat(2_000))).hasSize(2_000);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(100));
  }

  @Test
  void resetsAConnectionAfterSoManyBytes() throws IOException {
    proxy.resetAfter(Direction.TO_SERVER, 7);
    assertThat(echo("hello")).isEqualTo("hello");
    send("more");
    assertThatThrownBy(() -> receive(4)).isInstanceOf(SocketException.class);
    client = open();
    assertThat(echo("once only")).isEqualTo("once only");
  }

  @Test
  void endsAConnectionAmidAMessage() throws IOException {
    proxy.truncateAfter(Direction.TO_CLIENT, 3);
    send("hello");
    assertThat(receive(5)).isEqualTo("hel");
  }

  @Test
  void turnsOneBit() throws IOException {
    proxy.flipAfter(Direction.TO_CLIENT, 6);
    assertThat(echo("hello")).isEqualTo("hello");
    assertThat(echo("abc")).isEqualTo("acc");
    assertThat(echo("abc")).isEqualTo("abc");
  }

  @Test
  void swapsRepliesThatHoldValuesAndNoOthers() throws IOException {
    try (FaultProxy redis = FaultProxy.beforeRedis(server.port())) {
      client = new Socket(InetAddress.getLoopbackAddress(), redis.port());
      redis.swapReplies();
      String first = value('a');
      String second = value('b');
      String sent = first + "+OK\r\n" + ":1\r\n" + second;
      assertThat(echo(sent)).isEqualTo(second + "+OK\r\n" + ":1\r\n" + first);
      redis.heal();
      assertThat(echo(sent)).isEqualTo(sent);
      assertThat(redis.swaps()).isEqualTo(1);
    }
  }

  @Test
  void turnsABitOfEachValue() throws IOException {
    try (FaultProxy redis = FaultProxy.beforeRedis(server.port())) {
      client = new Socket(InetAddress.getLoopbackAddress(), redis.port());
      AtomicLong flips = redis.flipValues();
      String changed = echo(value('a') + ":1\r\n");
      assertThat(changed).contains("`").hasSize((value('a') + ":1\r\n").length());
      assertThat(flips).hasValue(1);
    }
  }

  private static String value(char filling) {
    return "*2\r\n$1\r\nh\r\n$150\r\n" + String.valueOf(filling).repeat(150) + "\r\n";
  }
}
