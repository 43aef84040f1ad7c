package dev.holdfast.gateway.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.gateway.audit.AuditEntry.Event;
import dev.holdfast.gateway.journal.Append;
import dev.holdfast.gateway.journal.JournalOptions;
import dev.holdfast.gateway.journal.ManualClock;
import dev.holdfast.gateway.journal.MemoryStore;
import dev.holdfast.gateway.journal.Mutation;
import dev.holdfast.gateway.journal.SideTable;
import dev.holdfast.gateway.journal.StoreJournal;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the trail keeps, over a store that loses what is not committed. */
class AuditTrailTest {

    private final ManualClock clock = new ManualClock();
    private MemoryStore store = new MemoryStore();
    private StoreJournal journal = openJournal();
    private AuditTrail trail = new AuditTrail(journal);

    private StoreJournal openJournal() {
        return StoreJournal.open(store, JournalOptions.defaults(List.of()), clock);
    }

    private void crash() {
        store = store.afterCrash();
        journal = openJournal();
        trail = new AuditTrail(journal);
    }

    private void append(List<Mutation> mutations) {
        journal.append(new Append(List.of(), mutations, () -> {}));
        while (journal.committer().doWork() == 0) {
            // until there is nothing to do
        }
    }

    private void enter(String text) {
        append(trail.enter(Event.POSSIBLE_GAP, "plant", "session-lost", text, 1_234));
    }

    private List<String> texts() {
        return trail.newestFirst().stream().map(AuditEntry::text).toList();
    }

    @Test
    void shouldKnowAfterACrashWhatWasCommitted() {
        enter("größer als \"alles\"");
        List<AuditEntry> before = trail.newestFirst();
        List<Mutation> unused = trail.enter(Event.POSSIBLE_GAP, "plant", "too-large", "not committed", 0);
        crash();

        assertThat(trail.newestFirst()).isEqualTo(before);
        assertThat(before.get(0))
                .isEqualTo(new AuditEntry(
                        1,
                        Event.POSSIBLE_GAP,
                        "plant",
                        "session-lost",
                        "größer als \"alles\"",
                        1_234,
                        before.get(0).gatewayMillis()));
        enter("next");
        assertThat(texts()).containsExactly("next", "größer als \"alles\"");
    }

    @Test
    void shouldKeepTheNewestThousand() {
        for (int i = 1; i <= 1_003; i++) {
            enter("entry " + i);
        }
        crash();

        assertThat(texts()).hasSize(1_000).startsWith("entry 1003").endsWith("entry 4");
        List<byte[]> stored = new ArrayList<>();
        journal.scan(SideTable.AUDIT, (key, value) -> stored.add(key));
        assertThat(stored).as("in the store too").hasSize(1_000);
    }

    @Test
    void shouldGoOnWhenAnEntryIsDamaged() {
        enter("first");
        byte[] second = new byte[] {0, 0, 0, 0, 0, 0, 0, 2};
        append(List.of(
                new Mutation(SideTable.AUDIT, second, "what is this, and how did it get here?".getBytes(UTF_8))));
        crash();

        assertThat(texts()).containsExactly("first");
        enter("third");
        assertThat(trail.newestFirst().get(0).number())
                .as("a number is used once")
                .isEqualTo(3);
    }
}
