package dev.holdfast.gateway.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** The status for people. */
final class StatusText {

    private StatusText() {}

    static void print(PrintWriter out, JsonNode status) {
        JsonNode gateway = status.path("gateway");
        out.printf(
                "gateway  %s  up %s  version %s  process %d%n",
                gateway.path("id").asString(""),
                Text.duration(gateway.path("uptimeSeconds").asDouble(0)),
                gateway.path("version").asString(""),
                gateway.path("pid").asLong(0));
        printIngest(out, status.path("ingest"));
        printStore(out, status.path("store"));
        printLanes(out, status.path("store"));
        for (JsonNode route : status.path("routes")) {
            printRoute(out, route);
        }
        if (status.path("routes").isEmpty()) {
            out.println("route    none: what comes in is kept");
        }
        GapText.print(out, status.path("gaps"));
    }

    private static void printIngest(PrintWriter out, JsonNode ingest) {
        out.printf(
                "ingest   %s  %s connected  %s accepted  %s",
                addresses(ingest),
                count(ingest, "connections"),
                count(ingest, "accepted"),
                Text.rate(ingest.path("messagesPerSecond").asDouble(0)));
        printIfAny(out, ingest, "bestEffort", "QoS 0");
        printIfAny(out, ingest, "refused", "refused");
        printIfAny(out, ingest, "refusedForSpace", "of them for lack of room");
        printIfAny(out, ingest, "heldBack", "made to wait");
        printIfAny(out, ingest, "badPackets", "bad packets");
        out.println();
        for (Map.Entry<String, JsonNode> limit : ingest.path("limits").properties()) {
            out.println("         limit " + limit.getKey() + " met "
                    + Text.count(limit.getValue().asLong(0)) + " times");
        }
        for (JsonNode warning : ingest.path("warnings")) {
            out.println("         NOTE: " + warning.asString(""));
        }
    }

    private static String addresses(JsonNode ingest) {
        List<String> all = new ArrayList<>();
        ingest.path("addresses").forEach(address -> all.add(address.asString("")));
        return String.join(" ", all);
    }

    private static void printStore(PrintWriter out, JsonNode store) {
        out.printf(
                Locale.ROOT,
                "store    %s  %s of %s on disk  commit %.1f ms, p99 %.1f ms, max %.1f ms",
                store.path("path").asString(""),
                Text.bytes(store.path("diskBytes").asLong(0)),
                Text.bytes(store.path("quotaBytes").asLong(0)),
                store.path("commitMillisP50").asDouble(0),
                store.path("commitMillisP99").asDouble(0),
                store.path("commitMillisMax").asDouble(0));
        printIfAny(out, store, "corruptChunks", "corrupt chunks");
        out.println(store.path("writable").asBoolean(true) ? "" : "  NOT WRITABLE");
        printFullness(out, store);
    }

    /** What a person must not overlook. */
    private static void printFullness(PrintWriter out, JsonNode store) {
        String why = switch (store.path("space").asString("free")) {
            case "disk full" ->
                "DISK FULL, %s left"
                        .formatted(Text.bytes(store.path("freeBytes").asLong(0)));
            case "full" -> "STORE FULL";
            case "cleaning" -> "cleaning up, publishers wait for a moment";
            default -> "";
        };
        boolean waiting = store.path("accepting").asString("all").equals("waiting");
        if (!why.isEmpty()) {
            boolean forAll = waiting && !why.startsWith("cleaning");
            out.println("         " + why + (forAll ? ": nothing is taken until there is room" : ""));
        }
    }

    private static void printLanes(PrintWriter out, JsonNode store) {
        for (JsonNode lane : store.path("lanes")) {
            out.printf(
                    "lane     %s  %s kept, %s  head %s",
                    lane.path("name").asString(""),
                    count(lane, "messages"),
                    Text.bytes(lane.path("bytes").asLong(0)),
                    count(lane, "head"));
            String limits = limits(lane.path("limit"));
            out.print(limits.isEmpty() ? "" : "  of " + limits);
            printIfAny(out, lane, "unrouted", "unrouted");
            boolean full = lane.path("state").asString("").equals("full");
            out.println(full ? "  FULL: " + consequence(lane.path("whenFull").asString("")) : "");
        }
    }

    private static String limits(JsonNode limit) {
        List<String> parts = new ArrayList<>();
        if (limit.path("ageSeconds").isNumber()) {
            parts.add(Text.duration(limit.path("ageSeconds").asDouble(0)));
        }
        if (limit.path("bytes").isNumber()) {
            parts.add(Text.bytes(limit.path("bytes").asLong(0)));
        }
        if (limit.path("messages").isNumber()) {
            parts.add(count(limit, "messages") + " messages");
        }
        return String.join(", ", parts);
    }

    private static String consequence(String whenFull) {
        return whenFull.equals("refuse") ? "publishers are refused" : "publishers wait";
    }

    private static void printRoute(PrintWriter out, JsonNode route) {
        JsonNode backlog = route.path("backlog");
        long waiting = backlog.path("messages").asLong(0);
        out.printf(
                "route    %s to %s  %s  %s delivered  %s",
                route.path("name").asString(""),
                route.path("target").asString(""),
                route.path("state").asString(""),
                count(route, "delivered"),
                Text.rate(route.path("messagesPerSecond").asDouble(0)));
        printIfAny(out, route, "deadLetters", "dead letters");
        printIfAny(out, route, "expired", "expired");
        out.println();
        if (waiting > 0) {
            out.printf(
                    "         backlog %s, %s, oldest %s%s%n",
                    Text.count(waiting),
                    Text.bytes(backlog.path("bytes").asLong(0)),
                    Text.duration(backlog.path("ageSeconds").asDouble(0)),
                    route.path("etaSeconds").isNumber()
                            ? ", gone in "
                                    + Text.duration(route.path("etaSeconds").asDouble(0))
                            : "");
        }
        if (route.path("lastError").isString()) {
            out.println("         " + route.path("lastError").asString(""));
        }
        if (route.path("lastDeadLetter").isString()) {
            out.println(
                    "         last dead letter: " + route.path("lastDeadLetter").asString(""));
        }
    }

    private static String count(JsonNode node, String field) {
        return Text.count(node.path(field).asLong(0));
    }

    private static void printIfAny(PrintWriter out, JsonNode node, String field, String what) {
        if (node.path(field).asLong(0) > 0) {
            out.print("  " + count(node, field) + " " + what);
        }
    }
}
