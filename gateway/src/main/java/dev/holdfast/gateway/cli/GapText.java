package dev.holdfast.gateway.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** What was removed undelivered, for people. */
final class GapText {

    private GapText() {}

    /** Nothing when there are no gaps. */
    static void print(PrintWriter out, JsonNode gaps) {
        if (gaps.path("messages").asLong(0) == 0) {
            return;
        }
        List<String> reasons = new ArrayList<>();
        gaps.path("byReason").properties().forEach(entry -> {
            long messages = entry.getValue().path("messages").asLong(0);
            if (messages > 0) {
                reasons.add(entry.getKey() + " " + Text.count(messages));
            }
        });
        out.printf(
                "gaps     %s, %s removed undelivered: %s%n",
                Text.count(gaps.path("messages").asLong(0)),
                Text.bytes(gaps.path("bytes").asLong(0)),
                String.join(", ", reasons));
        JsonNode newest = gaps.path("newest").path(0);
        if (newest.isObject()) {
            out.printf(
                    "         newest: %s of lane %s by %s, until %s%n",
                    Text.count(newest.path("messages").asLong(0)),
                    newest.path("lane").asString(""),
                    newest.path("reason").asString(""),
                    newest.path("until").asString(""));
        }
    }
}
