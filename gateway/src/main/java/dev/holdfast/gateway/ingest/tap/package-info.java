/**
 * Taps: subscriptions at brokers, whose messages are acknowledged when they are durable. Each tap is an agent with a thread
 * of its own; what its adapter reports goes through queues. May import {@code journal}, {@code agent}, {@code time} and the
 * SPI, and knows no adapter.
 */
@NullMarked
package dev.holdfast.gateway.ingest.tap;

import org.jspecify.annotations.NullMarked;
