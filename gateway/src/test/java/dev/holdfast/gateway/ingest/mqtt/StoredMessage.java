package dev.holdfast.gateway.ingest.mqtt;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.holdfast.gateway.journal.ChunkReader;
import dev.holdfast.gateway.journal.Origin;
import io.netty.buffer.ByteBufUtil;

/**
 * A message as the intake got it.
 *
 * @param properties its MQTT 5 properties in hexadecimal
 * @param payload its payload, a character for each byte
 */
record StoredMessage(String topic, int qos, boolean retain, Origin origin, String properties, String payload) {

    /** The message at which the reader stands. */
    static StoredMessage at(ChunkReader reader) {
        return new StoredMessage(
                reader.topic().name(),
                reader.qos(),
                reader.retain(),
                reader.origin(),
                ByteBufUtil.hexDump(reader.bytes(), reader.propertiesOffset(), reader.propertiesLength()),
                new String(reader.bytes(), reader.payloadOffset(), reader.payloadLength(), ISO_8859_1));
    }
}
