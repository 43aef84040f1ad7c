package dev.holdfast.gateway.admin;

import dev.holdfast.gateway.audit.AuditEntry;
import java.time.Instant;
import java.util.Locale;

/**
 * An entry of the audit trail, as the API gives it: fields are added, never changed.
 *
 * @param number counts the entries of a store up from 1
 * @param event possible-gap
 * @param subject what it happened to: the name of a tap
 * @param reason what brought it about, in a word
 * @param text the same for people
 * @param at when, ISO 8601, by the clock of the machine at that time
 * @param atGatewayMillis when, in gateway time
 */
public record AuditReport(
        long number, String event, String subject, String reason, String text, String at, long atGatewayMillis) {

    /** The report of an entry. */
    public static AuditReport of(AuditEntry entry) {
        return new AuditReport(
                entry.number(),
                entry.event().name().toLowerCase(Locale.ROOT).replace('_', '-'),
                entry.subject(),
                entry.reason(),
                entry.text(),
                Instant.ofEpochMilli(entry.wallMillis()).toString(),
                entry.gatewayMillis());
    }
}
