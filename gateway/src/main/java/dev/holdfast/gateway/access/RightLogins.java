package dev.holdfast.gateway.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Remembers for a while which logins were right, so that a thousand devices that come back at once need not be hashed again.
 * Keeps no password, but a keyed hash over user, password and the stored hash, whose key is drawn at each start: with a new
 * password in the file, the old one is not remembered any more. Thread-safe.
 */
final class RightLogins {

    private static final int MAX_REMEMBERED = 10_000;
    private static final long FORGOTTEN_AFTER_NANOS = TimeUnit.HOURS.toNanos(1);
    private static final String HMAC = "HmacSHA256";
    private static final int KEY_BYTES = 32;

    private final SecretKeySpec key;
    private final Map<ByteBuffer, Long> remembered = new LinkedHashMap<>();

    RightLogins() {
        byte[] bytes = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(bytes);
        key = new SecretKeySpec(bytes, HMAC);
    }

    /** What stands for a login in here. */
    ByteBuffer proof(String user, byte[] password, String storedHash) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(key);
            mac.update(user.getBytes(UTF_8));
            mac.update((byte) 0);
            mac.update(storedHash.getBytes(UTF_8));
            mac.update((byte) 0);
            return ByteBuffer.wrap(mac.doFinal(password));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + HMAC, e);
        }
    }

    synchronized boolean isRemembered(ByteBuffer proof, long nowNanos) {
        Long since = remembered.get(proof);
        return since != null && nowNanos - since <= FORGOTTEN_AFTER_NANOS;
    }

    synchronized void remember(ByteBuffer proof, long nowNanos) {
        remembered.remove(proof);
        remembered.put(proof, nowNanos);
        if (remembered.size() > MAX_REMEMBERED) {
            remembered.remove(remembered.keySet().iterator().next());
        }
    }
}
