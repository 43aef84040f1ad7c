package dev.holdfast.gateway.access;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Users, their passwords, and the file of both. */
class UsersTest {

    private static final String HASH = "$2y$10$abcdefghijklmnopqrstuuWQy3yQ6PC0n8C3uFKNXHO1pBCLWZBnC";

    @TempDir
    private Path directory = Path.of("");

    private static Users parse(String content) {
        return Users.parse(content.getBytes(UTF_8));
    }

    @Test
    void shouldReadWhatHtpasswdWrites() {
        Users users = parse("# plant 7\n\nalice:" + HASH + "\r\n" + "bob smith:" + HASH.replace("$2y", "$2a") + "\n");

        assertThat(users.count()).isEqualTo(2);
        assertThat(users.hash("alice")).isEqualTo(HASH);
        assertThat(users.hash("bob smith")).startsWith("$2a$");
        assertThat(users.hash("mallory")).isNull();
        assertThat(users.hash("")).isNull();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    ''                                            | there is no user in it
                    # nobody                                      | there is no user in it
                    alice                                         | line 1 has no colon
                    :HASH                                         | line 1 has a name that is empty
                    a/b:HASH                                      | line 1 has a name that has a character
                    +:HASH                                        | line 1 has a name that has a character
                    alice:secret                                  | line 1 has no bcrypt hash
                    alice:                                        | line 1 has no bcrypt hash
                    'alice:$apr1$abcdefgh$0123456789012345678901' | line 1 has no bcrypt hash
                    alice:{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=       | line 1 has no bcrypt hash
                    alice:HASHx                                   | line 1 has no bcrypt hash
                    alice:LOW                                     | line 1 has a hash of cost 7, allowed are 8 to 14
                    alice:HIGH                                    | line 1 has a hash of cost 15, allowed are 8 to 14
                    a:HASH\\nb:HASH\\na:HASH                      | line 3 names "a" a second time
                    """)
    void shouldRefuseWhatIsNoFileOfUsers(String content, String why) {
        String text = content.replace("HASH", HASH)
                .replace("LOW", HASH.replace("$10$", "$07$"))
                .replace("HIGH", HASH.replace("$10$", "$15$"))
                .replace("\\n", "\n");

        assertThatThrownBy(() -> parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why)
                .hasMessageNotContainingAny("secret", "abcdefgh", "W6ph5");
    }

    @Test
    void shouldRefuseWhatIsNoText() {
        assertThatThrownBy(() -> Users.parse(("ä:" + HASH).getBytes(ISO_8859_1)))
                .hasMessageContaining("not UTF-8");
    }

    @Test
    void shouldKnowARightPassword() {
        String hash = Bcrypt.hash("sesame ä".getBytes(UTF_8));

        assertThat(Bcrypt.matches("sesame ä".getBytes(UTF_8), hash)).isTrue();
        assertThat(Bcrypt.matches("sesame".getBytes(UTF_8), hash)).isFalse();
        assertThat(Bcrypt.matches(new byte[0], hash)).isFalse();
        assertThat(Bcrypt.hash("sesame ä".getBytes(UTF_8))).as("salted").isNotEqualTo(hash);
        assertThat(parse("alice:" + hash).hash("alice")).isEqualTo(hash);
    }

    /** bcrypt looks at 72 bytes: who knows those of a longer password must not get in. */
    @Test
    void shouldNotTakeThePartOfAPasswordForTheWhole() {
        byte[] longest = "x".repeat(Bcrypt.MAX_BYTES).getBytes(UTF_8);
        String hash = Bcrypt.hash(longest);

        assertThat(Bcrypt.matches(longest, hash)).isTrue();
        assertThat(Bcrypt.matches("x".repeat(Bcrypt.MAX_BYTES + 1).getBytes(UTF_8), hash))
                .isFalse();
        assertThatThrownBy(() -> Bcrypt.hash("x".repeat(Bcrypt.MAX_BYTES + 1).getBytes(UTF_8)))
                .hasMessage("the password has 73 bytes, the most is 72");
        assertThatThrownBy(() -> Bcrypt.hash(new byte[0])).hasMessage("the password is empty");
        assertThatThrownBy(() -> Bcrypt.hash(new byte[] {'a', 0, 'b'})).hasMessage("the password has a NUL in it");
        assertThat(Bcrypt.matches(new byte[] {'a', 0}, Bcrypt.hash(new byte[] {'a'})))
                .isFalse();
    }

    @Test
    void shouldChangeOneEntryAndKeepTheRest() throws IOException {
        Path file = directory.resolve("users");
        UsersFile users = new UsersFile(file);
        users.put("alice", HASH);
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        Files.writeString(file, "# plant 7\nalice:" + HASH + "\n\n# vans\nbob:" + HASH + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));

        String other = HASH.replace("$10$", "$11$");
        users.put("alice", other);
        users.put("carol", HASH);
        assertThat(users.remove("bob")).isTrue();
        assertThat(users.remove("bob")).isFalse();

        assertThat(file).hasContent("# plant 7\nalice:" + other + "\n\n# vans\ncarol:" + HASH + "\n");
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-r-----"));
        try (var left = Files.list(directory)) {
            assertThat(left.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrder("users", ".users.lock");
        }
    }

    @Test
    void shouldNotTouchAFileThatIsNoneOfUsers() throws IOException {
        Path file = Files.writeString(directory.resolve("users"), "something else\n");
        UsersFile users = new UsersFile(file);

        assertThatThrownBy(() -> users.put("alice", HASH)).hasMessageContaining("line 1 has no colon");
        assertThat(file).hasContent("something else");

        Path last = Files.writeString(directory.resolve("last"), "alice:" + HASH + "\n");
        assertThatThrownBy(() -> new UsersFile(last).remove("alice")).hasMessageContaining("there is no user in it");
        assertThat(last).hasContent("alice:" + HASH);
    }

    @Test
    void shouldLoseNoneOfManyChangesAtATime() throws Exception {
        Path file = directory.resolve("users");
        ExecutorService many = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> changes = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                String name = "user" + i;
                changes.add(many.submit(() -> {
                    new UsersFile(file).put(name, HASH);
                    return name;
                }));
            }
            for (Future<?> change : changes) {
                change.get();
            }
        } finally {
            many.shutdownNow();
        }

        assertThat(Users.parse(Files.readAllBytes(file)).count()).isEqualTo(40);
    }
}
