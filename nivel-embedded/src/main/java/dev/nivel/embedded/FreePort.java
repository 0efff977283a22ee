package dev.nivel.embedded;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntPredicate;

/**
 * Chooses ports for servers.
 *
 * <p>Not those that the kernel would give: it gives the same ones to outgoing connections, and
 * while a server is down such a connection (even a client's own attempt to reach it) could take
 * its port, so that the server could not come back.
 */
final class FreePort {
  private static final int PORT_MIN = 10_000;
  private static final int PORT_END = 65_536;
  private static final int BUS_OFFSET = 10_000;
  private static final int PORTS_MIN = BUS_OFFSET + 1_000;
  private static final int ATTEMPTS_MAX = 100;

  private FreePort() {}

  /** A port on which nobody listened a moment ago. */
  static int choose() {
    return choose(end(outgoingPorts()), FreePort::isFree);
  }

  /** The same for a node of a Redis Cluster, which talks to the others 10,000 ports higher. */
  static int chooseWithBus() {
    return choose(end(outgoingPorts()) - BUS_OFFSET,
        port -> isFree(port) && isFree(port + BUS_OFFSET));
  }

  private static int choose(int end, IntPredicate isFit) {
    for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      int port = ThreadLocalRandom.current().nextInt(PORT_MIN, end);
      if (isFit.test(port)) {
        return port;
      }
    }
    throw new EmbeddedServerException("no free port from " + PORT_MIN + " to " + (end - 1)
        + " in " + ATTEMPTS_MAX + " attempts");
  }

  /** Where the ports to choose from end, given the kernel's range for outgoing connections. */
  static int end(String outgoingPorts) {
    String lowest = outgoingPorts.strip().split("\\s+", 2)[0];
    int end = lowest.isEmpty() ? PORT_END : Integer.parseInt(lowest);
    return end < PORT_MIN + PORTS_MIN ? PORT_END : end;
  }

  /** By a reader with a buffer: the kernel gives such a file's content to one large read only. */
  private static String outgoingPorts() {
    Path range = Path.of("/proc/sys/net/ipv4/ip_local_port_range");
    try (BufferedReader reader = Files.newBufferedReader(range)) {
      return Objects.requireNonNullElse(reader.readLine(), "");
    } catch (IOException e) {
      return ""; // a container may hide it
    }
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }
}
