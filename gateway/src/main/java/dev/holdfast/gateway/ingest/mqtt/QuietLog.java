package dev.holdfast.gateway.ingest.mqtt;

import dev.holdfast.gateway.time.Clock;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;

/**
 * Logs what strangers cause, and no more of it than a small disk can bear: some lines a minute, and then how many were left
 * out. The counters have all of it. Thread-safe.
 */
final class QuietLog {

    private static final int LINES = 30;
    private static final long PERIOD_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final Logger log;
    private final Clock clock;
    private long periodStart;
    private int lines;

    QuietLog(Logger log, Clock clock) {
        this.log = log;
        this.clock = clock;
        this.periodStart = clock.nanoTime();
    }

    void info(String format, Object... arguments) {
        if (mayLog()) {
            log.info(format, arguments);
        }
    }

    private synchronized boolean mayLog() {
        long now = clock.nanoTime();
        if (now - periodStart >= PERIOD_NANOS) {
            if (lines > LINES) {
                log.info("lines about connections left out count={}", lines - LINES);
            }
            periodStart = now;
            lines = 0;
        }
        return ++lines <= LINES;
    }
}
