package dev.holdfast.gateway.demo;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Where the demo shows itself: on a terminal a line that is written over and over, with keys; elsewhere plain lines.
 */
final class Screen implements AutoCloseable {

    /** Property by which the launcher says that input and output are a terminal. */
    private static final String TERMINAL = "holdfast.terminal";

    private static final String CLEAR_LINE = "\r\u001b[K";
    private static final long STTY_SECONDS = 2;

    private static final int USUAL_COLUMNS = 80;

    private final PrintStream out;
    private final boolean live;
    private final int columns;

    private Screen(PrintStream out, boolean live) {
        this.out = out;
        this.live = live;
        this.columns = live ? columns() : USUAL_COLUMNS;
    }

    /** A live screen when somebody sits before it. */
    static Screen open(PrintStream out) {
        boolean live = Boolean.getBoolean(TERMINAL)
                && !"dumb".equals(System.getenv("TERM"))
                && stty("-icanon", "-echo").isPresent();
        return new Screen(out, live);
    }

    boolean isLive() {
        return live;
    }

    /** A line that stays. */
    void say(String line) {
        out.println((live ? CLEAR_LINE : "") + line);
    }

    /** The line that is written over by the next one; shown on a terminal only. */
    void show(String line) {
        if (live) {
            // a line that wraps could not be written over
            out.print(CLEAR_LINE + line.substring(0, Math.min(line.length(), columns - 1)));
            out.flush();
        }
    }

    /** The key that was pressed, 0 when there is none. Never waits. */
    int key() {
        try {
            InputStream in = System.in;
            return live && in.available() > 0 ? in.read() : 0;
        } catch (IOException e) {
            return 0;
        }
    }

    @Override
    public void close() {
        if (live) {
            stty("icanon", "echo");
        }
    }

    private static int columns() {
        String[] size = stty("size").orElse("").strip().split(" ", -1);
        try {
            return Math.max(2, Integer.parseInt(size[size.length - 1]));
        } catch (NumberFormatException e) {
            return USUAL_COLUMNS;
        }
    }

    /** What stty says to these arguments; empty when it fails. There is nothing in the JDK for a terminal's settings. */
    private static Optional<String> stty(String... arguments) {
        List<String> command = new ArrayList<>(List.of("stty"));
        command.addAll(List.of(arguments));
        try {
            Process stty = new ProcessBuilder(command)
                    .redirectInput(ProcessBuilder.Redirect.INHERIT)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String said = new String(stty.getInputStream().readAllBytes(), US_ASCII);
            return stty.waitFor(STTY_SECONDS, TimeUnit.SECONDS) && stty.exitValue() == 0
                    ? Optional.of(said)
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
