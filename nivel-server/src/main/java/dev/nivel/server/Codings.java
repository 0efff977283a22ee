package dev.nivel.server;

import java.util.Locale;

/**
 * Which content coding a caller takes (RFC 9110, 12.5.3). There is one to offer: {@code deflate},
 * the zlib format in which Redis keeps values.
 */
final class Codings {
  private static final String DEFLATE = "deflate";
  private static final String IDENTITY = "identity";
  private static final String ANY = "*";

  private Codings() {}

  /**
   * Whether an answer may be deflated: Accept-Encoding names it, or {@code *}, with a weight above
   * 0 and not below that of {@code identity}, if that is named. What is not as it should be counts
   * for nothing.
   *
   * @param acceptEncoding the header; may be empty
   */
  static boolean isDeflateTaken(String acceptEncoding) {
    double deflate = weight(acceptEncoding, DEFLATE);
    double taken = deflate < 0 ? weight(acceptEncoding, ANY) : deflate;
    return taken > 0 && taken >= weight(acceptEncoding, IDENTITY);
  }

  /** The weight of a coding; negative if it is not named. */
  private static double weight(String acceptEncoding, String coding) {
    for (String element : acceptEncoding.split(",", -1)) {
      String[] parts = element.split(";", -1);
      if (parts[0].strip().equalsIgnoreCase(coding)) {
        return parts.length == 1 ? 1 : weight(parts);
      }
    }
    return -1;
  }

  private static double weight(String[] parts) {
    String weight = parts[1].strip().toLowerCase(Locale.ROOT);
    boolean isOne = parts.length == 2
        && weight.matches("q=(0(\\.[0-9]{0,3})?|1(\\.0{0,3})?)");
    return isOne ? Double.parseDouble(weight.substring("q=".length())) : 0;
  }
}
