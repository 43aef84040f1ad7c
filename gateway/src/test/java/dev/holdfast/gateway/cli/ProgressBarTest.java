package dev.holdfast.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class ProgressBarTest {

    private final StringWriter terminal = new StringWriter();
    private final PrintWriter err = new PrintWriter(terminal);

    @Test
    void shouldWriteOverItsLineAndTakeItAway() {
        try (ProgressBar bar = new ProgressBar(err, "checking", true)) {
            bar.show(4 << 20, 1 << 20);
            bar.show(4 << 20, 2 << 20);
        }

        String[] lines = terminal.toString().split("\r", -1);
        assertThat(lines).hasSize(5);
        assertThat(lines[1]).startsWith("checking [" + "#".repeat(7) + " ".repeat(23) + "] 25% of 4");
        assertThat(lines[2]).startsWith("checking [" + "#".repeat(15) + " ".repeat(15) + "] 50% of 4");
        assertThat(lines[3]).isBlank().hasSizeGreaterThanOrEqualTo(lines[2].length());
        assertThat(lines[4]).isEmpty();
    }

    @Test
    void shouldSayEachPercentOnce() {
        try (ProgressBar bar = new ProgressBar(err, "checking", true)) {
            for (int done = 0; done <= 100_000; done++) {
                bar.show(100_000, done);
            }
        }

        assertThat(terminal.toString().chars().filter(c -> c == '%')).hasSize(101);
    }

    /** A live store grows while it is read, and an empty one has no bytes at all. */
    @Test
    void shouldNotGoBeyondTheEnd() {
        try (ProgressBar bar = new ProgressBar(err, "backing up", true)) {
            bar.show(0, 0);
            bar.show(10, 20);
        }

        assertThat(terminal.toString()).contains("] 100%").doesNotContain("200%");
    }

    @Test
    void shouldSayNothingWhereNobodyLooks() {
        try (ProgressBar bar = new ProgressBar(err, "checking", false)) {
            bar.show(100, 50);
        }

        assertThat(terminal.toString()).isEmpty();
    }
}
