package dev.holdfast.gateway.cli;

import dev.holdfast.gateway.text.Text;
import java.io.PrintWriter;

/** How far something is, in one line that is written over; nothing unless somebody looks. Used by one thread. */
final class ProgressBar implements AutoCloseable {

    private static final int WIDTH = 30;

    private final PrintWriter err;
    private final String what;
    private final boolean shown;
    private int percent = -1;

    ProgressBar(PrintWriter err, String what, boolean shown) {
        this.err = err;
        this.what = what;
        this.shown = shown;
    }

    /** A bar on standard error if that is a terminal, which the launcher says. */
    static ProgressBar of(PrintWriter err, String what) {
        return new ProgressBar(err, what, Boolean.getBoolean("holdfast.progress"));
    }

    void show(long total, long done) {
        int now = total <= 0 ? 100 : (int) Math.min(100, 100 * done / total);
        if (shown && now != percent) {
            percent = now;
            int full = WIDTH * now / 100;
            err.print("\r" + what + " [" + "#".repeat(full) + " ".repeat(WIDTH - full) + "] " + now + "% of "
                    + Text.bytes(total) + " ");
            err.flush();
        }
    }

    /** Takes the line away. */
    @Override
    public void close() {
        if (shown && percent >= 0) {
            err.print("\r" + " ".repeat(what.length() + WIDTH + 30) + "\r");
            err.flush();
        }
    }
}
