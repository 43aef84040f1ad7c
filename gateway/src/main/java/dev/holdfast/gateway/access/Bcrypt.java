package dev.holdfast.gateway.access;

import org.springframework.security.crypto.bcrypt.BCrypt;

/** Hashes passwords. Takes some tens of milliseconds, on purpose. */
public final class Bcrypt {

    /** What bcrypt looks at; of a longer password the rest would not count. */
    public static final int MAX_BYTES = 72;

    private static final int COST = 10;

    private Bcrypt() {}

    /**
     * Hashes a password with a new salt.
     *
     * @throws IllegalArgumentException if it can't be one, for people
     */
    public static String hash(byte[] password) {
        String why = whyNoPassword(password);
        if (!why.isEmpty()) {
            throw new IllegalArgumentException("the password " + why);
        }
        return BCrypt.hashpw(password, BCrypt.gensalt("$2b", COST));
    }

    /** Whether the password is that of the hash. */
    static boolean matches(byte[] password, String hash) {
        return whyNoPassword(password).isEmpty() && BCrypt.checkpw(password, hash);
    }

    private static String whyNoPassword(byte[] password) {
        if (password.length == 0) {
            return "is empty";
        }
        if (password.length > MAX_BYTES) {
            return "has " + password.length + " bytes, the most is " + MAX_BYTES;
        }
        for (byte b : password) {
            if (b == 0) {
                return "has a NUL in it";
            }
        }
        return "";
    }
}
