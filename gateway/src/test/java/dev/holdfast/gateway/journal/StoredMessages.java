package dev.holdfast.gateway.journal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Messages as tests write and read them. */
final class StoredMessages {

    /** A message with everything by which tests compare it. */
    record Stored(
            long sequence,
            String topic,
            String payload,
            int qos,
            boolean retain,
            String properties,
            Origin origin,
            long receivedMillis) {}

    private StoredMessages() {}

    static Fragment fragment(Origin origin, long receivedMillis, String... topicsAndPayloads) {
        return fragment(0, origin, receivedMillis, topicsAndPayloads);
    }

    static Fragment fragment(int lane, Origin origin, long receivedMillis, String... topicsAndPayloads) {
        Fragment fragment = new Fragment(lane, origin, receivedMillis, 16);
        for (int i = 0; i < topicsAndPayloads.length; i += 2) {
            add(fragment, Topic.of(topicsAndPayloads[i]), 1, false, "", topicsAndPayloads[i + 1]);
        }
        return fragment;
    }

    static boolean add(Fragment fragment, Topic topic, int qos, boolean retain, String properties, String payload) {
        byte[] propertyBytes = properties.getBytes(UTF_8);
        byte[] payloadBytes = payload.getBytes(UTF_8);
        if (!fragment.begin(topic, qos, retain, propertyBytes.length, payloadBytes.length)) {
            return false;
        }
        copy(fragment, propertyBytes);
        copy(fragment, payloadBytes);
        return true;
    }

    private static void copy(Fragment fragment, byte[] bytes) {
        int at = fragment.claim(bytes.length);
        System.arraycopy(bytes, 0, fragment.buffer(), at, bytes.length);
    }

    /** Appends one message on its own, whose callback adds its payload to the list. */
    static Append append(String topic, String payload, List<String> durable) {
        return append(0, topic, payload, durable);
    }

    /** Appends one message on its own to a lane, whose callback adds its payload to the list. */
    static Append append(int lane, String topic, String payload, List<String> durable) {
        Fragment fragment = fragment(lane, Origin.frontDoor("device"), 0, topic, payload);
        return new Append(List.of(fragment), List.of(), () -> durable.add(payload));
    }

    static List<Stored> read(Journal journal) {
        return read(journal, 0);
    }

    static List<Stored> read(Journal journal, int lane) {
        List<Stored> messages = new ArrayList<>();
        for (StoredChunk chunk : journal.read(lane, 1, Integer.MAX_VALUE)) {
            messages.addAll(read(chunk.open(new TopicTable())));
        }
        return messages;
    }

    static List<Stored> read(ChunkReader reader) {
        List<Stored> messages = new ArrayList<>();
        while (reader.next()) {
            messages.add(new Stored(
                    reader.sequence(),
                    reader.topic().name(),
                    text(reader.bytes(), reader.payloadOffset(), reader.payloadLength()),
                    reader.qos(),
                    reader.retain(),
                    text(reader.bytes(), reader.propertiesOffset(), reader.propertiesLength()),
                    reader.origin(),
                    reader.receivedMillis()));
        }
        return messages;
    }

    static List<String> payloads(Journal journal) {
        return read(journal).stream().map(Stored::payload).toList();
    }

    private static String text(byte[] bytes, int from, int length) {
        return new String(Arrays.copyOfRange(bytes, from, from + length), UTF_8);
    }
}
