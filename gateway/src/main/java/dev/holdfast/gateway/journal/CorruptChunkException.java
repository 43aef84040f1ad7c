package dev.holdfast.gateway.journal;

/** Bytes that claim to be a chunk but are not one, or not the one that was written. Nothing of it may be used. */
public final class CorruptChunkException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    CorruptChunkException(String message) {
        super(message);
    }
}
