package dev.holdfast.gateway.admin;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may ask the admin port. */
class AdminTokenTest {

    @TempDir
    private Path store = Path.of("");

    private Path file() {
        return TokenFile.of(store);
    }

    private String permissions() throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file()));
    }

    @Test
    void shouldMakeATokenThatOnlyItsOwnerCanRead() throws IOException {
        AdminToken token = AdminToken.ofStore(store);

        assertThat(permissions()).isEqualTo("rw-------");
        assertThat(Files.readString(file())).matches("[A-Za-z0-9_-]{43}\n");
        assertThat(token.isIn(TokenFile.authorization(file()))).isTrue();
    }

    @Test
    void shouldKeepItAcrossStarts() throws IOException {
        AdminToken.ofStore(store);
        String first = TokenFile.authorization(file());

        assertThat(AdminToken.ofStore(store).isIn(first)).isTrue();
    }

    @Test
    void shouldMakeAnotherForEachStore() throws IOException {
        AdminToken.ofStore(store);
        Path other = Files.createDirectory(store.resolve("other"));

        assertThat(AdminToken.ofStore(other).isIn(TokenFile.authorization(file())))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "short", "\u00ff\u0000\u00fe", "012345678901234567890123456789012345678901 "})
    void shouldReplaceOneThatIsDamaged(String content) throws IOException {
        AdminToken.ofStore(store);
        Files.write(file(), content.getBytes(ISO_8859_1));
        assertThat(TokenFile.authorization(file())).isNull();

        AdminToken token = AdminToken.ofStore(store);

        assertThat(token.isIn(TokenFile.authorization(file()))).isTrue();
        assertThat(token.isIn("Bearer " + content)).isFalse();
        assertThat(permissions()).isEqualTo("rw-------");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rw-----w-", "rwx------"})
    void shouldReplaceOneThatOthersCouldRead(String permissions) throws IOException {
        AdminToken.ofStore(store);
        String known = TokenFile.authorization(file());
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString(permissions));

        AdminToken token = AdminToken.ofStore(store);

        assertThat(token.isIn(known)).isFalse();
        assertThat(permissions()).isEqualTo("rw-------");
    }

    @Test
    void shouldLetInNobodyWithAnythingElse() throws IOException {
        AdminToken token = AdminToken.ofStore(store);
        String right = String.valueOf(TokenFile.authorization(file()));
        String bare = right.substring("Bearer ".length());

        assertThat(token.isIn(right)).isTrue();
        for (String wrong : new String[] {
            "",
            "Bearer",
            "Bearer ",
            bare,
            right.substring(0, right.length() - 1),
            right + "A",
            right + " ",
            "bearer " + bare,
            "Basic " + bare,
            right.toUpperCase(Locale.ROOT)
        }) {
            assertThat(token.isIn(wrong)).as(wrong).isFalse();
        }
        assertThat(token.isIn(null)).isFalse();
    }

    @Test
    void shouldSayThatItCanNotBeWritten() {
        assertThatExceptionOfType(AdminException.class)
                .isThrownBy(() -> AdminToken.ofStore(store.resolve("missing")))
                .withMessageContaining("missing/admin-token");
    }
}
