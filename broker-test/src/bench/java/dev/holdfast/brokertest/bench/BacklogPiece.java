package dev.holdfast.brokertest.bench;

import static dev.holdfast.brokertest.bench.Figure.Target.atLeast;
import static dev.holdfast.brokertest.bench.Figure.Target.atMost;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Ten million stored messages: fills, kills, starts and drains, in JVMs of their own with a small heap. */
final class BacklogPiece {

    private static final String HEAP = "-Xmx96m";
    private static final long MESSAGES = 10_000_000;
    private static final int STARTS = 7;

    private final Setup setup;
    private final Path store;
    private final long messages;
    private final List<Figure> figures = new ArrayList<>();

    private BacklogPiece(Setup setup) {
        this.setup = setup;
        this.store = setup.empty("backlog").resolve("store");
        this.messages = setup.messages(MESSAGES);
    }

    static List<Figure> run(Setup setup) {
        BacklogPiece piece = new BacklogPiece(setup);
        List<Double> rates = piece.fill();
        piece.start();
        piece.drain(rates);
        return piece.figures;
    }

    /** Gives the rates of the parts. */
    private List<Double> fill() {
        List<Double> numbers = new ArrayList<>();
        Process process = start("fill");
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); !StoreCommand.FILLED.equals(line); line = lines.readLine()) {
                numbers.add(number(line));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            kill(process);
        }
        return tell(numbers);
    }

    /** Of numbers that are raw, part, raw, part … raw. */
    private List<Double> tell(List<Double> numbers) {
        List<Double> rates = new ArrayList<>();
        List<Double> ratios = new ArrayList<>();
        for (int i = 1; i < numbers.size(); i += 2) {
            rates.add(numbers.get(i));
            ratios.add(2 * numbers.get(i) / (numbers.get(i - 1) + numbers.get(i + 1)));
        }
        double last = rates.get(rates.size() - 1);
        double ratio = last / rates.get(0);
        figures.add(new Figure(
                String.format(Locale.ROOT, "last tenth of %,d messages appended, to the first", messages),
                Figure.rate(last),
                "the tenths: " + texts(rates, "%.0fk", 1_000) + "/s; of raw: " + texts(ratios, "%.2f", 1),
                ratio,
                "×",
                ratio,
                ratio,
                atLeast(0.9)));
        return rates;
    }

    private static List<String> texts(List<Double> numbers, String format, double unit) {
        return numbers.stream()
                .map(number -> String.format(Locale.ROOT, format, number / unit))
                .toList();
    }

    /** Each start follows a kill, so each one recovers. */
    private void start() {
        GatewayStart gateway = new GatewayStart(setup.directory(), store);
        figures.add(StartPiece.besideHello("start to ready after kill -9", STARTS, gateway::seconds, atMost(8)));
    }

    private void drain(List<Double> appended) {
        double appendRate = Rounds.median(appended);
        Process process = start("drain");
        try (BufferedReader lines = process.inputReader()) {
            double rate = number(lines.readLine());
            double empty = number(lines.readLine());
            figures.add(new Figure(
                    "drained",
                    Figure.rate(rate),
                    "appended " + Figure.rate(appendRate),
                    rate / appendRate,
                    "×",
                    rate / appendRate,
                    rate / appendRate,
                    atLeast(0.6)));
            figures.add(Figure.of("empty after the drain", "", empty, "s", atMost(5)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            kill(process);
        }
    }

    private Process start(String work) {
        List<String> arguments =
                List.of("store", work, "--directory", store.toString(), "--messages", Long.toString(messages));
        return Jvm.start(Jvm.command(HEAP, arguments));
    }

    private static double number(@Nullable String line) {
        if (line == null) {
            throw new IllegalStateException("the process ended; what it said is above");
        }
        return Double.parseDouble(line);
    }

    private static void kill(Process process) {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
