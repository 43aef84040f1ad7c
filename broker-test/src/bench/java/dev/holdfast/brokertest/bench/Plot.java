package dev.holdfast.brokertest.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Draws ratios as SVG, on a scale of powers of two: a dot at the median, a line over the spread of the rounds, and green
 * where the target is met.
 */
final class Plot {

    private static final int LABEL_WIDTH = 460;
    private static final int MOST_CHARACTERS = 72;
    private static final int PLOT_WIDTH = 420;
    private static final int MARGIN = 30;
    private static final int TITLE_HEIGHT = 30;
    private static final int ROW_HEIGHT = 38;
    private static final int TOP = 28;

    private final Map<Piece, List<Figure>> figures;
    private final int leastPower;
    private final int mostPower;
    private final StringBuilder svg = new StringBuilder();

    private Plot(Map<Piece, List<Figure>> figures) {
        this.figures = figures;
        double least = 1;
        double most = 1;
        for (List<Figure> piece : figures.values()) {
            for (Figure figure : piece) {
                least = Math.min(least, Math.min(figure.lowest(), limit(figure)));
                most = Math.max(most, Math.max(figure.highest(), limit(figure)));
            }
        }
        this.leastPower = (int) Math.floor(log2(least));
        this.mostPower = (int) Math.ceil(log2(most));
    }

    /** Writes a plot of those figures that are ratios with a target; nothing when there are none. */
    static void write(Path file, Map<Piece, List<Figure>> all) throws IOException {
        Map<Piece, List<Figure>> ratios = new LinkedHashMap<>();
        all.forEach((piece, figures) -> {
            List<Figure> those = figures.stream()
                    .filter(figure -> figure.target() != null && figure.unit().equals("×"))
                    .filter(figure -> figure.lowest() > 0 && Double.isFinite(figure.highest()))
                    .toList();
            if (!those.isEmpty()) {
                ratios.put(piece, those);
            }
        });
        if (!ratios.isEmpty()) {
            Files.writeString(file, new Plot(ratios).draw());
        }
    }

    private static double limit(Figure figure) {
        Figure.Target target = figure.target();
        return target == null ? 1 : target.limit();
    }

    private String draw() {
        int rows = figures.values().stream().mapToInt(List::size).sum();
        int bottom = TOP + figures.size() * TITLE_HEIGHT + rows * ROW_HEIGHT;
        add(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"sans-serif\""
                        + " font-size=\"12\"><rect width=\"100%%\" height=\"100%%\" fill=\"#ffffff\"/>",
                LABEL_WIDTH + PLOT_WIDTH + MARGIN, bottom + MARGIN);
        for (int power = leastPower; power <= mostPower; power++) {
            double x = x(Math.pow(2, power));
            String color = power == 0 ? "#555555" : "#dddddd";
            add("<line x1=\"%1$.1f\" x2=\"%1$.1f\" y1=\"%2$d\" y2=\"%3$d\" stroke=\"%4$s\"/>", x, TOP, bottom, color);
            text(x, TOP - 8, "middle", "#555555", power < 0 ? "1/" + (1 << -power) : String.valueOf(1 << power));
        }
        int y = TOP;
        for (Map.Entry<Piece, List<Figure>> piece : figures.entrySet()) {
            add(
                    "<text x=\"10\" y=\"%d\" font-weight=\"bold\">%s</text>",
                    y + 20, escaped(piece.getKey().title()));
            y += TITLE_HEIGHT;
            for (Figure figure : piece.getValue()) {
                draw(figure, y);
                y += ROW_HEIGHT;
            }
        }
        text(
                10,
                bottom + 18,
                "start",
                "#555555",
                "Ratios: a dot for the median, a line from the lowest to the highest round, green where the target is met.");
        return svg.append("</svg>\n").toString();
    }

    private void draw(Figure figure, int y) {
        int middle = y + ROW_HEIGHT / 2;
        text(20, middle - 3, "start", "#000000", figure.what());
        text(20, middle + 12, "start", "#777777", shortened(figure.measured() + "; " + figure.reference()));
        Figure.Target target = figure.target();
        double limit = x(limit(figure));
        boolean atLeast = target != null && target.atLeast();
        double from = atLeast ? limit : LABEL_WIDTH;
        double to = atLeast ? LABEL_WIDTH + PLOT_WIDTH : limit;
        add(
                "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"#d9efe3\"/>",
                from, y + 6, to - from, ROW_HEIGHT - 12);
        String color = figure.met(false) ? "#2f7d5b" : "#c8481f";
        add(
                "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%3$d\" y2=\"%3$d\" stroke=\"%4$s\" stroke-width=\"3\"/>",
                x(figure.lowest()), x(figure.highest()), middle, color);
        add("<circle cx=\"%.1f\" cy=\"%d\" r=\"6\" fill=\"%s\"/>", x(figure.value()), middle, color);
    }

    private double x(double value) {
        return LABEL_WIDTH + (log2(value) - leastPower) / Math.max(1, mostPower - leastPower) * PLOT_WIDTH;
    }

    private static double log2(double value) {
        return Math.log(value) / Math.log(2);
    }

    private void text(double x, int y, String anchor, String color, String text) {
        add("<text x=\"%.1f\" y=\"%d\" text-anchor=\"%s\" fill=\"%s\">%s</text>", x, y, anchor, color, escaped(text));
    }

    private void add(String format, Object... arguments) {
        svg.append(String.format(Locale.ROOT, format, arguments)).append('\n');
    }

    /** What fits left of the plot. */
    private static String shortened(String text) {
        return text.length() <= MOST_CHARACTERS ? text : text.substring(0, MOST_CHARACTERS - 1) + "…";
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }
}
