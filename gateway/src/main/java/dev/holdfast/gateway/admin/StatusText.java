package dev.holdfast.gateway.admin;

import dev.holdfast.gateway.text.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The status for people. The gateway writes it, which has all it takes in memory: a command that had to read the report
 * first would take four times as long.
 */
final class StatusText {

    private final StringBuilder out = new StringBuilder(1_024);

    private StatusText() {}

    /** The report as lines, each with its end. */
    static String of(StatusReport report) {
        StatusText text = new StatusText();
        text.gateway(report.gateway());
        text.ingest(report.ingest());
        report.taps().forEach(text::tap);
        text.store(report.store());
        report.store().lanes().forEach(text::lane);
        report.routes().forEach(text::route);
        if (report.routes().isEmpty()) {
            text.line("route    none: what comes in is kept");
        }
        text.gaps(report.gaps());
        return text.out.toString();
    }

    private void line(String line) {
        out.append(line).append('\n');
    }

    private void ifAny(long count, String what) {
        if (count > 0) {
            out.append("  ").append(Text.count(count)).append(' ').append(what);
        }
    }

    private void gateway(StatusReport.Gateway gateway) {
        line("gateway  " + gateway.id() + "  up " + Text.duration((double) gateway.uptimeSeconds()) + "  version "
                + gateway.version() + "  process " + gateway.pid());
    }

    private void ingest(StatusReport.Ingest ingest) {
        out.append("ingest   ")
                .append(String.join(" ", ingest.addresses()))
                .append("  " + Text.count(ingest.connections()) + " connected")
                .append("  " + Text.count(ingest.accepted()) + " accepted")
                .append("  " + Text.rate(ingest.messagesPerSecond()));
        ifAny(ingest.bestEffort(), "QoS 0");
        ifAny(ingest.refused(), "refused");
        ifAny(ingest.refusedForSpace(), "of them for lack of room");
        ifAny(ingest.heldBack(), "made to wait");
        ifAny(ingest.badPackets(), "bad packets");
        out.append('\n');
        ingest.limits().forEach((name, met) -> line("         limit " + name + " met " + Text.count(met) + " times"));
        ingest.warnings().forEach(warning -> line("         NOTE: " + warning));
    }

    private void tap(StatusReport.Tap tap) {
        out.append("tap      ")
                .append(tap.name())
                .append(" at " + tap.target())
                .append("  " + tap.state())
                .append("  " + Text.count(tap.stored()) + " stored");
        ifAny(tap.unacknowledged(), "unacknowledged");
        ifAny(tap.own(), "came back");
        line(tap.waiting() ? "  waits for room" : "");
        if (tap.lastError() != null) {
            line("         " + tap.lastError());
        }
        if (tap.possibleGaps() > 0) {
            StatusReport.PossibleGap newest = tap.newestPossibleGaps().get(0);
            line("         POSSIBLE GAPS: " + Text.count(tap.possibleGaps()) + ", newest " + newest.noticed() + ": "
                    + newest.text());
        }
    }

    private void store(StatusReport.Store store) {
        out.append("store    ")
                .append(store.path())
                .append("  " + Text.bytes(store.diskBytes()) + " of " + Text.bytes(store.quotaBytes()) + " on disk")
                .append("  commit " + Text.millis(store.commitMillisP50()))
                .append(", p99 " + Text.millis(store.commitMillisP99()))
                .append(", max " + Text.millis(store.commitMillisMax()));
        ifAny(store.corruptChunks(), "corrupt chunks");
        line(store.writable() ? "" : "  NOT WRITABLE");
        String why = fullness(store);
        if (!why.isEmpty()) {
            boolean forAll = store.accepting().equals("waiting") && !why.startsWith("cleaning");
            line("         " + why + (forAll ? ": nothing is taken until there is room" : ""));
        }
    }

    /** What a person must not overlook. */
    private static String fullness(StatusReport.Store store) {
        return switch (store.space()) {
            case "disk full" -> "DISK FULL, " + Text.bytes(store.freeBytes()) + " left";
            case "full" -> "STORE FULL";
            case "cleaning" -> "cleaning up, publishers wait for a moment";
            default -> "";
        };
    }

    private void lane(StatusReport.Lane lane) {
        out.append("lane     ")
                .append(lane.name())
                .append("  " + Text.count(lane.messages()) + " kept, " + Text.bytes(lane.bytes()))
                .append("  head " + Text.count(lane.head()));
        String limits = limits(lane.limit());
        out.append(limits.isEmpty() ? "" : "  of " + limits);
        ifAny(lane.unrouted(), "unrouted");
        String consequence = lane.whenFull().equals("refuse") ? "publishers are refused" : "publishers wait";
        line(lane.state().equals("full") ? "  FULL: " + consequence : "");
    }

    private static String limits(StatusReport.Bounds limit) {
        List<String> parts = new ArrayList<>();
        if (limit.ageSeconds() != null) {
            parts.add(Text.duration(limit.ageSeconds()));
        }
        if (limit.bytes() != null) {
            parts.add(Text.bytes(limit.bytes()));
        }
        if (limit.messages() != null) {
            parts.add(Text.count(limit.messages()) + " messages");
        }
        return String.join(", ", parts);
    }

    private void route(StatusReport.Route route) {
        out.append("route    ")
                .append(route.name())
                .append(" to " + route.target())
                .append("  " + route.state())
                .append("  " + Text.count(route.delivered()) + " delivered")
                .append("  " + Text.rate(route.messagesPerSecond()));
        ifAny(route.deadLetters(), "dead letters");
        ifAny(route.expired(), "expired");
        out.append('\n');
        StatusReport.Backlog backlog = route.backlog();
        if (backlog.messages() > 0) {
            Long eta = route.etaSeconds();
            line("         backlog " + Text.count(backlog.messages()) + ", " + Text.bytes(backlog.bytes()) + ", oldest "
                    + Text.duration(backlog.ageSeconds())
                    + (eta == null ? "" : ", gone in " + Text.duration(eta.doubleValue())));
        }
        if (route.lastError() != null) {
            line("         " + route.lastError());
        }
        if (route.lastDeadLetter() != null) {
            line("         last dead letter: " + route.lastDeadLetter());
        }
    }

    /** What was removed undelivered; nothing when there are no gaps. */
    private void gaps(StatusReport.Gaps gaps) {
        if (gaps.messages() == 0) {
            return;
        }
        List<String> reasons = new ArrayList<>();
        for (Map.Entry<String, StatusReport.Amount> reason : gaps.byReason().entrySet()) {
            if (reason.getValue().messages() > 0) {
                reasons.add(reason.getKey() + " " + Text.count(reason.getValue().messages()));
            }
        }
        line("gaps     " + Text.count(gaps.messages()) + ", " + Text.bytes(gaps.bytes()) + " removed undelivered: "
                + String.join(", ", reasons));
        if (!gaps.newest().isEmpty()) {
            GapReport newest = gaps.newest().get(0);
            line("         newest: " + Text.count(newest.messages()) + " of lane " + newest.lane() + " by "
                    + newest.reason() + ", until " + newest.until());
        }
    }
}
