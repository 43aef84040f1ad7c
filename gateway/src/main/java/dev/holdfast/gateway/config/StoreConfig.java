package dev.holdfast.gateway.config;

import java.nio.file.Path;

/**
 * Where messages are kept.
 *
 * @param path directory of the store as it stands in the file; relative to the working directory, and not yet made
 */
public record StoreConfig(Path path) {}
