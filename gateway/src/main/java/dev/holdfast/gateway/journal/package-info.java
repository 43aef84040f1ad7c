/**
 * The journal: the durable log that everything else relies on.
 *
 * <p>{@link dev.holdfast.gateway.journal.Journal} is what the rest of the gateway sees. Behind it one thread, the
 * committer, owns every write; readers take short snapshots on their own threads. What is engine and what is ours is
 * split at {@link dev.holdfast.gateway.journal.Store}: sequences, chunks, progress and trimming are here, ordered tables
 * with durable transactions are the engine's, and the only engine so far lives in {@code journal.xodus}.
 *
 * <p>May import {@code agent} and {@code time}; knows nothing of MQTT, routes' filters or sinks.
 */
@NullMarked
package dev.holdfast.gateway.journal;

import org.jspecify.annotations.NullMarked;
