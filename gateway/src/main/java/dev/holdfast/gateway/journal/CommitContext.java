package dev.holdfast.gateway.journal;

import dev.holdfast.gateway.time.GatewayClock;

/**
 * What all chunks of a commit have in common.
 *
 * @param epoch epoch of this run
 * @param time when the commit began
 * @param maxChunkBytes how large a chunk may get, unless a single fragment is larger
 */
record CommitContext(long epoch, GatewayClock.Reading time, int maxChunkBytes) {

    ChunkBuilder.Header header(int lane, long firstSequence, long bytesBefore) {
        return new ChunkBuilder.Header(
                lane, epoch, firstSequence, bytesBefore, time.gatewayMillis(), time.wallMillis(), time.wallSynced());
    }
}
