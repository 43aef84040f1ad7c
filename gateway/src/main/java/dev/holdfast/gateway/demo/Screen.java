package dev.holdfast.gateway.demo;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.concurrent.TimeUnit;

/**
 * Where the demo shows itself: on a terminal a line that is written over and over, with keys; elsewhere plain lines.
 */
final class Screen implements AutoCloseable {

    /** Property by which the launcher says that input and output are a terminal. */
    private static final String TERMINAL = "holdfast.terminal";

    private static final String CLEAR_LINE = "\r\u001b[K";
    private static final long STTY_SECONDS = 2;

    private final PrintStream out;
    private final boolean live;

    private Screen(PrintStream out, boolean live) {
        this.out = out;
        this.live = live;
    }

    /** A live screen when somebody sits before it. */
    static Screen open(PrintStream out) {
        boolean live =
                Boolean.getBoolean(TERMINAL) && !"dumb".equals(System.getenv("TERM")) && stty("-icanon", "-echo");
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
            out.print(CLEAR_LINE + line);
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
            boolean unused = stty("icanon", "echo");
        }
    }

    /** Has the terminal give each key at once, or not. There is nothing in the JDK for it. */
    private static boolean stty(String first, String second) {
        try {
            Process stty = new ProcessBuilder("stty", first, second)
                    .redirectInput(ProcessBuilder.Redirect.INHERIT)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return stty.waitFor(STTY_SECONDS, TimeUnit.SECONDS) && stty.exitValue() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
