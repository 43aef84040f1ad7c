package dev.holdfast.gateway.journal;

import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the journal needs of an engine: tables of bytes in the order of their unsigned keys, one writer whose
 * transactions are atomic and durable over all tables, and readers that see a snapshot.
 *
 * <p>{@link #commit} is called by one thread only, the committer; {@link #read} by any.
 */
public interface Store extends AutoCloseable {

    /**
     * Runs the work in one transaction. When this returns, all of it is on disk, synced; when it throws, none of it may
     * be relied upon and the store must not be written to any more.
     *
     * @throws StoreFullException if there was no space for it. Whether the work is on disk is not known until {@link
     *     #reopen} has returned; nothing but that or {@link #close} may be called before.
     * @throws StoreException if the engine or the disk failed in another way
     */
    void commit(Consumer<Writer> work);

    /**
     * Opens the engine anew after a {@link StoreFullException}. The space that was held in reserve is given up for this,
     * so that there is room for the work that frees space; {@link #space} tells whether it is held again. Readers on
     * other threads wait meanwhile.
     *
     * @throws StoreException if that failed
     */
    void reopen();

    /**
     * Runs the work on a snapshot. It must be short (some 100 KB, no waiting): an open snapshot keeps the engine from
     * giving space back. When the disk gets full meanwhile, the work is run again from its beginning after {@link
     * #reopen}.
     *
     * @throws StoreException if the engine or the disk failed
     */
    <T extends @Nullable Object> T read(Function<Reader, T> work);

    /**
     * Throws if something was not written or synced since the last commit, by the engine's own housekeeping.
     *
     * @throws StoreFullException if it was for want of space: as with {@link #commit}
     * @throws StoreException if so; nothing may be relied upon any more
     */
    void check();

    /**
     * What the store takes on disk and what is left for it. Cheap enough to be asked at each commit: it may be some 100 ms
     * old. Takes the reserve back when it was given up and there is room for it again.
     */
    StoreSpace space();

    /**
     * Notes what is durable, beside the engine: {@link Remains#witness} gives it back at the next start. Neither synced nor
     * waited for: it outlives the process, but not always a power cut. Called by the committer after each commit.
     */
    default void witness(byte[] state) {}

    /** What was left by earlier runs and the engine may not have; null when there is nothing like that. */
    default @Nullable Remains remains() {
        return null;
    }

    /**
     * Says that the tables can't be what was written, though the engine can read them: the next start sets them aside and
     * salvages what it can.
     */
    default void distrust(String why) {}

    /**
     * Says that what was in {@link #remains} is durable in the store now, or nowhere.
     *
     * @param missed whether the engine had lost something; then the remains are kept, for people to look into
     */
    default void recovered(boolean missed) {}

    /** Closes the engine and lets go of the directory. What was committed stays; nothing else is written. */
    @Override
    void close();

    /** A view of all tables. A table that was never written to is empty. */
    interface Reader {

        /** The value under the key, or null. */
        byte @Nullable [] get(String table, byte[] key);

        /** A cursor over the table, which stands nowhere yet. */
        Cursor cursor(String table);
    }

    /** A view that can be changed; it sees its own changes. */
    interface Writer extends Reader {

        /** Stores a value, in the place of an older one. The arrays must not be changed until the commit is over. */
        void put(String table, byte[] key, byte[] value);

        /** Stores a value under a key that is greater than all others of the table. */
        void append(String table, byte[] key, byte[] value);

        /** Removes a value; whether it was there. */
        boolean delete(String table, byte[] key);
    }

    /** Goes over the entries of a table. Valid until its transaction ends or changes the table. */
    interface Cursor {

        /** Goes to the first entry whose key is not smaller; false when there is none. */
        boolean seek(byte[] key);

        /** Goes to the next entry, the first one at the start; false when there is none. */
        boolean next();

        /** Goes to the entry before; false when there is none. */
        boolean previous();

        /** Goes to the last entry; false when there is none. */
        boolean last();

        /** Key of the entry. */
        byte[] key();

        /** Value of the entry. */
        byte[] value();

        /** How many bytes the value has. */
        int valueLength();

        /** The first bytes of the value, at most so many. */
        byte[] valuePrefix(int length);
    }
}
