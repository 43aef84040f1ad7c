package dev.holdfast.gateway.admin;

import dev.holdfast.gateway.audit.AuditTrail;
import dev.holdfast.gateway.forward.Forwarder;
import dev.holdfast.gateway.forward.RouteStatus;
import dev.holdfast.gateway.ingest.mqtt.FrontDoor;
import dev.holdfast.gateway.ingest.mqtt.FrontDoorStats;
import dev.holdfast.gateway.ingest.tap.PossibleGap;
import dev.holdfast.gateway.ingest.tap.TapAgent;
import dev.holdfast.gateway.ingest.tap.TapStatus;
import dev.holdfast.gateway.journal.GapReason;
import dev.holdfast.gateway.journal.GapTotals;
import dev.holdfast.gateway.journal.Journal;
import dev.holdfast.gateway.journal.JournalStats;
import dev.holdfast.gateway.journal.LaneState;
import dev.holdfast.gateway.time.Clock;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Puts the status together from what the parts publish. Thread-safe. */
public final class StatusSource {

    private static final String STORED = "stored";
    private static final String ROUTE = "route ";
    private static final double MICROS_PER_MILLI = 1_000.0;
    private static final int NEWEST_GAPS = 20;

    /**
     * A route and where it goes.
     *
     * @param forwarder its agent
     * @param target where its sink delivers to
     */
    public record Destination(Forwarder forwarder, String target) {}

    /**
     * A tap and where it subscribes.
     *
     * @param tap its agent
     * @param target where its broker is
     */
    public record Source(TapAgent tap, String target) {}

    /**
     * What does not change while a gateway runs.
     *
     * @param gatewayId its id
     * @param version version of Holdfast
     * @param storePath directory of the store
     * @param quotaBytes the most that the store may take on disk
     * @param reachableLanes how many lanes, from the first on, devices can publish to
     */
    public record Identity(String gatewayId, String version, Path storePath, long quotaBytes, int reachableLanes) {}

    private final Identity identity;
    private final Journal journal;
    private final AuditTrail audit;
    private final FrontDoor frontDoor;
    private final Supplier<List<String>> warnings;
    private final List<Source> sources;
    private final List<Destination> destinations;
    private final Clock clock;
    private final long startNanos;
    private final Rates rates;
    private final LaneReports laneReports;
    private final Backlogs backlogs;

    /** A source over a running gateway. */
    public StatusSource(
            Identity identity,
            Journal journal,
            AuditTrail audit,
            FrontDoor frontDoor,
            Supplier<List<String>> warnings,
            List<Source> sources,
            List<Destination> destinations,
            Clock clock) {
        this.identity = identity;
        this.journal = journal;
        this.audit = audit;
        this.frontDoor = frontDoor;
        this.warnings = warnings;
        this.sources = List.copyOf(sources);
        this.destinations = List.copyOf(destinations);
        this.clock = clock;
        this.startNanos = clock.nanoTime();
        this.rates = new Rates(clock);
        this.laneReports = new LaneReports(journal, identity.reachableLanes());
        this.backlogs = new Backlogs(journal);
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

    /** Whether devices can publish to at least one lane, now or in a moment. */
    boolean isAccepting() {
        return laneReports.isOneOpen();
    }

    /** The gaps that are kept and asked for, the newest first. */
    List<GapReport> gaps(GapQuery query) {
        return query.from(journal.gaps());
    }

    /** The audit trail, the newest first. */
    List<AuditReport> audit() {
        return audit.newestFirst().stream().map(AuditReport::of).toList();
    }

    /** The status now. */
    public StatusReport report() {
        List<LaneState> lanes = journal.lanes();
        List<StatusReport.Route> routes = new ArrayList<>();
        for (Destination destination : destinations) {
            routes.add(route(destination, lanes));
        }
        return new StatusReport(
                gateway(),
                ingest(),
                store(lanes),
                sources.stream().map(StatusSource::tap).toList(),
                routes,
                gaps());
    }

    private StatusReport.Gateway gateway() {
        long uptime = TimeUnit.NANOSECONDS.toSeconds(clock.nanoTime() - startNanos);
        return new StatusReport.Gateway(
                identity.gatewayId(),
                identity.version(),
                ProcessHandle.current().pid(),
                "%016x".formatted(journal.epoch()),
                uptime);
    }

    private StatusReport.Ingest ingest() {
        FrontDoorStats stats = frontDoor.stats();
        List<String> addresses = frontDoor.addresses();
        return new StatusReport.Ingest(
                addresses.get(0).replaceFirst("^[a-z]+://", ""),
                stats.connections(),
                frontDoor.sessions(),
                stats.acknowledged(),
                stats.bestEffort(),
                stats.refused(),
                stats.badPackets(),
                rounded(rates.perSecond(STORED)),
                stats.refusedForSpace(),
                stats.heldBack(),
                addresses,
                limits(stats),
                warnings.get());
    }

    private static Map<String, Long> limits(FrontDoorStats stats) {
        Map<String, Long> counts = new LinkedHashMap<>();
        stats.limits().forEach((limit, count) -> counts.put(limit.key(), count));
        return counts;
    }

    private StatusReport.Store store(List<LaneState> lanes) {
        JournalStats stats = journal.stats();
        return new StatusReport.Store(
                identity.storePath().toString(),
                stats.diskBytes(),
                stats.queuedBytes(),
                stats.commits(),
                stats.commitMicrosP50() / MICROS_PER_MILLI,
                stats.commitMicrosP99() / MICROS_PER_MILLI,
                stats.commitMicrosMax() / MICROS_PER_MILLI,
                stats.corruptChunks(),
                stats.salvagedMessages(),
                !stats.failed(),
                laneReports.of(lanes),
                identity.quotaBytes(),
                stats.freeBytes(),
                laneReports.accepting(),
                laneReports.space(),
                lanes.stream().mapToLong(LaneState::unrouted).sum());
    }

    private static StatusReport.Tap tap(Source source) {
        TapStatus status = source.tap().status();
        List<StatusReport.PossibleGap> newestFirst = new ArrayList<>();
        for (PossibleGap gap : status.newest()) {
            newestFirst.add(
                    0,
                    new StatusReport.PossibleGap(
                            gap.reason().word(),
                            gap.text(),
                            Instant.ofEpochMilli(gap.wallMillis()).toString()));
        }
        return new StatusReport.Tap(
                status.name(),
                source.target(),
                status.state().name().toLowerCase(Locale.ROOT),
                status.lastError().isEmpty() ? null : status.lastError(),
                status.stored(),
                status.acknowledged(),
                status.own(),
                status.unacknowledged(),
                status.waiting(),
                status.links(),
                status.possibleGaps(),
                newestFirst);
    }

    private StatusReport.Gaps gaps() {
        GapTotals totals = journal.gapTotals();
        Map<String, StatusReport.Amount> byReason = new LinkedHashMap<>();
        long messages = 0;
        long bytes = 0;
        for (GapReason reason : GapReason.values()) {
            var amount = new StatusReport.Amount(
                    totals.messages().getOrDefault(reason, 0L), totals.bytes().getOrDefault(reason, 0L));
            messages += amount.messages();
            bytes += amount.bytes();
            byReason.put(reason.name().toLowerCase(Locale.ROOT), amount);
        }
        return new StatusReport.Gaps(messages, bytes, byReason, gaps(new GapQuery(null, null, NEWEST_GAPS)));
    }

    private StatusReport.Route route(Destination destination, List<LaneState> lanes) {
        RouteStatus status = destination.forwarder().status();
        StatusReport.Backlog backlog = backlogs.of(status, lanes);
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
