package dev.nivel.faults.cluster;

import dev.nivel.embedded.EmbeddedDirectory;
import dev.nivel.embedded.EmbeddedRedis;
import dev.nivel.embedded.RedisSettings;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** One Redis, and an older copy of its files. For use by one thread, but for its server. */
public final class SingleRedis implements RedisDeployment {
  private final EmbeddedRedis server;
  private final RedisFiles files;

  private SingleRedis(EmbeddedRedis server, RedisFiles files) {
    this.server = server;
    this.files = files;
  }

  static SingleRedis start(EmbeddedDirectory stores, Path older) {
    // Only processes die here, never the machine: what the kernel has is safe without fsync.
    EmbeddedRedis server = EmbeddedRedis.start(stores,
        RedisSettings.defaults().withLines("appendfsync no"));
    return new SingleRedis(server,
        new RedisFiles(stores.path().resolve("redis").resolve("files"), older));
  }

  /** The server. */
  public EmbeddedRedis server() {
    return server;
  }

  @Override
  public String url() {
    return server.url();
  }

  /** Keeps what Redis has stored so far. */
  public void keepFiles() {
    files.keep();
  }

  /** Kills Redis, which will find what {@link #keepFiles} kept when it is started. */
  public void restoreFiles() {
    server.kill();
    server.deleteFiles();
    files.putBack();
  }

  /** Lets Redis forget everything while it runs. */
  public void flush() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      OutputStream out = socket.getOutputStream();
      out.write("FLUSHALL\r\n".getBytes(StandardCharsets.US_ASCII));
      socket.getInputStream().read();
    } catch (IOException e) { // it is out at this moment, and forgets nothing
      return;
    }
  }

  @Override
  public void heal() {
    if (server.isRunning()) {
      server.thaw();
    } else {
      server.restart();
    }
  }
}
