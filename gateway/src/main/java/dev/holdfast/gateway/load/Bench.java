package dev.holdfast.gateway.load;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * A run of load: a fleet publishes for a time, and what it was told is measured; where somebody is to verify it, a receiver
 * upstream looks whether all that was acknowledged arrives, by the devices' own counters. Always ends.
 */
public final class Bench {

    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final double NANOS_PER_MILLI = 1e6;
    private static final double NANOS_PER_SECOND = 1e9;

    private final Plan plan;
    private volatile boolean stopped;

    /** A run that waits to be made. */
    public Bench(Plan plan) {
        this.plan = plan;
    }

    /**
     * What to do.
     *
     * @param fleet the devices
     * @param time how long they publish, warm-up included; the fleet's own number of messages may end it before
     * @param warmUp how much of that is not measured
     * @param comeHome how long what is unacknowledged then may take
     * @param upstream where all must arrive; null to look nowhere
     */
    public record Plan(
            FleetOptions fleet,
            Duration time,
            Duration warmUp,
            Duration comeHome,
            @Nullable Upstream upstream) {}

    /**
     * Where all must arrive.
     *
     * @param server a broker
     * @param tls null for plain TCP
     * @param login null for nothing
     * @param filter topic filter that covers where the messages come to
     * @param arrive how long nothing may arrive while something is missing
     */
    public record Upstream(
            InetSocketAddress server,
            @Nullable SSLContext tls,
            FleetOptions.@Nullable Login login,
            String filter,
            Duration arrive) {}

    /**
     * What came of it. Rates and latencies are of the time behind the warm-up, everything else of the whole run.
     *
     * @param seconds how long was measured
     * @param sent messages sent at least once
     * @param acknowledged messages acknowledged with success
     * @param refused messages refused, by reason
     * @param unacknowledged messages that were neither at the end
     * @param troubles connections that could not be had or ended, by reason
     * @param messagesPerSecond messages acknowledged in a second; QoS 0: sent
     * @param latencyMillis how long acknowledgements took; null when none was measured
     * @param verified what arrived; null when nobody looked
     */
    public record Result(
            double seconds,
            long sent,
            long acknowledged,
            Map<String, Long> refused,
            long unacknowledged,
            Map<String, Long> troubles,
            double messagesPerSecond,
            @Nullable Latency latencyMillis,
            @Nullable Verified verified) {

        /** Whether something was acknowledged, and all of it has arrived in order. */
        public boolean good() {
            Verified known = verified;
            return (acknowledged > 0 || (sent > 0 && unacknowledged == 0))
                    && (known == null || (known.missing() == 0 && known.outOfOrder() == 0 && known.damaged() == 0));
        }
    }

    /** Times in milliseconds. */
    public record Latency(double p50, double p99, double p999, double max) {}

    /**
     * What arrived upstream.
     *
     * @param delivered different messages
     * @param missing messages that were acknowledged and did not arrive
     * @param duplicates arrivals of a message that had arrived before
     * @param outOfOrder first arrivals behind a later message of the same device
     * @param damaged arrivals that were not as they had been sent
     */
    public record Verified(long delivered, long missing, long duplicates, long outOfOrder, long damaged) {}

    /** How it stands while it runs. */
    public record Moment(double seconds, long acknowledged, long connected, long unacknowledged) {}

