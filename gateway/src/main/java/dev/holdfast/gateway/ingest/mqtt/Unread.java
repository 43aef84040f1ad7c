package dev.holdfast.gateway.ingest.mqtt;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * What has come in on a connection and was not read yet, because the rest of its packet is missing or reading is held back.
 * Counts in the memory that all share.
 */
final class Unread {

    private final ReadMemory memory;
    private @Nullable ByteBuf bytes;
    private int counted;

    /** Bytes of the packet of which a part has come in. */
    private int expected;

    Unread(ReadMemory memory) {
        this.memory = memory;
    }

    /** The bytes, read up to the reader index; null for none. */
    @Nullable
    ByteBuf bytes() {
        return bytes;
    }

    /** How many there are. */
    int size() {
        ByteBuf rest = bytes;
        return rest == null ? 0 : rest.readableBytes();
    }

    /** Takes what has arrived, which is no longer the caller's. */
    void add(ByteBufAllocator allocator, ByteBuf arrived) {
        ByteBuf before = bytes;
        bytes = before == null ? arrived : joined(allocator, before, arrived);
    }

    /** Puts together what was not read yet and what has arrived. Grows with what is unread, not with what was read. */
    private ByteBuf joined(ByteBufAllocator allocator, ByteBuf before, ByteBuf arrived) {
        try {
            int wanted = before.readableBytes() + arrived.readableBytes();
            if (before.refCnt() == 1 && !before.isReadOnly() && before.capacity() >= wanted) {
                if (before.writableBytes() < arrived.readableBytes()) {
                    before.discardReadBytes();
                }
                return before.writeBytes(arrived);
            }
            ByteBuf larger = allocator.buffer(Math.max(wanted, Math.min(before.readableBytes() * 2, expected)));
            larger.writeBytes(before).writeBytes(arrived);
            before.release();
            return larger;
        } finally {
            arrived.release();
        }
    }

    /** The packet at the reader index has so many bytes; false when there is no room to wait for the rest of it. */
    boolean expect(int packetBytes) {
        expected = packetBytes;
        return memory.hasRoomFor(packetBytes);
    }

    /** Lets the bytes go when all of them are read. */
    void tidy() {
        if (size() == 0) {
            drop();
        }
    }

    /** Brings the account of the memory up to date. */
    void count() {
        ByteBuf rest = bytes;
        int now = rest == null ? 0 : rest.capacity();
        if (now != counted) {
            memory.change(now - counted);
            counted = now;
        }
    }

    /** Lets go of everything. */
    void release() {
        drop();
        count();
    }

    private void drop() {
        ByteBuf rest = bytes;
        bytes = null;
        if (rest != null) {
            rest.release();
        }
    }
}
