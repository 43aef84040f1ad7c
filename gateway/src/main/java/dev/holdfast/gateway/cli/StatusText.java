package dev.holdfast.gateway.cli;

import java.io.PrintWriter;
import java.util.Locale;
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
        for (JsonNode route : status.path("routes")) {
            printRoute(out, route);
        }
        if (status.path("routes").isEmpty()) {
            out.println("route    none: what comes in is kept");
        }
    }

    private static void printIngest(PrintWriter out, JsonNode ingest) {
        out.printf(
                "ingest   mqtt://%s  %s connected  %s accepted  %s",
                ingest.path("address").asString(""),
                count(ingest, "connections"),
                count(ingest, "accepted"),
                Text.rate(ingest.path("messagesPerSecond").asDouble(0)));
        printIfAny(out, ingest, "bestEffort", "QoS 0");
        printIfAny(out, ingest, "refused", "refused");
        printIfAny(out, ingest, "badPackets", "bad packets");
        out.println();
    }

    private static void printStore(PrintWriter out, JsonNode store) {
        out.printf(
                Locale.ROOT,
                "store    %s  %s on disk  commit %.1f ms, p99 %.1f ms, max %.1f ms",
                store.path("path").asString(""),
                Text.bytes(store.path("diskBytes").asLong(0)),
                store.path("commitMillisP50").asDouble(0),
                store.path("commitMillisP99").asDouble(0),
                store.path("commitMillisMax").asDouble(0));
        printIfAny(out, store, "corruptChunks", "corrupt chunks");
        out.println(store.path("writable").asBoolean(true) ? "" : "  NOT WRITABLE");
        for (JsonNode lane : store.path("lanes")) {
            out.printf(
                    "lane     %s  %s kept, %s  head %s%n",
                    lane.path("name").asString(""),
                    count(lane, "messages"),
                    Text.bytes(lane.path("bytes").asLong(0)),
                    count(lane, "head"));
        }
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
