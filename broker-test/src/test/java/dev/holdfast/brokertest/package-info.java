/**
 * The gateway as its users have it, the distribution in a process of its own, with real brokers and with real faults. Each
 * test starts its own processes on free ports and ends them.
 */
@NullMarked
package dev.holdfast.brokertest;

import org.jspecify.annotations.NullMarked;
