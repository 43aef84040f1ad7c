/**
 * Clocks. Nothing of the gateway outside this package reads the wall clock or the monotonic clock of the machine;
 * everything gets a {@link dev.holdfast.gateway.time.Clock} or a {@link dev.holdfast.gateway.time.GatewayClock} handed
 * in, so that tests and simulations decide what time it is. ({@code load}, which measures, is no part of it.) Imports nothing of the project.
 */
@NullMarked
package dev.holdfast.gateway.time;

import org.jspecify.annotations.NullMarked;
