package dev.holdfast.brokertest.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Draws ratios as SVG: a bar to the median, a line over the spread of the rounds, and a mark at the target. */
final class Plot {

    private static final int LABEL_WIDTH = 430;
    private static final int PLOT_WIDTH = 380;
    private static final int ROW_HEIGHT = 26;
    private static final int TOP = 34;
    private static final double[] STEPS = {0.5, 1, 2, 5, 10};
    private static final int MOST_STEPS = 10;

    private final List<Figure> figures;
    private final double step;
    private final double most;
    private final StringBuilder svg = new StringBuilder();

    private Plot(List<Figure> figures) {
        this.figures = figures;
        double highest = figures.stream()
                .mapToDouble(figure -> Math.max(figure.highest(), limit(figure)))
                .max()
                .orElse(1);
        this.step = Arrays.stream(STEPS)
                .filter(width -> highest / width <= MOST_STEPS)
                .findFirst()
                .orElse(highest);
        this.most = Math.ceil(highest / step) * step;
    }

    /** Writes a plot of those figures that are ratios with a target; nothing when there are none. */
    static void write(Path file, List<Figure> figures) throws IOException {
        List<Figure> ratios = figures.stream()
                .filter(figure -> figure.target() != null && figure.unit().equals("×"))
                .filter(figure -> Double.isFinite(figure.highest()))
                .toList();
        if (!ratios.isEmpty()) {
            Files.writeString(file, new Plot(ratios).draw());
        }
    }

    private static double limit(Figure figure) {
        Figure.Target target = figure.target();
        return target == null ? 0 : target.limit();
    }

    private String draw() {
        int height = TOP + figures.size() * ROW_HEIGHT + 10;
        add(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"sans-serif\""
                        + " font-size=\"12\"><rect width=\"100%%\" height=\"100%%\" fill=\"#ffffff\"/>",
                LABEL_WIDTH + PLOT_WIDTH + 60, height);
        for (double at = 0; at <= most; at += step) {
            add(
                    "<line x1=\"%1$.1f\" x2=\"%1$.1f\" y1=\"%2$d\" y2=\"%3$d\" stroke=\"#dddddd\"/>",
                    x(at), TOP, height - 10);
            add("<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\" fill=\"#555555\">%s</text>", x(at), TOP - 8, at);
        }
        for (int row = 0; row < figures.size(); row++) {
            draw(figures.get(row), TOP + row * ROW_HEIGHT);
        }
        return svg.append("</svg>\n").toString();
    }

    private void draw(Figure figure, int y) {
        int middle = y + ROW_HEIGHT / 2;
        String color = figure.met(false) ? "#2f7d5b" : "#c8663a";
        add(
                "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>",
                LABEL_WIDTH - 10, middle + 4, escaped(figure.what()));
        add(
                "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"12\" fill=\"%s\"/>",
                LABEL_WIDTH, middle - 6, x(figure.value()) - LABEL_WIDTH, color);
        add(
                "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%3$d\" y2=\"%3$d\" stroke=\"#222222\"/>",
                x(figure.lowest()), x(figure.highest()), middle);
        add(
                "<line x1=\"%1$.1f\" x2=\"%1$.1f\" y1=\"%2$d\" y2=\"%3$d\" stroke=\"#222222\" stroke-width=\"3\"/>",
                x(limit(figure)), middle - 10, middle + 10);
    }

    private double x(double value) {
        return LABEL_WIDTH + value / most * PLOT_WIDTH;
    }

    private void add(String format, Object... arguments) {
        svg.append(String.format(Locale.ROOT, format, arguments)).append('\n');
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }
}
