package dev.holdfast.gateway.journal.xodus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdfast.gateway.journal.Store;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files are cleaned in many turns with commits in between, and what lives in them stays. */
class CleanerTest {

    private static final List<String> TABLES = List.of("queue", "queue2", "state");
    private static final int FILES_TO_DELETE = 3;
    private static final int MOST_COMMITS = 100_000;

    /** Of a queue's entries so many stay behind, as those of a route that is late. */
    private static final int KEPT_OF = 40;

    @TempDir
    private Path temp = Path.of("");

    private final Random random = new Random(42);

    /** What must be in each table. */
    private final Map<String, Map<Integer, byte[]>> model = new TreeMap<>();

    CleanerTest() {
        TABLES.forEach(table -> model.put(table, new TreeMap<>()));
    }

    @Test
    void shouldKeepWhatLivesWhileFilesAreCleanedBetweenCommits() throws IOException {
        Path directory = temp.resolve("store");
        try (Store store = XodusStore.open(directory)) {
            for (int i = 0; i < MOST_COMMITS && deleted(directory) < FILES_TO_DELETE; i++) {
                int entry = i;
                store.commit(writer -> change(writer, entry));
            }
            assertThat(deleted(directory)).as("files cleaned meanwhile").isGreaterThanOrEqualTo(FILES_TO_DELETE);
            compare(store);
        }
        try (Store store = XodusStore.open(directory)) {
            compare(store);
        }
    }

    /** Commits have stopped: nothing is written but what the cleaner moves, a quarter of two files. */
    @Test
    void shouldGiveSpaceBackInSmallCommitsWhenNothingElseIsWritten() throws IOException {
        Path directory = temp.resolve("store");
        try (Store store = XodusStore.open(directory)) {
            for (int entry = 0; entry < 1200; entry++) {
                int key = entry;
                store.commit(writer -> put(writer, "queue", key, 16_000));
            }
            List<Path> files = logFiles(directory);
            assertThat(files).hasSize(3);
            int before = commitsIn(files.get(2));
            store.commit(writer -> {
                for (int entry = 0; entry < 1200; entry++) {
                    if (entry % 4 > 0) {
                        delete(writer, "queue", entry);
                    }
                }
            });

            await("what is left has been moved, and the files are gone")
                    .until(() -> logFiles(directory).equals(files.subList(2, 3)));

            assertThat(commitsIn(files.get(2)) - before - 1)
                    .as("turns, of 16 MiB in all")
                    .isBetween(12, 40);
            compare(store);
        }
        try (Store store = XodusStore.open(directory)) {
            compare(store);
        }
    }

    private static int commitsIn(Path file) throws IOException {
        int[] commits = {0};
        RawLog.visit(LogBytes.of(Files.readAllBytes(file)), new RawLog.Visitor() {
            @Override
            public boolean leaf(int at, ByteBuffer value) {
                return false;
            }

            @Override
            public void root(int rootEnd, boolean followed) {
                commits[0]++;
            }
        });
        return commits[0];
    }

    /** An entry comes in, an older one goes, and now and then something that lives for long changes. */
    private void change(Store.Writer writer, int entry) {
        String queue = TABLES.get(entry % 2);
        put(writer, queue, entry, 3000);
        int gone = entry - 100;
        if (gone >= 0 && gone % KEPT_OF > 1) {
            delete(writer, TABLES.get(gone % 2), gone);
        }
        if (entry % 50 == 0) {
            put(writer, "state", random.nextInt(500), 300);
        }
    }

    private void put(Store.Writer writer, String table, int entry, int bytes) {
        byte[] value = new byte[bytes];
        random.nextBytes(value);
        writer.put(table, key(entry), value);
        entries(table).put(entry, value);
    }

    private void delete(Store.Writer writer, String table, int entry) {
        writer.delete(table, key(entry));
        entries(table).remove(entry);
    }

    private Map<Integer, byte[]> entries(String table) {
        return model.getOrDefault(table, Map.of());
    }

    private static byte[] key(int entry) {
        return ByteBuffer.allocate(4).putInt(entry).array();
    }

    private void compare(Store store) {
        for (String table : TABLES) {
            List<Integer> wrong = store.read(reader -> differences(reader, table));
            assertThat(wrong)
                    .as("entries of %s that are not as they were written", table)
                    .isEmpty();
        }
    }

    private List<Integer> differences(Store.Reader reader, String table) {
        Map<Integer, byte[]> left = new TreeMap<>(entries(table));
        List<Integer> wrong = new ArrayList<>();
        Store.Cursor cursor = reader.cursor(table);
        while (cursor.next()) {
            int entry = ByteBuffer.wrap(cursor.key()).getInt();
            if (!Arrays.equals(cursor.value(), left.remove(entry))) {
                wrong.add(entry);
            }
        }
        wrong.addAll(left.keySet());
        return wrong;
    }

    /** How many of the first files are gone. */
    private static int deleted(Path directory) throws IOException {
        List<Path> files = logFiles(directory);
        long written = LogFiles.address(files.get(files.size() - 1)) / Engine.FILE_BYTES + 1;
        return (int) written - files.size();
    }

    private static List<Path> logFiles(Path directory) throws IOException {
        return LogFiles.in(directory.resolve("xodus"));
    }
}
