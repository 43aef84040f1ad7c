package dev.holdfast.brokertest.bench;

import java.util.List;

/**
 * What a piece gave.
 *
 * @param figures its figures
 * @param commands those that were started for it, each once
 * @param configurations those that servers had
 */
record Measured(List<Figure> figures, List<String> commands, List<Started.Configuration> configurations) {}
