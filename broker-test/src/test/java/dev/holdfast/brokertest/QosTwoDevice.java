package dev.holdfast.brokertest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A device that publishes with QoS 2 and keeps its session, and that never gives up. After a lost connection it goes on as
 * section 4.4 of the standard says: what had no PUBREC is sent again with DUP and its old packet id, of what had one the
 * PUBREL, all in the old order.
 *
 * <p>Its packet ids are few, so that each is soon used again for another message.
 */
final class QosTwoDevice implements AutoCloseable {

    private static final int CONNACK = 2;
    private static final int PUBREC = 5;
    private static final int PUBCOMP = 7;
    private static final int CONNECT_HEADER = 0x10;
    private static final int PUBLISH_HEADER = 0x34;
    private static final int DUP = 0x08;
    private static final int PUBREL_HEADER = 0x62;

    private static final int WINDOW = 32;
    private static final int PACKET_IDS = 50;
    private static final int SESSION_SECONDS = 3_600;
    private static final int TIMEOUT_MILLIS = 10_000;
    private static final long RETRY_MILLIS = 20;

    private record Exchange(String payload, boolean received) {}

    private final String name;
    private final int port;
    private final boolean mqtt5;
    private final Thread thread;
    private final Set<String> completed = ConcurrentHashMap.newKeySet();
    private final AtomicInteger connects = new AtomicInteger();
    private final AtomicInteger lostSessions = new AtomicInteger();
    private volatile boolean publishing = true;
    private volatile boolean done;
    private volatile boolean ended;

    // the thread's
    private final Map<Integer, Exchange> exchanges = new LinkedHashMap<>();
    private int messages;
    private int lastPacketId;

    QosTwoDevice(String name, int port, boolean mqtt5) {
        this.name = name;
        this.port = port;
        this.mqtt5 = mqtt5;
        thread = new Thread(this::run, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Payloads whose exchange is over. */
    Set<String> completed() {
        return completed;
    }

    /** How often it was connected. */
    int connects() {
        return connects.get();
    }

    /** How often the server knew nothing of a session that it had begun. */
    int lostSessions() {
        return lostSessions.get();
    }

    void stopPublishing() {
        publishing = false;
    }

    /** Whether every exchange is over, after {@link #stopPublishing()}. */
    boolean isDone() {
        return done;
    }

    private void run() {
        while (!ended && !done) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.setSoTimeout(TIMEOUT_MILLIS);
                talk(
                        new DataInputStream(new BufferedInputStream(socket.getInputStream())),
                        new DataOutputStream(new BufferedOutputStream(socket.getOutputStream())));
            } catch (IOException e) {
                pause(); // the connection is gone, or there is none yet
            }
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void talk(DataInputStream in, DataOutputStream out) throws IOException {
        connect(in, out);
        for (Map.Entry<Integer, Exchange> exchange : exchanges.entrySet()) {
            if (exchange.getValue().received()) {
                release(out, exchange.getKey());
            } else {
                publish(out, exchange.getKey(), exchange.getValue().payload(), DUP);
            }
        }
        while (!ended) {
            fillWindow(out);
            out.flush();
            if (exchanges.isEmpty() && !publishing) {
                done = true;
                return;
            }
            readAnswer(in, out);
        }
    }

    private void connect(DataInputStream in, DataOutputStream out) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        DataOutputStream packet = new DataOutputStream(body);
        packet.writeUTF("MQTT");
        packet.writeByte(mqtt5 ? 5 : 4);
        packet.writeByte(0); // clean start or clean session 0
        packet.writeShort(0); // no keep alive
        if (mqtt5) {
            packet.writeByte(5);
            packet.writeByte(0x11); // session expiry interval
            packet.writeInt(SESSION_SECONDS);
        }
        packet.writeUTF(name);
        send(out, CONNECT_HEADER, body.toByteArray());
        out.flush();
        byte[] answer = read(in, CONNACK);
        if (answer[1] != 0) {
            throw new IOException("refused with " + answer[1]);
        }
        boolean sessionPresent = answer[0] == 1;
        if (connects.getAndIncrement() > 0 && !sessionPresent) {
            lostSessions.incrementAndGet();
            exchanges.clear(); // as the standard wants
        }
    }

    private void fillWindow(DataOutputStream out) throws IOException {
        while (publishing && exchanges.size() < WINDOW) {
            do {
                lastPacketId = lastPacketId % PACKET_IDS + 1;
            } while (exchanges.containsKey(lastPacketId));
            String payload = name + "/" + messages++;
            exchanges.put(lastPacketId, new Exchange(payload, false));
            publish(out, lastPacketId, payload, 0);
        }
    }

    private void readAnswer(DataInputStream in, DataOutputStream out) throws IOException {
        int header = in.readUnsignedByte();
        byte[] body = readBody(in);
        int packetId = (body[0] & 0xff) << 8 | (body[1] & 0xff);
        Exchange exchange = exchanges.get(packetId);
        if (exchange == null) {
            throw new IllegalStateException("an answer for packet id " + packetId + ", which is not in use");
        }
        switch (header >> 4) {
            case PUBREC -> {
                exchanges.put(packetId, new Exchange(exchange.payload(), true));
                release(out, packetId);
            }
            case PUBCOMP -> {
                exchanges.remove(packetId);
                completed.add(exchange.payload());
            }
            default -> throw new IllegalStateException("packet type " + (header >> 4));
        }
    }

    private void publish(DataOutputStream out, int packetId, String payload, int dup) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        DataOutputStream packet = new DataOutputStream(body);
        packet.writeUTF("qos2/" + name);
        packet.writeShort(packetId);
        if (mqtt5) {
            packet.writeByte(0); // no properties
        }
        packet.write(payload.getBytes(UTF_8));
        send(out, PUBLISH_HEADER | dup, body.toByteArray());
    }

    private static void release(DataOutputStream out, int packetId) throws IOException {
        send(out, PUBREL_HEADER, new byte[] {(byte) (packetId >> 8), (byte) packetId});
    }

    /** All packets are shorter than 128 bytes. */
    private static void send(DataOutputStream out, int header, byte[] body) throws IOException {
        out.writeByte(header);
        out.writeByte(body.length);
        out.write(body);
    }

    private static byte[] read(DataInputStream in, int type) throws IOException {
        int header = in.readUnsignedByte();
        if (header >> 4 != type) {
            throw new IllegalStateException("packet type " + (header >> 4) + " instead of " + type);
        }
        return readBody(in);
    }

    private static byte[] readBody(DataInputStream in) throws IOException {
        byte[] body = new byte[in.readUnsignedByte()];
        in.readFully(body);
        return body;
    }

    @Override
    public void close() {
        ended = true;
        thread.interrupt();
    }
}
