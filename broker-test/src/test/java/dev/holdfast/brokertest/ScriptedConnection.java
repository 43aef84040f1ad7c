package dev.holdfast.brokertest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.packet.MqttPublish;

/**
 * A connection of a {@link ScriptedBroker}. Reads with the help of Paho; writes by hand, because Paho refuses to make what
 * the standard forbids.
 */
final class ScriptedConnection {

    private static final int CONNECT = 1;
    private static final int PUBLISH = 3;
    private static final int PUBREL = 6;
    private static final int PINGREQ = 12;
    private static final int DISCONNECT = 14;

    private static final int CONNACK_HEADER = 0x20;
    private static final int PUBACK_HEADER = 0x40;
    private static final int PUBREC_HEADER = 0x50;
    private static final int PUBCOMP_HEADER = 0x70;
    private static final int PINGRESP_HEADER = 0xD0;
    private static final int DISCONNECT_HEADER = 0xE0;

    private static final int REASON_STRING = 0x1F;
    private static final int FIRST_ERROR = 0x80;

    private final ScriptedBroker broker;
    private final Socket socket;
    private final int number;
    private final Map<Integer, String> aliases = new HashMap<>();
    private final AtomicInteger unacknowledged = new AtomicInteger();

    ScriptedConnection(ScriptedBroker broker, Socket socket) {
        this.broker = broker;
        this.socket = socket;
        this.number = broker.nextConnection();
    }

    /** Reads and answers until the connection ends. */
    void run() {
        try (DataInputStream in = new DataInputStream(socket.getInputStream())) {
            while (true) {
                int header = in.readUnsignedByte();
                byte[] body = new byte[readLength(in)];
                in.readFully(body);
                handle(header, body);
            }
        } catch (IOException e) {
            // the other side or the script has ended it
        } catch (MqttException e) {
            throw new IllegalStateException("the gateway has sent a malformed packet", e);
        } finally {
            close();
        }
    }

    private static int readLength(DataInputStream in) throws IOException {
        int length = 0;
        for (int shift = 0; ; shift += 7) {
            int part = in.readUnsignedByte();
            length |= (part & 0x7f) << shift;
            if (part < 0x80) {
                return length;
            }
        }
    }

    private void handle(int header, byte[] body) throws IOException, MqttException {
        switch (header >> 4) {
            case CONNECT -> answerConnect();
            case PUBLISH -> received(new MqttPublish((byte) (header & 0xf), body), packetBytes(body.length));
            case PUBREL -> {
                unacknowledged.decrementAndGet();
                write(PUBCOMP_HEADER, body[0], body[1]);
            }
            case PINGREQ -> write(PINGRESP_HEADER);
            case DISCONNECT -> close();
            default -> throw new IllegalStateException("a packet of type " + (header >> 4));
        }
    }

    private void answerConnect() throws IOException, MqttException {
        int code = broker.connectReason();
        byte[] properties = broker.limits().encodeProperties();
        byte[] body = new byte[2 + properties.length];
        body[1] = (byte) code;
        System.arraycopy(properties, 0, body, 2, properties.length);
        write(CONNACK_HEADER, body);
        if (code != 0) {
            close();
        }
    }

    private static int packetBytes(int length) {
        return 1 + (length < 1 << 7 ? 1 : length < 1 << 14 ? 2 : length < 1 << 21 ? 3 : 4) + length;
    }

    private void received(MqttPublish publish, int packetBytes) throws IOException {
        Arrival arrival = new Arrival(
                number,
                packetBytes,
                topic(publish),
                ByteBuffer.wrap(publish.getMessage().getPayload()).asReadOnlyBuffer(),
                publish.getMessage().getQos(),
                publish.getMessage().isRetained(),
                publish.isDuplicate(),
                publish.getProperties());
        int now = arrival.qos() == 0 ? unacknowledged.get() : unacknowledged.incrementAndGet();
        perform(broker.received(arrival, now), arrival.qos(), publish.getMessageId());
    }

    private String topic(MqttPublish publish) {
        Integer alias = publish.getProperties().getTopicAlias();
        String topic = publish.getTopicName();
        if (alias == null || alias == 0) {
            return topic;
        }
        if (topic == null || topic.isEmpty()) {
            return aliases.getOrDefault(alias, "unknown alias " + alias);
        }
        aliases.put(alias, topic);
        return topic;
    }

    private void perform(Reaction reaction, int qos, int id) throws IOException {
        if (reaction instanceof Reaction.Answer answer) {
            acknowledge(answer, qos, id);
        } else if (reaction instanceof Reaction.Close) {
            close();
        } else if (reaction instanceof Reaction.Disconnect disconnect) {
            write(DISCONNECT_HEADER, (byte) disconnect.code(), (byte) 0);
            close();
        } else if (reaction instanceof Reaction.WrongId) {
            acknowledge(new Reaction.Answer(0, ""), qos, (id + 30_000) & 0xffff);
        } else if (reaction instanceof Reaction.Later delayed) {
            Future<?> unused = broker.later()
                    .schedule(
                            () -> {
                                try {
                                    perform(delayed.then(), qos, id);
                                } catch (IOException e) {
                                    throw new UncheckedIOException(e);
                                }
                            },
                            delayed.after().toMillis(),
                            TimeUnit.MILLISECONDS);
        }
    }

    private void acknowledge(Reaction.Answer answer, int qos, int id) throws IOException {
        if (qos == 0) {
            return;
        }
        if (qos == 1 || answer.code() >= FIRST_ERROR) {
            unacknowledged.decrementAndGet();
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.write(id >> 8);
        body.write(id);
        body.write(answer.code());
        byte[] reason = answer.reason().getBytes(UTF_8);
        body.write(reason.length == 0 ? 0 : 3 + reason.length);
        if (reason.length > 0) {
            body.write(REASON_STRING);
            body.write(0);
            body.write(reason.length);
            body.write(reason);
        }
        write(qos == 1 ? PUBACK_HEADER : PUBREC_HEADER, body.toByteArray());
    }

    /** Writes a packet of less than 128 bytes. */
    private synchronized void write(int header, byte... body) throws IOException {
        ByteArrayOutputStream packet = new ByteArrayOutputStream();
        packet.write(header);
        packet.write(body.length);
        packet.write(body);
        OutputStream out = socket.getOutputStream();
        out.write(packet.toByteArray());
        out.flush();
    }

    void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // it is gone, which is all that is wanted
        }
    }
}
