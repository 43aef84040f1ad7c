package dev.holdfast.gateway.admin;

import dev.holdfast.gateway.forward.Forwarder;
import dev.holdfast.gateway.forward.RouteStatus;
import dev.holdfast.gateway.ingest.mqtt.FrontDoor;
import dev.holdfast.gateway.journal.Journal;
import dev.holdfast.gateway.journal.JournalStats;
import dev.holdfast.gateway.journal.LaneProgress;
import dev.holdfast.gateway.journal.LaneState;
import dev.holdfast.gateway.time.Clock;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Puts the status together from what the parts publish. Thread-safe. */
public final class StatusSource {

    private static final String STORED = "stored";
    private static final String ROUTE = "route ";
    private static final double MICROS_PER_MILLI = 1_000.0;
    private static final double MILLIS_PER_SECOND = 1_000.0;

    /**
     * A route and where it goes.
     *
     * @param forwarder its agent
     * @param target where its sink delivers to
     */
    public record Destination(Forwarder forwarder, String target) {}

    private final String gatewayId;
    private final String version;
    private final Path storePath;
    private final Journal journal;
    private final FrontDoor frontDoor;
    private final List<Destination> destinations;
    private final Clock clock;
    private final long startNanos;
    private final Rates rates;

    /** A source over a running gateway. */
    public StatusSource(
            String gatewayId,
            String version,
            Path storePath,
            Journal journal,
            FrontDoor frontDoor,
            List<Destination> destinations,
            Clock clock) {
        this.gatewayId = gatewayId;
        this.version = version;
        this.storePath = storePath;
        this.journal = journal;
        this.frontDoor = frontDoor;
        this.destinations = List.copyOf(destinations);
        this.clock = clock;
        this.startNanos = clock.nanoTime();
        this.rates = new Rates(clock);
        rates.watch(STORED, () -> journal.stats().messages());
        for (Destination destination : destinations) {
            RouteStatus first = destination.forwarder().status();
            rates.watch(
                    ROUTE + first.route(), () -> settled(destination.forwarder().status()));
        }
    }

    private static long settled(RouteStatus status) {
        return status.accepted() + status.deadLettered() + status.expired();
    }

    /** Takes a sample for the rates; to be called about once a second. */
    void sample() {
        rates.sample();
    }

    /** Whether the store can be written to. */
    boolean isWritable() {
        return !journal.stats().failed();
    }

    /** The status now. */
    public StatusReport report() {
        List<LaneState> lanes = journal.lanes();
        List<StatusReport.Route> routes = new ArrayList<>();
        for (Destination destination : destinations) {
            routes.add(route(destination, lanes));
        }
        return new StatusReport(gateway(), ingest(), store(lanes), routes);
    }

    private StatusReport.Gateway gateway() {
        long uptime = TimeUnit.NANOSECONDS.toSeconds(clock.nanoTime() - startNanos);
        return new StatusReport.Gateway(
                gatewayId, version, ProcessHandle.current().pid(), "%016x".formatted(journal.epoch()), uptime);
    }

    private StatusReport.Ingest ingest() {
        var stats = frontDoor.stats();
        return new StatusReport.Ingest(
                Endpoint.text(frontDoor.address()),
                stats.connections(),
                frontDoor.sessions(),
                stats.acknowledged(),
                stats.bestEffort(),
                stats.refused(),
                stats.badPackets(),
                rounded(rates.perSecond(STORED)));
    }

    private StatusReport.Store store(List<LaneState> lanes) {
        JournalStats stats = journal.stats();
        return new StatusReport.Store(
                storePath.toString(),
                stats.diskBytes(),
                stats.queuedBytes(),
                stats.commits(),
                stats.commitMicrosP50() / MICROS_PER_MILLI,
                stats.commitMicrosP99() / MICROS_PER_MILLI,
                stats.commitMicrosMax() / MICROS_PER_MILLI,
                stats.corruptChunks(),
                stats.salvagedMessages(),
                !stats.failed(),
                lanes.stream()
                        .map(lane -> new StatusReport.Lane(
                                lane.name(), lane.tail(), lane.head(), lane.messages(), lane.bytes()))
                        .toList());
    }

    private StatusReport.Route route(Destination destination, List<LaneState> lanes) {
        RouteStatus status = destination.forwarder().status();
        StatusReport.Backlog backlog = backlog(status, lanes);
        double rate = rates.perSecond(ROUTE + status.route());
        return new StatusReport.Route(
                status.route(),
                destination.target(),
                status.state().name().toLowerCase(Locale.ROOT),
                status.lastError().isEmpty() ? null : status.lastError(),
                backlog,
                status.inFlight(),
                status.accepted(),
                status.deadLettered(),
                status.lastDeadLetter().isEmpty() ? null : status.lastDeadLetter(),
                status.expired(),
                status.reconnects(),
                rounded(rate),
                etaSeconds(backlog.messages(), rate - rates.perSecond(STORED)));
    }

    private StatusReport.Backlog backlog(RouteStatus status, List<LaneState> lanes) {
        long messages = 0;
        long bytes = 0;
        long oldest = Long.MAX_VALUE;
        for (RouteStatus.Lane lane : status.lanes()) {
            for (LaneState state : lanes) {
                if (state.name().equals(lane.progress().lane())) {
                    long waiting = waiting(lane.progress(), state.head());
                    messages += waiting;
                    bytes += waiting == 0 ? 0 : Math.max(0, state.totalBytes() - lane.bytesBefore());
                    oldest = lane.oldestReceivedMillis() < 0 ? oldest : Math.min(oldest, lane.oldestReceivedMillis());
                }
            }
        }
        double age = oldest == Long.MAX_VALUE ? 0 : (journal.gatewayMillis() - oldest) / MILLIS_PER_SECOND;
        return new StatusReport.Backlog(messages, bytes, messages == 0 ? 0 : Math.max(0, age));
    }

    private static long waiting(LaneProgress progress, long head) {
        long waiting = 0;
        for (LaneProgress.Range range : progress.pending()) {
            waiting += Math.max(0, Math.min(range.to(), head) - range.from() + 1);
        }
        return waiting;
    }

    private static @Nullable Long etaSeconds(long messages, double shrinksPerSecond) {
        if (messages == 0) {
            return 0L;
        }
        return shrinksPerSecond <= 0 ? null : Long.valueOf(Math.round(Math.ceil(messages / shrinksPerSecond)));
    }

    private static double rounded(double rate) {
        return Math.round(rate * 10) / 10.0;
    }
}
