package dev.holdfast.brokertest.bench;

import dev.holdfast.gateway.journal.Append;
import dev.holdfast.gateway.journal.Fragment;
import dev.holdfast.gateway.journal.Origin;
import dev.holdfast.gateway.journal.Topic;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Messages as sensors send them: 50 topics over 8 clients, what one client sends in one go being 16 messages at most. A
 * payload begins with the number of its message; the rest of it can't be compressed. Not thread-safe.
 */
final class Sensors {

    private static final int TOPICS = 50;
    private static final int CLIENTS = 8;
    private static final int IN_ONE_GO = 16;
    private static final int RECORD_OVERHEAD = 16;

    private static final List<Topic> NAMES = IntStream.range(0, TOPICS)
            .mapToObj(i -> Topic.of("plant/line-" + i % CLIENTS + "/sensor-" + i + "/temperature"))
            .toList();
    private static final List<Origin> ORIGINS = IntStream.range(0, CLIENTS)
            .mapToObj(i -> Origin.frontDoor("controller-" + i))
            .toList();

    private final byte[] payload;
    private final int lanes;
    private int nextClient;

    Sensors(int payloadBytes, int lanes) {
        if (payloadBytes < Long.BYTES) {
            throw new IllegalArgumentException("a payload must hold a number, but has " + payloadBytes + " bytes");
        }
        payload = new byte[payloadBytes];
        new Random(payloadBytes).nextBytes(payload);
        this.lanes = lanes;
    }

    int payloadBytes() {
        return payload.length;
    }

    /** The messages from the given number on, as the front door hands them in. */
    Append append(long first, int count, long gatewayMillis, Runnable onDurable) {
        List<Fragment> fragments = new ArrayList<>();
        for (int done = 0; done < count; done += IN_ONE_GO) {
            fragments.add(fragment(first + done, Math.min(IN_ONE_GO, count - done), gatewayMillis));
        }
        return new Append(fragments, List.of(), onDurable);
    }

    private Fragment fragment(long first, int count, long gatewayMillis) {
        int client = nextClient;
        nextClient = (client + 1) % CLIENTS;
        Fragment fragment = new Fragment(
                client % lanes, ORIGINS.get(client), gatewayMillis, count * (payload.length + RECORD_OVERHEAD));
        for (long number = first; number < first + count; number++) {
            fragment.begin(topic(client, number), 1, false, 0, payload.length);
            int at = fragment.claim(payload.length);
            write(number, fragment.buffer(), at);
        }
        return fragment;
    }

    private static Topic topic(int client, long number) {
        int ofClient = (TOPICS - client + CLIENTS - 1) / CLIENTS;
        return NAMES.get(client + CLIENTS * (int) (number % ofClient));
    }

    private void write(long number, byte[] to, int at) {
        System.arraycopy(payload, 0, to, at, payload.length);
        ByteBuffer.wrap(to).putLong(at, number);
    }

    /** The number that a payload begins with. */
    static long number(byte[] bytes, int at) {
        return ByteBuffer.wrap(bytes).getLong(at);
    }

    /** A message as an engine is given it: its topic, a byte 0 and its payload. */
    byte[] record(long number) {
        byte[] topic = topic((int) (number / IN_ONE_GO % CLIENTS), number)
                .name()
                .getBytes(java.nio.charset.StandardCharsets.UTF_8);
        byte[] record = new byte[topic.length + 1 + payload.length];
        System.arraycopy(topic, 0, record, 0, topic.length);
        write(number, record, topic.length + 1);
        return record;
    }

    /** The number of such a message. */
    long numberOf(byte[] record) {
        return number(record, record.length - payload.length);
    }

    /** Bare payloads, for the raw log. */
    ByteBuffer payloads(int count) {
        ByteBuffer bytes = ByteBuffer.allocateDirect(count * payload.length);
        for (int i = 0; i < count; i++) {
            bytes.put(payload);
        }
        return bytes.flip();
    }
}
