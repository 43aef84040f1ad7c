/**
 * The forwarder: takes what is durable to the sinks, one agent for each route.
 *
 * <p>All state of a route belongs to its agent's thread. What sinks and the committer report from other threads goes
 * through the {@code Window} (outcomes) and a mailbox (everything else), and wakes the agent by its signal.
 *
 * <p>May import {@code journal}, {@code route}, {@code agent}, {@code time} and the sink API; knows no sink.
 */
@NullMarked
package dev.holdfast.gateway.forward;

import org.jspecify.annotations.NullMarked;
