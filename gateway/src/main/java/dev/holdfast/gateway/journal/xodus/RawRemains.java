package dev.holdfast.gateway.journal.xodus;

import dev.holdfast.gateway.journal.Remains;
import dev.holdfast.gateway.journal.StoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Log files to be searched for chunks, the oldest first. */
final class RawRemains implements Remains {

    /** More files than a commit can lie in. */
    private static final int FILES_WITH_THE_END = 4;

    private final List<Path> files;
    private final boolean everything;
    private final byte @Nullable [] witness;

    private RawRemains(Collection<Path> files, boolean everything, byte @Nullable [] witness) {
        this.files = List.copyOf(files);
        this.everything = everything;
        this.witness = witness;
    }

    /** The files of one environment, or none when it is not there. */
    static RawRemains of(Path environment, byte @Nullable [] witness) throws IOException {
        return new RawRemains(LogFiles.in(environment), false, witness);
    }

    /** The files of an environment that was set aside, and copies, which go before files of the same name. */
    static RawRemains of(Path aside, Path copies, byte @Nullable [] witness) throws IOException {
        TreeMap<Long, Path> files = new TreeMap<>();
        for (Path environment : List.of(aside, copies)) {
            for (Path file : LogFiles.in(environment)) {
                files.put(LogFiles.address(file), file);
            }
        }
        return new RawRemains(files.values(), true, witness);
    }

    @Override
    public boolean everything() {
        return everything;
    }

    @Override
    public byte @Nullable [] witness() {
        return witness;
    }

    @Override
    public void visit(Visitor visitor) {
        long synced = syncedUpTo();
        for (Path file : files) {
            long address = LogFiles.address(file);
            read(file, new RawLog.Visitor() {
                @Override
                public boolean leaf(int at, ByteBuffer value) {
                    byte[] record = new byte[value.remaining()];
                    value.get(record);
                    return visitor.record(record, address + at < synced);
                }

                @Override
                public void root(int end, boolean followed) {}
            });
        }
    }

    /** The end of the last commit that was synced for certain, as something was written behind it. */
    long syncedUpTo() {
        long[] found = {0, 0}; // that, and the end of the last commit
        for (Path file : files.subList(Math.max(0, files.size() - FILES_WITH_THE_END), files.size())) {
            long address = LogFiles.address(file);
            read(file, new RawLog.Visitor() {
                @Override
                public boolean leaf(int at, ByteBuffer value) {
                    found[0] = found[1];
                    return false;
                }

                @Override
                public void root(int end, boolean followed) {
                    found[0] = followed ? address + end : found[1];
                    found[1] = address + end;
                }
            });
        }
        return found[0];
    }

    private static void read(Path file, RawLog.Visitor visitor) {
        try {
            RawLog.visit(file, visitor);
        } catch (IOException e) {
            throw new StoreException("can't read " + file + ": " + e, e);
        }
    }
}
