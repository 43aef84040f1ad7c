/**
 * The MQTT adapter, over MQTT 5 or 3.1.1 with the HiveMQ client: the sink republishes to an upstream broker, the tap
 * subscribes at one.
 *
 * <p>In the sink the client's own guarantees are not relied upon: each link is a client of its own with clean start and no session, so
 * that what is in flight fails back when the link is lost and the forwarder sends it again, in order. The client's queue
 * is unbounded; the forwarder's window is what bounds it.
 */
@NullMarked
package dev.holdfast.sink.mqtt;

import org.jspecify.annotations.NullMarked;
