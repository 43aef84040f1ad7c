package dev.holdfast.gateway.admin;

import dev.holdfast.gateway.journal.Gap;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * An accounted absence: messages that were removed and not delivered to all who wanted them. As the API and the messages
 * upstream give it: fields are added, never changed.
 *
 * @param number counts the gaps of a store up from 1
 * @param lane lane of the messages
 * @param routes the routes that wanted them and did not get them; empty when none did
 * @param from sequence of the first
 * @param to sequence of the last; between them others may have been delivered
 * @param messages how many
 * @param bytes bytes of their topics, properties and payloads, as far as they are known
 * @param reason age, size, count, quota, corrupt, lost or rejected
 * @param since when the first was removed, ISO 8601, by the clock of the machine at that time
 * @param until when the last was removed, by the same clock
 * @param sinceGatewayMillis when the first was removed, in gateway time
 * @param untilGatewayMillis when the last was removed, in gateway time
 */
public record GapReport(
        long number,
        String lane,
        List<String> routes,
        long from,
        long to,
        long messages,
        long bytes,
        String reason,
        String since,
        String until,
        long sinceGatewayMillis,
        long untilGatewayMillis) {

    /** Copies the list. */
    public GapReport {
        routes = List.copyOf(routes);
    }

    /** The report of a gap. */
    public static GapReport of(Gap gap) {
        long lasted = gap.untilMillis() - gap.sinceMillis();
        return new GapReport(
                gap.number(),
                gap.lane(),
                gap.routes(),
                gap.from(),
                gap.to(),
                gap.messages(),
                gap.bytes(),
                gap.reason().name().toLowerCase(Locale.ROOT),
                Instant.ofEpochMilli(gap.wallMillis()).toString(),
                Instant.ofEpochMilli(gap.wallMillis() + lasted).toString(),
                gap.sinceMillis(),
                gap.untilMillis());
    }
}