    /** The receiver could not subscribe: there is nothing to be said about the run. */
    public static final class UpstreamException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        UpstreamException(String message) {
            super(message);
        }
    }

    /** Has the run end now, with what was so far. Any thread. */
    public void stop() {
        stopped = true;
    }

    /**
     * Makes the run.
     *
     * @param everySecond told how it stands
     * @throws UpstreamException if the receiver can't subscribe
     */
    public Result run(Consumer<Moment> everySecond) throws InterruptedException {
        Ledger ledger = new Ledger(plan.fleet().devices());
        Upstream upstream = plan.upstream();
        if (upstream == null) {
            return run(ledger, everySecond);
        }
        String clientId = plan.fleet().clientPrefix() + "verify";
        try (Receiver receiver = new Receiver(
                upstream.server(),
                upstream.tls(),
                upstream.login(),
                clientId,
                upstream.filter(),
                plan.fleet().run(),
                ledger)) {
            if (!receiver.subscribe(upstream.arrive().toMillis())) {
                throw new UpstreamException(
                        "can't subscribe at " + upstream.server().getHostString() + ":"
                                + upstream.server().getPort() + ": "
                                + (receiver.trouble().isEmpty() ? "it does not answer" : receiver.trouble()));
            }
            return run(ledger, everySecond);
        }
    }

    private Result run(Ledger ledger, Consumer<Moment> everySecond) {
        try (Fleet fleet = new Fleet(plan.fleet(), ledger)) {
            long start = System.nanoTime();
            long measuredFrom = start + plan.warmUp().toNanos();
            long end = start + plan.time().toNanos();
            boolean measuring = false;
            long sentBefore = 0;
            long nextMoment = start + TimeUnit.SECONDS.toNanos(1);
            fleet.start();
            long now = start;
            while (now < end && !stopped && !fleet.isDone()) {
                LockSupport.parkNanos(Math.min(TICK_NANOS, end - now));
                now = System.nanoTime();
                if (!measuring && now >= measuredFrom) {
                    measuring = true;
                    measuredFrom = now;
                    sentBefore = ledger.balance().sent();
                    fleet.tally().startMeasuring();
                }
                if (now >= nextMoment) {
                    nextMoment += TimeUnit.SECONDS.toNanos(1);
                    everySecond.accept(new Moment(
                            (now - start) / NANOS_PER_SECOND,
                            fleet.acknowledged(),
                            fleet.connected(),
                            fleet.unacknowledged()));
                }
            }
            double seconds = Math.max(TICK_NANOS, now - measuredFrom) / NANOS_PER_SECOND;
            long measured = plan.fleet().qos() > 0
                    ? fleet.tally().acknowledged()
                    : ledger.balance().sent() - sentBefore;
            Histogram latencies = fleet.tally().latencies();
            fleet.stopPublishing();
            await(plan.comeHome(), fleet::isDone);
            awaitArrival(ledger);
            return result(fleet, ledger, seconds, measured, latencies);
        }
    }

    /** Waits for what is missing, as long as something comes. */
    private void awaitArrival(Ledger ledger) {
        Upstream upstream = plan.upstream();
        if (upstream == null) {
            return;
        }
        long lost = ledger.balance().lost();
        long before = lost + 1;
        while (lost > 0 && lost < before && !stopped) {
            before = lost;
            long last = before;
            await(upstream.arrive(), () -> ledger.balance().lost() < last);
            lost = ledger.balance().lost();
        }
    }

    private void await(Duration longest, BooleanSupplier condition) {
        long end = System.nanoTime() + longest.toNanos();
        while (!condition.getAsBoolean() && System.nanoTime() < end && !stopped) {
            LockSupport.parkNanos(TICK_NANOS);
        }
    }

    private Result result(Fleet fleet, Ledger ledger, double seconds, long measured, Histogram latencies) {
        Ledger.Balance balance = ledger.balance();
        Verified verified = plan.upstream() == null
                ? null
                : new Verified(
                        balance.delivered(),
                        balance.lost(),
                        balance.duplicates(),
                        balance.outOfOrder(),
                        balance.damaged());
        return new Result(
                seconds,
                balance.sent(),
                balance.acknowledged(),
                fleet.tally().refused(),
                fleet.unacknowledged(),
                fleet.tally().troubles(),
                measured / seconds,
                latencies.getTotalCount() == 0 ? null : latency(latencies),
                verified);
    }

    private static Latency latency(Histogram latencies) {
        return new Latency(
                millis(latencies.getValueAtPercentile(50)),
                millis(latencies.getValueAtPercentile(99)),
                millis(latencies.getValueAtPercentile(99.9)),
                millis(latencies.getMaxValue()));
    }

    private static double millis(long nanos) {
        return Math.round(nanos / NANOS_PER_MILLI * 1_000) / 1_000.0;
    }
}
