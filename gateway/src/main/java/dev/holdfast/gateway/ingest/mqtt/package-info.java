/**
 * The front door: an MQTT 3.1.1 and 5 listener for devices that publish. It keeps no subscriptions.
 *
 * <p>Each connection lives on one of Netty's event loops, and all its state is private to that loop; what crosses loops
 * is the {@code Sessions} registry, which has a lock. Messages are encoded on the loop, handed to the journal's intake,
 * and acknowledged on the loop once they are durable.
 *
 * <p>The codec is our own (docs/adr/0001): it refuses what the standard calls malformed before it believes any of it,
 * and it copies a payload once, from the socket's buffer into the fragment that will be committed.
 *
 * <p>May import {@code journal}, {@code time} and {@code ingest}; knows nothing of routes and sinks.
 */
@NullMarked
package dev.holdfast.gateway.ingest.mqtt;

import org.jspecify.annotations.NullMarked;
