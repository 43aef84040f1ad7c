package dev.holdfast.gateway.ingest.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.gateway.journal.Topic;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the devices of a gate may have at a broker that does not answer. */
class UnansweredTest {

    private static final int PACKET = 100 << 10;

    private final ReadMemory memory = new ReadMemory(1 << 20);
    private final Unanswered device = device();

    private Unanswered device() {
        return new Unanswered(memory, new Gathering());
    }

    private static HeldPublish message(int packetId) {
        return new HeldPublish(packetId, 1, false, 0, Topic.of("a"), 0, true, new byte[PACKET], PACKET);
    }

    /** Each goes on as long as it is let; those who write to the broker ask again and again. */
    @Test
    void shouldBoundWhatAllHaveThere() {
        List<Unanswered> devices = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            Unanswered next = device();
            devices.add(next);
            for (int packetId = 1; packetId < 20 && (!next.isFull() || next.hasRoomAgain()); packetId++) {
                next.add(message(packetId));
            }
        }
        assertThat(memory.used()).isLessThan((1 << 20) + 101L * (PACKET + 200));

        for (Unanswered next : devices) {
            next.clear();
        }
        assertThat(memory.used()).isZero();
    }

    @Test
    void shouldLetADeviceGoOnThatHasNothingThereWhileOthersHaveAllThereIs() {
        Unanswered other = device();
        while (memory.hasRoom()) {
            other.add(message(1));
        }
        device.add(message(7));
        assertThat(device.isFull()).isTrue();
        assertThat(device.hasRoomAgain()).isFalse();

        assertThat(device.take(7, 1)).isNotNull();

        assertThat(device.hasRoomAgain()).isTrue();
    }

    @Test
    void shouldLetADeviceGoOnWhenHalfOfItsOwnIsAnswered() {
        int packets = 0;
        while (!device.isFull()) {
            device.add(message(++packets));
        }
        int taken = 0;
        while (!device.hasRoomAgain()) {
            assertThat(device.take(++taken, 1)).isNotNull();
        }

        assertThat(taken).isBetween(packets / 2, packets / 2 + 1);
    }
}
