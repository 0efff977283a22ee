package dev.nivel.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;

/**
 * Curves over a size, both axes logarithmic.
 *
 * @param name in the file's name
 * @param title above it
 * @param sizes what the horizontal axis counts
 * @param unit what the vertical axis counts
 * @param curves at least one
 */
record Plot(String name, String title, String sizes, String unit, List<Curve> curves) {
  private static final int WIDTH = 720;
  private static final int HEIGHT = 400;

  /**
   * A curve.
   *
   * @param name in the legend
   * @param x sizes, greater than 0
   * @param y one for each size, greater than 0
   */
  record Curve(String name, List<Double> x, List<Double> y) {}

  /** Writes it as SVG. */
  void save(Path file) throws IOException {
    XYChart chart = new XYChartBuilder().width(WIDTH)
        .height(HEIGHT)
        .title(title)
        .xAxisTitle(sizes)
        .yAxisTitle(unit)
        .build();
    chart.getStyler().setXAxisLogarithmic(true).setYAxisLogarithmic(true);
    curves.forEach(curve -> chart.addSeries(curve.name(), curve.x(), curve.y()));
    VectorGraphicsEncoder.saveVectorGraphic(chart, file.toString(), VectorGraphicsFormat.SVG);
  }
}
