package dev.holdfast.gateway.journal;

import org.jspecify.annotations.Nullable;

/**
 * A change of a side table. The arrays belong to the mutation once it is made.
 *
 * @param table which table
 * @param key which entry
 * @param value its new value, or null to remove it
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never compared
public record Mutation(SideTable table, byte[] key, byte @Nullable [] value) {}
