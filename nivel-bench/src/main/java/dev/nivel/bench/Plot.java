package dev.nivel.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Curves over a size, both axes logarithmic, as an SVG of a few kilobytes, since it is committed.
 *
 * @param name in the file's name
 * @param title above it
 * @param sizes what the horizontal axis counts
 * @param unit what the vertical axis counts
 * @param curves at least one
 */
record Plot(String name, String title, String sizes, String unit, List<Curve> curves) {
  private static final int WIDTH = 820;
  private static final int HEIGHT = 420;
  private static final int LEFT = 70;
  private static final int RIGHT = 320;
  private static final int TOP = 40;
  private static final int BOTTOM = 50;
  private static final int LEGEND_LINE = 18;
  private static final List<String> COLOURS = List.of("#1f77b4", "#d62728", "#2ca02c", "#9467bd",
      "#ff7f0e", "#8c564b", "#17becf", "#e377c2", "#7f7f7f");

  /**
   * A curve.
   *
   * @param name in the legend
   * @param x sizes, greater than 0
   * @param y one for each size, greater than 0
   */
  record Curve(String name, List<Double> x, List<Double> y) {}

  /** An axis over whole decades, on which a number has a place. */
  private record Axis(double from, double to, double start, double end) {
    static Axis over(List<Double> numbers, double start, double end) {
      double from = Math.floor(Math.log10(numbers.stream().min(Double::compare).orElseThrow()));
      double to = Math.ceil(Math.log10(numbers.stream().max(Double::compare).orElseThrow()));
      return new Axis(from, Math.max(to, from + 1), start, end);
    }

    double place(double number) {
      return start + (end - start) * (Math.log10(number) - from) / (to - from);
    }

    List<Double> decades() {
      return IntStream.rangeClosed((int) from, (int) to)
          .mapToObj(exponent -> Math.pow(10, exponent))
          .toList();
    }
  }

  /** Writes it as SVG. */
  void save(Path file) throws IOException {
    Axis x = Axis.over(curves.stream().flatMap(curve -> curve.x.stream()).toList(), LEFT,
        WIDTH - RIGHT);
    Axis y = Axis.over(curves.stream().flatMap(curve -> curve.y.stream()).toList(),
        HEIGHT - BOTTOM, TOP);
    String drawn = String.join("\n", grid(x, y), IntStream.range(0, curves.size())
        .mapToObj(i -> draw(i, x, y))
        .collect(Collectors.joining("\n")));
    Files.writeString(file, """
        <svg xmlns="http://www.w3.org/2000/svg" width="%1$d" height="%2$d" viewBox="0 0 %1$d %2$d" \
        font-family="sans-serif" font-size="12">
        <rect width="100%%" height="100%%" fill="white"/>
        <text x="%3$d" y="22" font-size="15">%4$s</text>
        %5$s
        </svg>
        """.formatted(WIDTH, HEIGHT, LEFT, escape(title), drawn));
  }

  private String grid(Axis x, Axis y) {
    StringBuilder grid = new StringBuilder();
    for (double decade : x.decades()) {
      grid.append(String.format(Locale.ROOT,
          "<path d=\"M%1$.1f %2$d V%3$d\" stroke=\"#ddd\"/><text x=\"%1$.1f\""
              + " y=\"%4$d\" text-anchor=\"middle\">%5$,.0f</text>%n",
          x.place(decade), TOP,
          HEIGHT - BOTTOM, HEIGHT - BOTTOM + 16, decade));
    }
    for (double decade : y.decades()) {
      grid.append(String.format(Locale.ROOT,
          "<path d=\"M%1$d %2$.1f H%3$d\" stroke=\"#ddd\"/><text x=\"%4$d\""
              + " y=\"%5$.1f\" text-anchor=\"end\">%6$s</text>%n",
          LEFT, y.place(decade),
          WIDTH - RIGHT, LEFT - 6, y.place(decade) + 4, number(decade)));
    }
    return grid + String.format(Locale.ROOT,
        "<text x=\"%d\" y=\"%d\">%s</text>%n<text transform=\"translate(14 %d)"
            + " rotate(-90)\">%s</text>",
        LEFT, HEIGHT - 12, escape(sizes), HEIGHT - BOTTOM,
        escape(unit));
  }

  /** The curve, and its line of the legend. */
  private String draw(int index, Axis x, Axis y) {
    Curve curve = curves.get(index);
    String colour = COLOURS.get(index % COLOURS.size());
    String dashes = index < COLOURS.size() ? "" : " stroke-dasharray=\"5 3\"";
    String points = IntStream.range(0, curve.x.size())
        .mapToObj(i -> String.format(Locale.ROOT, "%.1f,%.1f", x.place(curve.x.get(i)),
            y.place(curve.y.get(i))))
        .collect(Collectors.joining(" "));
    int legend = TOP + 6 + index * LEGEND_LINE;
    return String.format(Locale.ROOT,
        "<g fill=\"none\" stroke=\"%1$s\" stroke-width=\"1.6\"%2$s><polyline"
            + " points=\"%3$s\"/><path d=\"M%4$d %5$d h22\"/></g><text x=\"%6$d\" y=\"%7$d\">%8$s"
            + "</text>",
        colour, dashes, points, WIDTH - RIGHT + 16, legend, WIDTH - RIGHT + 44,
        legend + 4, escape(curve.name));
  }

  private static String number(double decade) {
    return decade >= 1 ? String.format(Locale.ROOT, "%,.0f", decade) : Double.toString(decade);
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;");
  }
}
