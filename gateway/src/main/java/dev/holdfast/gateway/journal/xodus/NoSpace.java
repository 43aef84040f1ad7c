package dev.holdfast.gateway.journal.xodus;

import java.io.IOException;
import java.util.List;
import jetbrains.exodus.OutOfDiskSpaceException;
import org.jspecify.annotations.Nullable;

/** Tells a full disk from a broken one. */
final class NoSpace {

    /** What the system says for ENOSPC and EDQUOT; Java has no other way to tell. */
    private static final List<String> WORDS = List.of("No space left on device", "Disk quota exceeded");

    private static final int MAX_CAUSES = 20;

    private NoSpace() {}

    /** Whether a write failed for want of space. */
    static boolean isWhy(@Nullable Throwable failure) {
        Throwable cause = failure;
        for (int i = 0; cause != null && i < MAX_CAUSES; i++) {
            if (cause instanceof OutOfDiskSpaceException || (cause instanceof IOException && saysSo(cause))) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }

    private static boolean saysSo(Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        return WORDS.stream().anyMatch(message::contains);
    }
}
