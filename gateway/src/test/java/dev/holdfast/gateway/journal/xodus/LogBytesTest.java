package dev.holdfast.gateway.journal.xodus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogBytesTest {

    private static final int LENGTH = 50_000;

    @TempDir
    private Path temp = Path.of("");

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(7).nextBytes(bytes);
        return bytes;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 100, 4_096, 49_999, 50_000, 65_536})
    void shouldShowTheSameThroughAWindow(int windowBytes) throws IOException {
        byte[] bytes = random(LENGTH);
        Path path = Files.write(temp.resolve("file"), bytes);
        Random random = new Random(windowBytes);
        try (FileChannel file = FileChannel.open(path)) {
            LogBytes through = LogBytes.through(file, windowBytes);
            assertThat(through.length()).isEqualTo(LENGTH);
            for (int at = 0; at < LENGTH; at++) {
                assertThat(through.get(at)).isEqualTo(bytes[at]);
            }
            for (int at = LENGTH - 1; at >= 0; at--) {
                assertThat(through.get(at)).isEqualTo(bytes[at]);
            }
            for (int i = 0; i < 1_000; i++) {
                int at = random.nextInt(LENGTH);
                int end = at + random.nextInt(LENGTH - at);
                assertThat(through.get(at)).isEqualTo(bytes[at]);
                assertThat(through.range(at, end)).isEqualTo(ByteBuffer.wrap(bytes, at, end - at));
                assertThat(LogBytes.of(bytes).range(at, end)).isEqualTo(ByteBuffer.wrap(bytes, at, end - at));
            }
            assertThat(through.inMemory().range(0, LENGTH)).isEqualTo(ByteBuffer.wrap(bytes));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 4_095, 4_096, 4_097, 8_192, 33_000, 49_999, 50_000})
    void shouldFindWhereZerosBegin(int written) throws IOException {
        byte[] bytes = Arrays.copyOf(random(written), LENGTH);
        if (written > 0) {
            bytes[written - 1] = 1;
        }
        Path path = Files.write(temp.resolve("file"), bytes);
        assertThat(LogBytes.of(bytes).endOfData()).isEqualTo(written);
        try (FileChannel file = FileChannel.open(path)) {
            for (int windowBytes : new int[] {1, 4_095, 4_096, 5_000, 65_536}) {
                assertThat(LogBytes.through(file, windowBytes).endOfData())
                        .as("through a window of %d bytes", windowBytes)
                        .isEqualTo(written);
            }
        }
    }

    @Test
    void shouldHaveNothingBesideTheFile() throws IOException {
        Path path = Files.write(temp.resolve("file"), random(LENGTH));
        try (FileChannel file = FileChannel.open(path)) {
            for (LogBytes bytes : List.of(LogBytes.through(file, 1_000), LogBytes.of(random(LENGTH)))) {
                assertThatThrownBy(() -> bytes.get(LENGTH)).isInstanceOf(IndexOutOfBoundsException.class);
                assertThatThrownBy(() -> bytes.get(-1)).isInstanceOf(IndexOutOfBoundsException.class);
            }
        }
    }

    @Test
    void shouldSayThatTheFileHasBecomeShorter() throws IOException {
        Path path = Files.write(temp.resolve("file"), random(LENGTH));
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            LogBytes bytes = LogBytes.through(file, 1_000);
            file.truncate(30_000);

            assertThat(bytes.get(29_000)).isEqualTo(random(LENGTH)[29_000]);
            assertThatThrownBy(() -> bytes.get(30_000))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("the file ends at 30000, it had 50000 bytes before");
            assertThatThrownBy(() -> bytes.get(30_000))
                    .as("and says so again")
                    .isInstanceOf(UncheckedIOException.class);
        }
    }
}
