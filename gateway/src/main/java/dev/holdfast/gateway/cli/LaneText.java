package dev.holdfast.gateway.cli;

import dev.holdfast.gateway.config.LaneConfig;
import dev.holdfast.gateway.config.LaneConfig.Bounds;
import dev.holdfast.gateway.text.Text;
import java.util.ArrayList;
import java.util.List;

/** A configured lane for people. */
final class LaneText {

    private LaneText() {}

    /** Such as {@code telemetry  [#]  up to 7d 0h, 2.0 GiB  history 1d 0h  when full: drop-oldest}. */
    static String of(LaneConfig lane) {
        String limit = of(lane.limit());
        return lane.name() + "  " + lane.topics() + (limit.isEmpty() ? "  unlimited" : "  up to " + limit)
                + lane.history().map(history -> "  history " + of(history)).orElse("") + "  when full: "
                + lane.whenFull();
    }

    private static String of(Bounds bounds) {
        List<String> parts = new ArrayList<>();
        bounds.age().ifPresent(age -> parts.add(Text.duration((double) age.toSeconds())));
        bounds.bytes().ifPresent(bytes -> parts.add(Text.bytes(bytes)));
        bounds.messages().ifPresent(messages -> parts.add(Text.count(messages) + " messages"));
        return String.join(", ", parts);
    }
}
