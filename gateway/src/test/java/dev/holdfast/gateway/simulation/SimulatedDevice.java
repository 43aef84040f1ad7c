package dev.holdfast.gateway.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.holdfast.gateway.journal.Append;
import dev.holdfast.gateway.journal.Fragment;
import dev.holdfast.gateway.journal.Intake;
import dev.holdfast.gateway.journal.Origin;
import dev.holdfast.gateway.journal.Topic;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A device with QoS 0 and 1, and its connection to the front door: one append for what one read from the socket brings,
 * acknowledgements when it is durable. It keeps what is not acknowledged, and sends it again, in order, when it has a
 * connection again.
 */
final class SimulatedDevice {

    /** A property id and four bytes of seconds. */
    static final int EXPIRY_BYTES = 5;

    private static final byte EXPIRY_PROPERTY = 2;

    /** Where devices hand in, while the gateway runs. */
    private final class Connection {
        final Intake intake;
        final Runnable beforeAcknowledging;

        /** Acknowledgements on their way to the device. */
        final Deque<Published> acknowledgements = new ArrayDeque<>();

        boolean open = true;

        /** The front door does not read from it, as the journal has no room. */
        boolean held;

        Connection(Intake intake, Runnable beforeAcknowledging) {
            this.intake = intake;
            this.beforeAcknowledging = beforeAcknowledging;
        }

        void send(List<Published> messages) {
            List<Fragment> fragments = new ArrayList<>();
            for (Published message : messages) {
                Fragment last = fragments.isEmpty() ? null : fragments.get(fragments.size() - 1);
                if (last == null || last.lane() != message.lane) {
                    last = new Fragment(message.lane, Origin.frontDoor("d" + device), intake.gatewayMillis(), 16);
                    fragments.add(last);
                }
                write(message, last);
            }
            intake.append(new Append(fragments, List.of(), () -> durable(messages)));
            if (!intake.hasRoom()) {
                held = true;
            }
        }

        private void durable(List<Published> messages) {
            beforeAcknowledging.run();
            for (Published message : messages) {
                if (message.qos > 0 && open) {
                    ledger.acknowledged(message);
                    acknowledgements.add(message);
                }
            }
        }
    }

    private final int device;
    private final int window;
    private final ModelLedger ledger;
    private final RandomGenerator random;
    private int counter;
    private final Deque<Published> unacknowledged = new ArrayDeque<>();
    private @Nullable Connection connection;

    SimulatedDevice(int device, int window, ModelLedger ledger, RandomGenerator random) {
        this.device = device;
        this.window = window;
        this.ledger = ledger;
        this.random = random;
    }

    boolean isConnected() {
        return connection != null;
    }

    boolean isIdle() {
        return unacknowledged.isEmpty();
    }

    /**
     * Connects, and sends again what was not acknowledged.
     *
     * @param beforeAcknowledging run when something has become durable, before it is acknowledged
     */
    void connect(Intake intake, Runnable beforeAcknowledging) {
        Connection opened = new Connection(intake, beforeAcknowledging);
        connection = opened;
        opened.held = !intake.hasRoom();
        intake.onRoom(() -> opened.held = false);
        if (!unacknowledged.isEmpty()) {
            opened.send(List.copyOf(unacknowledged));
        }
    }

    /** Loses its connection; some acknowledgements get through before. */
    void disconnect(int acknowledgements) {
        read(acknowledgements);
        Connection lost = connection;
        if (lost != null) {
            lost.open = false;
        }
        connection = null;
    }

    /** Publishes what its window and the front door allow; says how many messages that were. */
    int publish(int atMost, boolean harmless) {
        Connection open = connection;
        if (open == null || open.held) {
            return 0;
        }
        List<Published> messages = new ArrayList<>();
        while (messages.size() < atMost && unacknowledged.size() < window) {
            Published message = harmless ? next(1, 0, Published.Nature.HARMLESS, counter) : next();
            if (message.qos > 0) {
                unacknowledged.add(message);
            }
            messages.add(message);
        }
        if (!messages.isEmpty()) {
            open.send(List.copyOf(messages));
        }
        return messages.size();
    }

    private Published next() {
        int dice = random.nextInt(100);
        Published.Nature nature = dice < 94
                ? Published.Nature.HARMLESS
                : dice < 98 ? Published.Nature.REJECTED : Published.Nature.CLOSING;
        int qos = random.nextInt(8) == 0 ? 0 : 1;
        int expirySeconds = random.nextInt(6) == 0 ? 1 + random.nextInt(120) : 0;
        return next(qos, expirySeconds, nature, random.nextInt(Setup.KINDS.size()));
    }

    private Published next(int qos, int expirySeconds, Published.Nature nature, int kind) {
        String topic = "d" + device + "/" + Setup.KINDS.get(kind % Setup.KINDS.size());
        int padding = random.nextInt(8) == 0 ? random.nextInt(900) : random.nextInt(60);
        return ledger.publish(device, ++counter, topic, qos, expirySeconds, nature, padding);
    }

    /** Reads acknowledgements; they come in the order of the messages. */
    void read(int atMost) {
        Connection open = connection;
        for (int i = 0; i < atMost && open != null && !open.acknowledgements.isEmpty(); i++) {
            Published acknowledged = open.acknowledgements.remove();
            Published expected = unacknowledged.poll();
            if (!acknowledged.equals(expected)) {
                throw new AssertionError("PUBACK for " + acknowledged + " in the place of " + expected);
            }
        }
    }

    private static void write(Published message, Fragment fragment) {
        byte[] payload = message.payload.getBytes(UTF_8);
        int properties = message.expirySeconds > 0 ? EXPIRY_BYTES : 0;
        if (!fragment.begin(Topic.of(message.topic), message.qos, false, properties, payload.length)) {
            throw new AssertionError("a fragment has no room for " + Setup.KINDS.size() + " topics");
        }
        int at = fragment.claim(properties);
        if (properties > 0) {
            ByteBuffer.wrap(fragment.buffer(), at, properties)
                    .put(EXPIRY_PROPERTY)
                    .putInt(message.expirySeconds);
        }
        at = fragment.claim(payload.length);
        System.arraycopy(payload, 0, fragment.buffer(), at, payload.length);
    }

    @Override
    public String toString() {
        Connection open = connection;
        return "d" + device + (open == null ? " off" : open.held ? " held" : " on") + " unacknowledged "
                + unacknowledged;
    }
}
