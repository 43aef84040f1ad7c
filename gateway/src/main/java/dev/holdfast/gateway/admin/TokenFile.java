package dev.holdfast.gateway.admin;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The file that an {@link AdminToken} is kept in, read by who asks. Without a logger, which takes longer than to ask. */
public final class TokenFile {

    static final String SCHEME = "Bearer ";

    private static final String NAME = "admin-token";
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_-]{43}");

    private TokenFile() {}

    /** Where the token of a store lies. */
    public static Path of(Path store) {
        return store.resolve(NAME);
    }

    /**
     * Reads a token to ask with, as the value of the header Authorization; null when there is none.
     *
     * @throws IOException if the file can't be read, which only its owner can
     */
    public static @Nullable String authorization(Path file) throws IOException {
        try {
            String token = read(file);
            return token == null ? null : SCHEME + token;
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /** The token in the file; null when it does not look like one. */
    static @Nullable String read(Path file) throws IOException {
        String token = new String(Files.readAllBytes(file), US_ASCII).strip(); // of damage too, which is replaced
        return FORM.matcher(token).matches() ? token : null;
    }
}
