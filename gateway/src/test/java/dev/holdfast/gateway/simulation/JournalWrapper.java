package dev.holdfast.gateway.simulation;

import dev.holdfast.gateway.journal.Admission;
import dev.holdfast.gateway.journal.Append;
import dev.holdfast.gateway.journal.CorruptChunkException;
import dev.holdfast.gateway.journal.Gap;
import dev.holdfast.gateway.journal.GapTotals;
import dev.holdfast.gateway.journal.Journal;
import dev.holdfast.gateway.journal.JournalStats;
import dev.holdfast.gateway.journal.LaneOptions;
import dev.holdfast.gateway.journal.LaneState;
import dev.holdfast.gateway.journal.RouteProgress;
import dev.holdfast.gateway.journal.SideTable;
import dev.holdfast.gateway.journal.SpaceState;
import dev.holdfast.gateway.journal.StoredChunk;
import dev.holdfast.gateway.time.GatewayClock;
import java.util.List;
import java.util.function.BiConsumer;

/** A journal that does what another one does, but for what a mutant changes. */
class JournalWrapper implements Journal {

    final Journal journal;

    JournalWrapper(Journal journal) {
        this.journal = journal;
    }

    @Override
    public void append(Append append) {
        journal.append(append);
    }

    @Override
    public boolean hasRoom() {
        return journal.hasRoom();
    }

    @Override
    public Admission admission(int lane) {
        return journal.admission(lane);
    }

    @Override
    public void onRoom(Runnable listener) {
        journal.onRoom(listener);
    }

    @Override
    public long gatewayMillis() {
        return journal.gatewayMillis();
    }

    @Override
    public void onCommit(Runnable listener) {
        journal.onCommit(listener);
    }

    @Override
    public boolean isProgressBehind(String route, long settled) {
        return journal.isProgressBehind(route, settled);
    }

    @Override
    public List<LaneState> lanes() {
        return journal.lanes();
    }

    @Override
    public List<LaneOptions> laneOptions() {
        return journal.laneOptions();
    }

    @Override
    public boolean isFull(int lane) {
        return journal.isFull(lane);
    }

    @Override
    public SpaceState spaceState() {
        return journal.spaceState();
    }

    @Override
    public long head(int lane) {
        return journal.head(lane);
    }

    @Override
    public List<StoredChunk> read(int lane, long sequence, int maxBytes) {
        return journal.read(lane, sequence, maxBytes);
    }

    @Override
    public RouteProgress progress(String route) {
        return journal.progress(route);
    }

    @Override
    public void saveProgress(String route, RouteProgress progress) {
        journal.saveProgress(route, progress);
    }

    @Override
    public void scan(SideTable table, BiConsumer<byte[], byte[]> visitor) {
        journal.scan(table, visitor);
    }

    @Override
    public List<Gap> gaps() {
        return journal.gaps();
    }

    @Override
    public GapTotals gapTotals() {
        return journal.gapTotals();
    }

    @Override
    public long lostBefore(int lane, String route, long sequence) {
        return journal.lostBefore(lane, route, sequence);
    }

    @Override
    public long passCorrupt(int lane, StoredChunk chunk, CorruptChunkException why, String route) {
        return journal.passCorrupt(lane, chunk, why, route);
    }

    @Override
    public GatewayClock clock() {
        return journal.clock();
    }

    @Override
    public long epoch() {
        return journal.epoch();
    }

    @Override
    public JournalStats stats() {
        return journal.stats();
    }

    @Override
    public void close() {
        journal.close();
    }
}
