package dev.holdfast.gateway.config;

import java.net.InetSocketAddress;

/**
 * Where devices publish by MQTT.
 *
 * @param bind where to listen, port 0 lets the system choose; unresolved when the file names a host other than
 *     localhost, because reading a configuration asks no name server
 * @param maxPacketBytes largest packet that is taken, fixed header included
 */
public record MqttListenConfig(InetSocketAddress bind, int maxPacketBytes) {}
