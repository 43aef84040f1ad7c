package dev.holdfast.gateway.journal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/**
 * A topic name, as text and as the bytes that are stored, with its hash computed once: topics repeat, and every message
 * carries one. Immutable.
 */
public final class Topic {

    private final String name;
    private final byte[] utf8;
    private final int hash;

    private Topic(String name, byte[] utf8) {
        this.name = name;
        this.utf8 = utf8;
        this.hash = Arrays.hashCode(utf8);
    }

    /** A topic of the given name. */
    public static Topic of(String name) {
        return new Topic(name, name.getBytes(UTF_8));
    }

    /**
     * A topic of the given bytes, which must be valid UTF-8 and are copied.
     *
     * @param bytes holds the name
     * @param offset where it begins
     * @param length how many bytes it has
     */
    public static Topic of(byte[] bytes, int offset, int length) {
        byte[] utf8 = Arrays.copyOfRange(bytes, offset, offset + length);
        return new Topic(new String(utf8, UTF_8), utf8);
    }

    /** The name as text. */
    public String name() {
        return name;
    }

    /** How many bytes the name has in UTF-8. */
    public int length() {
        return utf8.length;
    }

    /** The stored bytes; not to be written to. */
    byte[] utf8() {
        return utf8;
    }

    @Override
    public boolean equals(Object other) {
        return this == other || (other instanceof Topic topic && hash == topic.hash && Arrays.equals(utf8, topic.utf8));
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        return name;
    }
}
