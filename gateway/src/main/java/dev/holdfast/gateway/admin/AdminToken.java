package dev.holdfast.gateway.admin;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What who asks the admin port must know: 256 random bits, in a file of the store's directory that only its owner can
 * read. Made at the first start. One that is not as it was made, or that others could have read, is replaced by a new one:
 * the gateway starts in any case, and whoever may ask reads the file again.
 */
public final class AdminToken {

    private static final Logger LOG = LoggerFactory.getLogger(AdminToken.class);
    private static final int BYTES = 32;
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private final byte[] header;

    private AdminToken(String token) {
        this.header = (TokenFile.SCHEME + token).getBytes(US_ASCII);
    }

    /**
     * The token of a store, made now if there is none. Others can read it when this returns; it is not synced, as the start
     * after a power cut that has taken it makes another.
     *
     * @throws AdminException if it can't be read or written
     */
    public static AdminToken ofStore(Path store) {
        Path file = TokenFile.of(store);
        try {
            String token = Files.exists(file) ? TokenFile.read(file) : null;
            if (token != null && Files.getPosixFilePermissions(file).equals(OWNER_ONLY)) {
                return new AdminToken(token);
            }
            if (Files.exists(file)) {
                LOG.warn("the admin token is damaged, or others could read it: a new one is made file={}", file);
            }
            return new AdminToken(make(file));
        } catch (IOException e) {
            throw new AdminException("the admin token can't be had from " + file + ": " + e, e);
        }
    }

    private static String make(Path file) throws IOException {
        byte[] bytes = new byte[BYTES];
        new SecureRandom().nextBytes(bytes);
        String token = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        Path made = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(made);
        Set<StandardOpenOption> newFile = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try (FileChannel out = FileChannel.open(made, newFile, PosixFilePermissions.asFileAttribute(OWNER_ONLY))) {
            out.write(ByteBuffer.wrap((token + "\n").getBytes(US_ASCII)));
        }
        Files.move(made, file, StandardCopyOption.ATOMIC_MOVE);
        return token;
    }

    /** Whether a request with this header may be answered; takes as long whatever is wrong with it. */
    boolean isIn(@Nullable String authorization) {
        return authorization != null && MessageDigest.isEqual(header, authorization.getBytes(US_ASCII));
    }
}
