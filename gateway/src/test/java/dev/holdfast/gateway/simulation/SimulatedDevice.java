package dev.holdfast.gateway.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.holdfast.gateway.journal.Admission;
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

    /** A PUBACK; one that refuses says that there is no room. */
    private record Answer(Published message, boolean refused) {}

    /** Where devices hand in, while the gateway runs. */
    private final class Connection {
        final Intake intake;
        final Runnable beforeAcknowledging;

        /** On its way to the front door. */
        final Deque<Published> unread = new ArrayDeque<>();

        /** Acknowledgements on their way to the device. */
        final Deque<Answer> acknowledgements = new ArrayDeque<>();

        boolean open = true;

        /** The front door does not read from it, as the journal has no room. */
        boolean held;

        Connection(Intake intake, Runnable beforeAcknowledging) {
            this.intake = intake;
            this.beforeAcknowledging = beforeAcknowledging;
        }

        /** Sends messages; the front door reads them when there is room. */
        void send(List<Published> messages) {
            unread.addAll(messages);
            proceed();
        }

        /** Reads what was sent, as far as there is room, and hands it in as one append. */
        void proceed() {
            List<Fragment> fragments = new ArrayList<>();
            List<Answer> answers = new ArrayList<>();
            for (Published next = unread.peek(); next != null && !held; next = unread.peek()) {
                Admission admission = admission(next);
                if (admission == Admission.WAIT) {
                    held = true;
                } else {
                    unread.remove();
                    next.refused |= admission == Admission.REFUSE;
                    answers.add(new Answer(next, admission == Admission.REFUSE));
                    if (admission == Admission.TAKE) {
                        add(next, fragments);
                    }
                }
            }
            if (!answers.isEmpty()) {
                intake.append(new Append(fragments, List.of(), () -> durable(answers)));
                held |= !intake.hasRoom();
            }
        }

        /** What its protocol has no way to refuse waits. */
        private Admission admission(Published message) {
            Admission admission = intake.admission(message.lane);
            return admission == Admission.REFUSE && !isMqtt5 && message.qos > 0 ? Admission.WAIT : admission;
        }

        private void add(Published message, List<Fragment> fragments) {
            Fragment last = fragments.isEmpty() ? null : fragments.get(fragments.size() - 1);
            if (last == null || last.lane() != message.lane) {
                last = new Fragment(message.lane, Origin.frontDoor("d" + device), intake.gatewayMillis(), 16);
                fragments.add(last);
            }
            write(message, last);
        }

        private void durable(List<Answer> answers) {
            beforeAcknowledging.run();
            for (Answer answer : answers) {
                if (answer.message().qos > 0 && open) {
                    if (!answer.refused()) {
                        ledger.acknowledged(answer.message());
                    }
                    acknowledgements.add(answer);
                }
            }
        }
    }

    private final int device;
    private final boolean mayMakeTheUpstreamClose;
    private final boolean isMqtt5;
    private final int window;
    private final ModelLedger ledger;
    private final RandomGenerator random;
    private int counter;
    private final Deque<Published> unacknowledged = new ArrayDeque<>();
    private @Nullable Connection connection;

    SimulatedDevice(int device, Setup setup, ModelLedger ledger, RandomGenerator random) {
        this.device = device;
        this.isMqtt5 = random.nextBoolean();
        this.window = setup.deviceWindow();
        this.mayMakeTheUpstreamClose = setup.mayMakeTheUpstreamClose();
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
        if (open == null) {
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
        Published.Nature nature = Published.Nature.HARMLESS;
        if (dice < 4) {
            nature = Published.Nature.REJECTED;
        } else if (dice < 6 && mayMakeTheUpstreamClose) {
            nature = Published.Nature.CLOSING;
        }
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
            Answer answer = open.acknowledgements.remove();
            Published expected = unacknowledged.poll();
            if (!answer.message().equals(expected)) {
                throw new AssertionError("PUBACK for " + answer.message() + " in the place of " + expected);
            }
        }
    }

    /** The front door goes on reading, if it was held and there is room again. */
    void proceed() {
        Connection open = connection;
        if (open != null) {
            open.proceed();
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
