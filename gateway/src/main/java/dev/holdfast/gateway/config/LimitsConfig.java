package dev.holdfast.gateway.config;

import java.time.Duration;

/**
 * What clients may do, all listeners together; named as in the file.
 *
 * @param connections how many there may be
 * @param tlsConnections how many of them may be encrypted
 * @param connectionsPerAddress how many from one address
 * @param connectBytes how much may come before CONNECT is complete
 * @param connectTimeout how long that may take
 * @param stallTimeout how long a packet that was begun may rest
 * @param partialPackets memory for packets of which only a part has come in
 * @param receiveMaximum how many messages of a client may be unacknowledged
 * @param qos2Ids how many QoS 2 messages of a client may be stored and not released
 * @param topicAliases how many topic aliases a connection may use
 * @param topicBytes how long a topic may be
 * @param topicLevels how many levels it may have
 * @param userProperties how many user properties a packet may have
 * @param userPropertyBytes how large they may be together
 * @param messageRate how many messages a client may send in a second, 0 for any number
 * @param byteRate how many bytes, 0 for any number
 * @param sessions how many sessions are remembered
 * @param sessionExpiry for how long
 */
public record LimitsConfig(
        int connections,
        int tlsConnections,
        int connectionsPerAddress,
        int connectBytes,
        Duration connectTimeout,
        Duration stallTimeout,
        int partialPackets,
        int receiveMaximum,
        int qos2Ids,
        int topicAliases,
        int topicBytes,
        int topicLevels,
        int userProperties,
        int userPropertyBytes,
        int messageRate,
        long byteRate,
        int sessions,
        Duration sessionExpiry) {}
