/**
 * A gateway in a simulated world: the real committer and the real forwarders are stepped by one thread, over a clock, a
 * store, devices and upstreams that are simulated, and that break as the seed wants. A ledger of its own judges after
 * each step what became of every message; see {@link dev.holdfast.gateway.simulation.Simulation}.
 */
@NullMarked
package dev.holdfast.gateway.simulation;

import org.jspecify.annotations.NullMarked;
