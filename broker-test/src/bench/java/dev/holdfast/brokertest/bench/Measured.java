package dev.holdfast.brokertest.bench;

import java.util.List;
import java.util.Map;

/**
 * What a piece gave.
 *
 * @param figures its figures
 * @param commands those that were started for it, each once
 * @param configurations texts by their files
 */
record Measured(List<Figure> figures, List<String> commands, Map<String, String> configurations) {}
