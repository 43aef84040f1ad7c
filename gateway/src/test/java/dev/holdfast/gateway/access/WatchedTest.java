package dev.holdfast.gateway.access;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A value made of files; what can't be used changes nothing. */
class WatchedTest {

    @TempDir
    private Path directory = Path.of("");

    private Path file(String name, String content) throws IOException {
        return Files.writeString(directory.resolve(name), content);
    }

    private static Watched<String> watched(Path... files) {
        return Watched.open("a thing", List.of(files), contents -> {
            StringBuilder all = new StringBuilder();
            for (byte[] content : contents) {
                String text = new String(content, UTF_8);
                if (text.contains("bad")) {
                    throw new IllegalArgumentException("it is " + text);
                }
                all.append(text);
            }
            return all.toString();
        });
    }

    @Test
    void shouldTakeANewContent() throws IOException {
        Watched<String> watched = watched(file("a", "1"), file("b", "2"));
        assertThat(watched.current()).isEqualTo("12");

        file("b", "3");
        watched.poll();

        assertThat(watched.current()).isEqualTo("13");
        assertThat(watched.problem()).isEmpty();
    }

    @Test
    void shouldTakeAContentOfTheSameLengthAndTime() throws IOException {
        Path file = file("a", "1");
        Watched<String> watched = watched(file);
        var time = Files.getLastModifiedTime(file);

        file("a", "2");
        Files.setLastModifiedTime(file, time);
        watched.poll();

        assertThat(watched.current()).isEqualTo("2");
    }

    /** As Kubernetes changes what it mounts. */
    @Test
    void shouldFollowALinkThatIsTurned() throws IOException {
        Files.createDirectory(directory.resolve("one"));
        Files.createDirectory(directory.resolve("two"));
        file("one/a", "1");
        file("two/a", "2");
        Path link = Files.createSymbolicLink(directory.resolve("data"), Path.of("one"));
        Watched<String> watched = watched(link.resolve("a"));

        Path turned = Files.createSymbolicLink(directory.resolve("data.new"), Path.of("two"));
        Files.move(turned, link, StandardCopyOption.ATOMIC_MOVE);
        watched.poll();

        assertThat(watched.current()).isEqualTo("2");
    }

    @Test
    void shouldKeepTheOldValueAsLongAsTheNewOneIsBad() throws IOException {
        Watched<String> watched = watched(file("a", "1"));

        file("a", "bad");
        watched.poll();
        watched.poll();
        assertThat(watched.current()).isEqualTo("1");
        assertThat(watched.problem()).get().asString().contains(directory + "/a", "it is bad");

        file("a", "2");
        watched.poll();
        assertThat(watched.current()).isEqualTo("2");
        assertThat(watched.problem()).isEmpty();
    }

    @Test
    void shouldKeepTheOldValueWhileTheFileIsGone() throws IOException {
        Path file = file("a", "1");
        Watched<String> watched = watched(file);

        Files.delete(file);
        watched.poll();
        assertThat(watched.current()).isEqualTo("1");
        assertThat(watched.problem()).hasValue("there is no file " + file);

        file("a", "1");
        watched.poll();
        assertThat(watched.problem()).as("it is back as it was").isEmpty();
    }

    @Test
    void shouldSayWhenABadContentIsReplacedByAnotherBadOne() throws IOException {
        Watched<String> watched = watched(file("a", "1"));
        file("a", "bad one");
        watched.poll();

        file("a", "bad two");
        watched.poll();

        assertThat(watched.problem()).get().asString().contains("bad two");
    }

    @Test
    void shouldNotBeginWithWhatCanNotBeUsed() throws IOException {
        Path missing = directory.resolve("missing");
        assertThatThrownBy(() -> watched(missing))
                .isInstanceOf(AccessException.class)
                .hasMessageContaining(
                        "a thing can't be used, so the gateway does not start: there is no file " + missing);
        Path bad = file("bad", "bad");
        assertThatThrownBy(() -> watched(bad))
                .isInstanceOf(AccessException.class)
                .hasMessageContaining("it is bad");
        Path large = Files.write(directory.resolve("large"), new byte[Watched.MAX_BYTES + 1]);
        assertThatThrownBy(() -> watched(large))
                .isInstanceOf(AccessException.class)
                .hasMessageContaining("is larger than");
        assertThatThrownBy(() -> watched(directory)).isInstanceOf(AccessException.class);
    }
}
