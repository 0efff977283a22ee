package dev.nivel;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;

/**
 * A certificate for 127.0.0.1 that nobody vouches for but itself.
 *
 * @param certificate in PEM form
 * @param key in PEM form
 */
public record SelfSignedCertificate(Path certificate, Path key) {
  private static final String PASSWORD = "changeit";

  /** Makes one with the JDK's own keytool. */
  public static SelfSignedCertificate in(Path directory) throws Exception {
    Path store = directory.resolve("store.p12");
    int code = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool")
        .toString(), "-genkeypair", "-alias", "server", "-keyalg", "RSA", "-keysize", "2048",
        "-dname", "CN=server", "-ext", "san=ip:127.0.0.1", "-validity", "2", "-storetype", "PKCS12",
        "-keystore", store.toString(), "-storepass", PASSWORD)
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve("keytool.log").toFile())
        .start()
        .waitFor();
    if (code != 0) {
      throw new IOException("keytool ended with " + code);
    }
    return extract(directory, store);
  }

  private static SelfSignedCertificate extract(Path directory, Path store)
      throws IOException, GeneralSecurityException {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    return new SelfSignedCertificate(
        pem(directory.resolve("server.crt"), "CERTIFICATE",
            keys.getCertificate("server").getEncoded()),
        pem(directory.resolve("server.key"), "PRIVATE KEY",
            keys.getKey("server", PASSWORD.toCharArray()).getEncoded()));
  }

  private static Path pem(Path file, String kind, byte[] content) throws IOException {
    String text = Base64.getMimeEncoder(64, new byte[]{'\n'}).encodeToString(content);
    return Files.writeString(file,
        "-----BEGIN " + kind + "-----\n" + text + "\n-----END " + kind + "-----\n");
  }
}
