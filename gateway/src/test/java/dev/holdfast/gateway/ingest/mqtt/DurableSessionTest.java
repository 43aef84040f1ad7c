package dev.holdfast.gateway.ingest.mqtt;

import static dev.holdfast.gateway.ingest.mqtt.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.gateway.journal.ChunkReader;
import dev.holdfast.gateway.journal.InterceptedStore;
import dev.holdfast.gateway.journal.JournalOptions;
import dev.holdfast.gateway.journal.ManualClock;
import dev.holdfast.gateway.journal.SideTable;
import dev.holdfast.gateway.journal.StoreException;
import dev.holdfast.gateway.journal.StoreJournal;
import dev.holdfast.gateway.journal.StoredChunk;
import dev.holdfast.gateway.journal.TopicTable;
import dev.holdfast.gateway.journal.xodus.XodusStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The front door over a real journal, across restarts and commits that fail. */
class DurableSessionTest {

    @TempDir
    private Path directory;

    private final ManualClock clock = new ManualClock();
    private final AtomicInteger failures = new AtomicInteger();
    private InterceptedStore store;
    private StoreJournal journal;
    private TestDoor door;

    @BeforeEach
    void open() {
        store = new InterceptedStore(XodusStore.open(directory));
        journal = StoreJournal.open(store, JournalOptions.defaults(List.of()), clock);
        journal.start(failure -> failures.incrementAndGet());
        door = TestDoor.overJournal(journal);
    }

    @AfterEach
    void close() {
        door.close();
        journal.close();
    }

    private void restart() {
        close();
        open();
    }

    private static Login kept(String clientId) {
        return Login.mqtt5(clientId).resuming().expiry(100);
    }

    private List<String> stored() {
        List<String> payloads = new ArrayList<>();
        for (StoredChunk chunk : journal.read(0, 1, 1 << 20)) {
            ChunkReader reader = chunk.open(new TopicTable());
            while (reader.next()) {
                payloads.add(StoredMessage.at(reader).payload());
            }
        }
        return payloads;
    }

    private int entries(SideTable table) {
        AtomicInteger count = new AtomicInteger();
        journal.scan(table, (key, value) -> count.incrementAndGet());
        return count.get();
    }

    private void failFromNowOn() {
        store.beforeCommit(() -> {
            throw new StoreException("the test wants this commit to fail");
        });
    }

    @Test
    void shouldStoreOnceWhatIsSentAgainAfterARestart() {
        RawClient before = door.connect(kept("c"));
        before.publish(2, 7, "a/b", "one").expect("PUBREC 7");
        before.publish(2, 65_535, "a/b", "two").expect("PUBREC 65535");
        restart();

        RawClient after = door.login(kept("c"));
        after.expect("CONNACK present");
        after.publish(2, 7, "a/b", "one").expect("PUBREC 7");
        after.publish(2, 65_535, "a/b", "two").expect("PUBREC 65535");
        after.release(7).expect("PUBCOMP 7");
        after.publish(2, 7, "a/b", "three").expect("PUBREC 7");

        assertThat(stored()).containsExactly("one", "two", "three");
    }

    @Test
    void shouldNotHoldAfterARestartWhatWasReleasedBefore() {
        RawClient before = door.connect(kept("c"));
        before.publish(2, 7, "a/b", "one").expect("PUBREC 7");
        before.release(7).expect("PUBCOMP 7");
        restart();

        assertThat(entries(SideTable.HELD_IDS)).isZero();
        RawClient after = door.login(kept("c"));
        after.expect("CONNACK present");
        after.publish(2, 7, "a/b", "two").expect("PUBREC 7");
        assertThat(stored()).containsExactly("one", "two");
    }

    @Test
    void shouldForgetDurablyWithACleanStart() {
        RawClient before = door.connect(kept("c"));
        before.publish(2, 7, "a/b", "one").expect("PUBREC 7");
        before.close();
        door.awaitConnections(0);
        door.connect5("c");
        restart();

        assertThat(entries(SideTable.SESSIONS)).isZero();
        assertThat(entries(SideTable.HELD_IDS)).isZero();
        RawClient after = door.connect(kept("c"));
        after.publish(2, 7, "a/b", "two").expect("PUBREC 7");
        assertThat(stored()).containsExactly("one", "two");
    }

    @Test
    void shouldRememberSessionsOf311AcrossARestart() {
        String id = "Gerät 17/".repeat(100);
        door.connect(Login.mqtt3(id).resuming());
        restart();

        assertThat(door.door().sessions()).isEqualTo(1);
        door.login(Login.mqtt3(id).resuming()).expect("CONNACK present");
    }

    @Test
    void shouldNotMixUpHeldIdsOfClientsWithSimilarNames() {
        door.connect(kept("c")).publish(2, 0x6300, "a", "1").expect("PUBREC 25344");
        door.connect(kept("cc")).publish(2, 0x0063, "a", "2").expect("PUBREC 99");
        restart();

        RawClient c = door.login(kept("c"));
        c.expect("CONNACK present");
        c.release(99).expect("PUBCOMP 99 0x92");
        c.release(25344).expect("PUBCOMP 25344");
        RawClient cc = door.login(kept("cc"));
        cc.expect("CONNACK present");
        cc.release(99).expect("PUBCOMP 99");
    }

    @Test
    void shouldEndASessionWhoseTimeIsOverAfterARestart() {
        door.connect(kept("c")).publish(2, 7, "a/b", "one").expect("PUBREC 7");
        restart();
        clock.advance(Duration.ofSeconds(99));
        restart();
        assertThat(entries(SideTable.SESSIONS)).isEqualTo(1);
        clock.advance(Duration.ofSeconds(1));
        restart();

        await("the record to be removed").until(() -> entries(SideTable.SESSIONS), count -> count == 0);
        assertThat(entries(SideTable.HELD_IDS)).isZero();
        door.connect(kept("c"));
    }

    @Test
    void shouldAcknowledgeNothingAnyMoreWhenACommitFails() {
        RawClient client = door.connect(kept("c"));
        client.publish(1, 1, "a/b", "one").expect("PUBACK 1");
        client.publish(2, 2, "a/b", "two").expect("PUBREC 2");
        failFromNowOn();

        client.publish(1, 3, "a/b", "three")
                .publish(2, 4, "a/b", "four")
                .release(2)
                .expectNoAnswerYet();
        await("the journal to fail").until(failures::get, count -> count == 1);
        client.publish(1, 5, "a/b", "five").expectNoAnswerYet();
        assertThat(door.door().stats().acknowledged()).isEqualTo(2);
        restart();

        assertThat(stored()).containsExactly("one", "two");
        RawClient after = door.login(kept("c"));
        after.expect("CONNACK present");
        after.release(2).expect("PUBCOMP 2");
        after.release(4).expect("PUBCOMP 4 0x92");
    }

    @Test
    void shouldBeginNoSessionAnyMoreWhenACommitFails() {
        failFromNowOn();

        RawClient client = door.login(kept("c"));
        await("the journal to fail").until(failures::get, count -> count == 1);
        door.closeDoor();

        client.expect("CONNACK 0x88");
        restart();
        door.connect(kept("c"));
    }
}
