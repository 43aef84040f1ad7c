/**
 * Devices for demonstrations, benchmarks and tests: a fleet that publishes, and a ledger that judges what arrived by the
 * devices' own counters, never by anything that Holdfast says.
 *
 * <p>Speaks MQTT over raw connections, so that what is measured is the server and not a client library. Imports nothing
 * of the gateway: it must be able to judge any broker.
 */
@NullMarked
package dev.holdfast.gateway.load;

import org.jspecify.annotations.NullMarked;
