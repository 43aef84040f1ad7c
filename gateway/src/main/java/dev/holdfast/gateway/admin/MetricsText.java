package dev.holdfast.gateway.admin;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The status for Prometheus: the same numbers under the same words, so that what alerts is what people see. Counters that the
 * store keeps go on after a restart, the others begin anew.
 *
 * @see <a href="https://prometheus.io/docs/instrumenting/exposition_formats/">Prometheus text format 0.0.4</a>
 */
final class MetricsText {

    /** What the answer is of. */
    static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private static final String LANE = "lane";
    private static final String TAP = "tap";
    private static final String ROUTE = "route";

    /** Families in their order: of each its head, and its samples. */
    private final Map<String, StringBuilder> families = new LinkedHashMap<>();

    private MetricsText() {}

    static String of(StatusReport report) {
        MetricsText text = new MetricsText();
        text.gateway(report.gateway());
        text.ingest(report.ingest());
        text.store(report.store());
        report.store().lanes().forEach(text::lane);
        report.taps().forEach(text::tap);
        report.routes().forEach(text::route);
        report.gaps().byReason().forEach((reason, amount) -> {
            text.counter(
                    "gap_messages_total", "Messages removed undelivered, ever.", amount.messages(), "reason", reason);
            text.counter("gap_bytes_total", "Their bytes, as far as known.", amount.bytes(), "reason", reason);
        });
        return String.join("", text.families.values());
    }

    private void gateway(StatusReport.Gateway gateway) {
        gauge("info", "Who this is.", 1, "gateway", gateway.id(), "version", gateway.version());
        gauge("uptime_seconds", "How long it has been running.", gateway.uptimeSeconds());
    }

    private void ingest(StatusReport.Ingest ingest) {
        gauge("connections", "Connections of devices.", ingest.connections());
        gauge("connections_held_back", "Those that are made to wait for room.", ingest.heldBack());
        gauge("sessions", "Sessions that are remembered.", ingest.sessions());
        counter("accepted_messages_total", "QoS 1 and 2 messages acknowledged.", ingest.accepted());
        counter("best_effort_messages_total", "QoS 0 messages.", ingest.bestEffort());
        counter("refused_messages_total", "Messages refused with a reason.", ingest.refused());
        counter("refused_for_space_messages_total", "Those for lack of room.", ingest.refusedForSpace());
        counter("bad_packet_connections_total", "Connections ended for what they sent.", ingest.badPackets());
        ingest.limits()
                .forEach((limit, count) ->
                        counter("limit_hits_total", "How often clients ran into a limit.", count, "limit", limit));
        gauge("warnings", "What people should see to.", ingest.warnings().size());
    }

    private void store(StatusReport.Store store) {
        gauge("store_writable", "0 after a failed commit.", store.writable() ? 1 : 0);
        gauge("store_disk_bytes", "Bytes on disk, overhead included.", store.diskBytes());
        gauge("store_quota_bytes", "The most that it may take.", store.quotaBytes());
        gauge("store_free_bytes", "What the file system has left.", store.freeBytes());
        gauge("store_queued_bytes", "Memory of what waits to be committed.", store.queuedBytes());
        counter("store_commits_total", "Durable transactions.", store.commits());
        gauge("store_commit_p50_seconds", "Median time of a commit, sync included.", store.commitMillisP50() / 1_000);
        gauge("store_commit_p99_seconds", "99th percentile of it.", store.commitMillisP99() / 1_000);
        counter("store_corrupt_chunks_total", "Chunks that could not be believed.", store.corruptChunks());
        gauge("store_unrouted_messages", "Messages that no route wants.", store.unrouted());
    }

    private void lane(StatusReport.Lane lane) {
        gauge("lane_messages", "Messages kept.", lane.messages(), LANE, lane.name());
        gauge("lane_bytes", "Bytes of their topics, properties and payloads.", lane.bytes(), LANE, lane.name());
        counter("lane_head_total", "Messages ever stored.", lane.head(), LANE, lane.name());
        gauge("lane_full", "1 when nothing comes in.", lane.state().equals("full") ? 1 : 0, LANE, lane.name());
    }

    private void tap(StatusReport.Tap tap) {
        gauge("tap_subscribed", "1 when it is.", tap.state().equals("subscribed") ? 1 : 0, TAP, tap.name());
        counter("tap_stored_messages_total", "Messages handed to the store.", tap.stored(), TAP, tap.name());
        counter("tap_acknowledged_messages_total", "Those acknowledged.", tap.acknowledged(), TAP, tap.name());
        gauge("tap_unacknowledged_messages", "Those not on disk yet.", tap.unacknowledged(), TAP, tap.name());
        counter("tap_links_total", "How often the link came up.", tap.links(), TAP, tap.name());
        counter(
                "tap_possible_gaps_total",
                "How often the broker may have lost something that nobody knows of, ever.",
                tap.possibleGaps(),
                TAP,
                tap.name());
    }

    private void route(StatusReport.Route route) {
        boolean delivering = route.state().equals("delivering");
        gauge("route_delivering", "1 when it is.", delivering ? 1 : 0, ROUTE, route.name());
        gauge("route_backlog_messages", "What waits.", route.backlog().messages(), ROUTE, route.name());
        gauge("route_backlog_bytes", "Its bytes.", route.backlog().bytes(), ROUTE, route.name());
        gauge("route_backlog_age_seconds", "Age of the oldest.", route.backlog().ageSeconds(), ROUTE, route.name());
        gauge("route_in_flight_messages", "Messages sent and not settled.", route.inFlight(), ROUTE, route.name());
        counter("route_delivered_messages_total", "Messages taken over, ever.", route.delivered(), ROUTE, route.name());
        counter("route_dead_letters_total", "Messages put aside, ever.", route.deadLetters(), ROUTE, route.name());
        counter("route_expired_messages_total", "Messages that expired, ever.", route.expired(), ROUTE, route.name());
        counter("route_links_total", "How often the link came up.", route.reconnects(), ROUTE, route.name());
    }

    private void counter(String name, String help, long value, String... labels) {
        sample(name, "counter", help, Long.toString(value), labels);
    }

    private void gauge(String name, String help, long value, String... labels) {
        sample(name, "gauge", help, Long.toString(value), labels);
    }

    private void gauge(String name, String help, double value, String... labels) {
        sample(name, "gauge", help, Double.toString(value), labels);
    }

    /** Adds a sample; its labels are names and values in turn. */
    private void sample(String name, String type, String help, String value, String... labels) {
        String full = "holdfast_" + name;
        StringBuilder family = families.computeIfAbsent(
                full, key -> new StringBuilder("# HELP " + full + ' ' + help + "\n# TYPE " + full + ' ' + type + '\n'));
        family.append(full);
        if (labels.length > 0) {
            family.append('{');
            for (int i = 0; i < labels.length; i += 2) {
                family.append(i == 0 ? "" : ",").append(labels[i]).append("=\"");
                family.append(escaped(labels[i + 1])).append('"');
            }
            family.append('}');
        }
        family.append(' ').append(value).append('\n');
    }

    private static String escaped(String label) {
        return label.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }
}
