/**
 * Benchmarks: {@code broker-test/bin/bench}. Only in the Maven profile {@code bench}, as the engines to compare with are.
 *
 * <p>A <i>piece</i> is one set of figures, measured in a JVM of its own. Whatever is measured is put beside a <i>raw
 * log</i>, the least that durable writes can cost on this disk in this minute, in rounds that take turns.
 */
@NullMarked
package dev.holdfast.brokertest.bench;

import org.jspecify.annotations.NullMarked;
