package dev.holdfast.gateway.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What every engine must do. Each engine has a subclass. */
public abstract class StoreContractTest {

    /** An empty store, or the same again as a new process finds it. */
    protected abstract Store open();

    /** Ends the process that has the store, as kill -9 does. */
    protected abstract void kill(Store store);

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private static List<String> all(Store store, String table) {
        return store.read(reader -> {
            List<String> found = new ArrayList<>();
            Store.Cursor cursor = reader.cursor(table);
            while (cursor.next()) {
                found.add(new String(cursor.key(), UTF_8) + "=" + new String(cursor.value(), UTF_8));
            }
            return found;
        });
    }

    @Test
    void shouldHaveWhatWasCommittedAfterAKill() {
        Store store = open();
        store.commit(tx -> {
            tx.put("t", bytes("b"), bytes("2"));
            tx.put("t", bytes("a"), bytes("1"));
            tx.put("u", bytes("a"), bytes("other"));
        });
        kill(store);

        Store again = open();

        assertThat(all(again, "t")).containsExactly("a=1", "b=2");
        assertThat(all(again, "u")).containsExactly("a=other");
        again.close();
    }

    @Test
    void shouldReplaceAndDelete() {
        Store store = open();
        store.commit(tx -> {
            tx.put("t", bytes("a"), bytes("1"));
            tx.put("t", bytes("b"), bytes("2"));
        });
        store.commit(tx -> {
            tx.put("t", bytes("a"), bytes("changed"));
            assertThat(tx.delete("t", bytes("b"))).isTrue();
            assertThat(tx.delete("t", bytes("not there"))).isFalse();
        });

        assertThat(all(store, "t")).containsExactly("a=changed");
        store.close();
    }

    @Test
    void shouldSeeItsOwnChangesInATransaction() {
        Store store = open();
        store.commit(tx -> {
            tx.append("t", bytes("a"), bytes("1"));
            assertThat(tx.get("t", bytes("a"))).isEqualTo(bytes("1"));
            assertThat(tx.cursor("t").next()).isTrue();
            tx.delete("t", bytes("a"));
            assertThat(tx.get("t", bytes("a"))).isNull();
            assertThat(tx.cursor("t").next()).isFalse();
        });
        store.close();
    }

    @Test
    void shouldChangeNothingWhenTheWorkThrows() {
        Store store = open();
        store.commit(tx -> tx.put("t", bytes("a"), bytes("1")));

        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> store.commit(tx -> {
                    tx.put("t", bytes("a"), bytes("2"));
                    throw new IllegalStateException("on purpose");
                }));

        assertThat(all(store, "t")).containsExactly("a=1");
        store.close();
    }

    @Test
    void shouldKeepASnapshotWhileOthersCommit() {
        Store store = open();
        store.commit(tx -> tx.put("t", bytes("a"), bytes("1")));

        List<String> seen = store.read(reader -> {
            store.commit(tx -> tx.put("t", bytes("a"), bytes("2")));
            byte[] value = reader.get("t", bytes("a"));
            return List.of(value == null ? "" : new String(value, UTF_8));
        });

        assertThat(all(store, "t")).containsExactly("a=2");
        assertThat(seen).isSubsetOf("1", "2");
        store.close();
    }

    @Test
    void shouldFindItsWayInATable() {
        Store store = open();
        store.commit(tx -> {
            for (long i = 10; i <= 1_000; i += 10) {
                tx.append("t", Keys.ofSequence(i), bytes("value " + i));
            }
        });

        store.read(reader -> {
            Store.Cursor cursor = reader.cursor("t");
            assertThat(cursor.seek(Keys.ofSequence(500))).isTrue();
            assertThat(Keys.sequence(cursor.key())).isEqualTo(500);
            assertThat(cursor.seek(Keys.ofSequence(501))).isTrue();
            assertThat(Keys.sequence(cursor.key())).isEqualTo(510);
            assertThat(cursor.previous()).isTrue();
            assertThat(Keys.sequence(cursor.key())).isEqualTo(500);
            assertThat(cursor.next()).isTrue();
            assertThat(cursor.value()).isEqualTo(bytes("value 510"));
            assertThat(cursor.valuePrefix(3)).isEqualTo(bytes("val"));
            assertThat(cursor.valuePrefix(1_000)).isEqualTo(bytes("value 510"));
            assertThat(cursor.last()).isTrue();
            assertThat(Keys.sequence(cursor.key())).isEqualTo(1_000);
            assertThat(cursor.next()).isFalse();
            Store.Cursor other = reader.cursor("t");
            assertThat(other.seek(Keys.ofSequence(1_001))).isFalse();
            Store.Cursor first = reader.cursor("t");
            assertThat(first.seek(Keys.ofSequence(0))).isTrue();
            assertThat(first.previous()).isFalse();
            return true;
        });
        store.close();
    }

    @Test
    void shouldOrderKeysAsUnsignedBytes() {
        Store store = open();
        store.commit(tx -> {
            tx.put("t", new byte[] {(byte) 0x80}, bytes("high"));
            tx.put("t", new byte[] {0x7f}, bytes("low"));
        });

        store.read(reader -> {
            Store.Cursor cursor = reader.cursor("t");
            assertThat(cursor.next()).isTrue();
            assertThat(cursor.value()).isEqualTo(bytes("low"));
            return true;
        });
        store.close();
    }

    @Test
    void shouldTakeATableThatWasNeverWrittenForAnEmptyOne() {
        Store store = open();

        store.read(reader -> {
            assertThat(reader.get("nothing", bytes("a"))).isNull();
            assertThat(reader.cursor("nothing").next()).isFalse();
            assertThat(reader.cursor("nothing").seek(bytes("a"))).isFalse();
            assertThat(reader.cursor("nothing").last()).isFalse();
            return true;
        });
        store.close();
    }

    @Test
    void shouldKeepLargeValuesWhole() {
        Store store = open();
        byte[] large = new byte[5 << 20];
        for (int i = 0; i < large.length; i++) {
            large[i] = (byte) ((i * 31) >> 3);
        }
        store.commit(tx -> tx.append("t", Keys.ofSequence(1), large));
        kill(store);

        Store again = open();
        byte[] found = again.read(reader -> reader.get("t", Keys.ofSequence(1)));
        assertThat(found).isEqualTo(large);
        again.close();
    }
}
