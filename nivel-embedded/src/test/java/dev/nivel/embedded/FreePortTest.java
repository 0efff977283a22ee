package dev.nivel.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Scanner;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class FreePortTest {
  @Test
  void staysBelowThePortsOfOutgoingConnections() {
    assertThat(FreePort.end("32768\t60999\n")).isEqualTo(32_768);
  }

  @Test
  void takesAllPortsWhenTheKernelLeavesNoRoom() {
    assertThat(FreePort.end("1024 65535")).isEqualTo(65_536);
    assertThat(FreePort.end("")).isEqualTo(65_536);
  }

  @Test
  void readsThePortsOfOutgoingConnections() throws IOException {
    Path range = Path.of("/proc/sys/net/ipv4/ip_local_port_range");
    try (Scanner scanner = new Scanner(range, StandardCharsets.US_ASCII)) {
      int end = FreePort.end(scanner.nextLine());
      assertThat(IntStream.range(0, 50).map(i -> FreePort.choose())).allMatch(port -> port < end);
    }
  }

  @Test
  void leavesRoomForTheBusOfAClusterAboveIt() throws IOException {
    int port = FreePort.chooseWithBus();
    try (ServerSocket bus = new ServerSocket(port + 10_000, 1, InetAddress.getLoopbackAddress())) {
      assertThat(bus.isBound()).isTrue();
    }
  }

  @Test
  void choosesOneThatCanBeBound() throws IOException {
    int port = FreePort.choose();
    assertThat(port).isBetween(10_000, 65_535);
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      assertThat(socket.getLocalPort()).isEqualTo(port);
    }
  }
}
