package dev.holdfast.gateway.audit;

import dev.holdfast.gateway.journal.Journal;
import dev.holdfast.gateway.journal.Mutation;
import dev.holdfast.gateway.journal.SideTable;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happened and is not in the account of gaps, because nobody can count it. Kept in the store, so that it outlives a
 * restart, a log that was rotated away, and the tap that it was about; of very many entries the newest 1,000.
 *
 * <p>An entry becomes durable with the append that carries its mutations. Thread-safe.
 */
public final class AuditTrail {

    private static final Logger LOG = LoggerFactory.getLogger(AuditTrail.class);
    private static final int MAX_KEPT = 1_000;

    private final Journal journal;
    private final TreeMap<Long, AuditEntry> kept = new TreeMap<>();
    private long newest;

    /** The trail that the journal's store has. */
    public AuditTrail(Journal journal) {
        this.journal = journal;
        journal.scan(SideTable.AUDIT, this::restore);
    }

    private synchronized void restore(byte[] key, byte[] value) {
        long number = ByteBuffer.wrap(key).getLong();
        newest = Math.max(newest, number);
        try {
            kept.put(number, AuditEntry.decode(number, value));
        } catch (IllegalArgumentException e) {
            LOG.error("an entry of the audit can't be believed number={} why=\"{}\"", number, e.getMessage());
        }
    }

    /**
     * Enters what happened now.
     *
     * @param subject what it happened to
     * @param reason a word for programs
     * @param text for people
     * @param wallMillis wall clock, ms since 1970
     * @return what is to be appended to the journal
     */
    public synchronized List<Mutation> enter(
            AuditEntry.Event event, String subject, String reason, String text, long wallMillis) {
        AuditEntry entry = new AuditEntry(++newest, event, subject, reason, text, wallMillis, journal.gatewayMillis());
        kept.put(entry.number(), entry);
        List<Mutation> changes = new ArrayList<>();
        changes.add(new Mutation(SideTable.AUDIT, key(entry.number()), entry.encode()));
        while (kept.size() > MAX_KEPT) {
            changes.add(new Mutation(SideTable.AUDIT, key(kept.pollFirstEntry().getKey()), null));
        }
        return changes;
    }

    private static byte[] key(long number) {
        return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
    }

    /** All that is kept, the newest first. */
    public synchronized List<AuditEntry> newestFirst() {
        return List.copyOf(kept.descendingMap().values());
    }
}
