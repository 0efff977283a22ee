package dev.nivel.bench;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What Nivel's server is compared with, in a process of its own: the same version of Vert.x with
 * the least of handlers. A GET is answered with a constant, a POST with a receipt once its body is
 * there. On a second port answers are compressed on the fly.
 */
final class BareServer {
  private static final Buffer RECEIPT = Buffer.buffer("""
      {"conversation_id":"bench-0000000000","items":[{"id":"445628708468739"}],\
      "durability":["redis","journal"]}""");

  private BareServer() {}

  /** Arguments: port, port of the compressing one, file of the constant. */
  public static void main(String[] arguments) throws IOException {
    Buffer constant = Buffer.buffer(Files.readAllBytes(Path.of(arguments[2])));
    Vertx vertx = Vertx.vertx(new VertxOptions()
        .setEventLoopPoolSize(Runtime.getRuntime().availableProcessors()));
    listen(vertx, Integer.parseInt(arguments[0]), false, constant);
    listen(vertx, Integer.parseInt(arguments[1]), true, constant);
  }

  private static void listen(Vertx vertx, int port, boolean isCompressing, Buffer constant) {
    vertx.createHttpServer(new HttpServerOptions().setHost("127.0.0.1")
        .setPort(port)
        .setTcpNoDelay(true)
        .setCompressionSupported(isCompressing))
        .requestHandler(request -> answer(request, constant))
        .listen()
        .toCompletionStage()
        .toCompletableFuture()
        .join();
  }

  private static void answer(HttpServerRequest request, Buffer constant) {
    if (request.method().name().equals("POST")) {
      request.body()
          .onSuccess(body -> request.response()
              .setStatusCode(201)
              .putHeader("Content-Type", "application/json")
              .end(RECEIPT));
    } else {
      request.response().putHeader("Content-Type", "application/json").end(constant);
    }
  }
}
