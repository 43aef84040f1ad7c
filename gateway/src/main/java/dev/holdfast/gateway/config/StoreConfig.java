package dev.holdfast.gateway.config;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Where messages are kept.
 *
 * @param path directory of the store as it stands in the file; relative to the working directory, and not yet made
 * @param quotaBytes the most that it may take on disk, 128 MiB or more
 * @param commitEvery pause between writes to disk, 10 s at most; none when zero
 */
public record StoreConfig(Path path, long quotaBytes, Duration commitEvery) {}
