package dev.holdfast.gateway.ingest.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Devices with QoS 1 and 2 against a front door whose connections break, whose commits are late, whose journal has no
 * room, and whose power fails at any moment.
 *
 * <p>All along: an answer comes in the order of its packets, for what is durable, and a session that is said to be
 * present is. In the end: what was completed is stored, with QoS 2 exactly once.
 */
class SimulationTest {

    private static final int STEPS = 1_500;

    private final ManualIntake intake = ManualIntake.waiting();
    private final List<SimulatedDevice> devices = IntStream.range(0, 3)
            .mapToObj(i -> new SimulatedDevice("d" + i, intake))
            .toList();
    private EmbeddedDoor door = new EmbeddedDoor(intake, TestDoor.options());

    static IntStream seeds() {
        return IntStream.rangeClosed(1, 60);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void shouldKeepItsPromises(int seed) {
        Random random = new Random(seed);
        for (int i = 0; i < STEPS; i++) {
            step(random, devices.get(random.nextInt(devices.size())));
        }
        finish();

        for (SimulatedDevice device : devices) {
            assertThat(device.completed()).isNotEmpty();
            assertThat(intake.payloads()).containsAll(device.completed());
        }
        List<String> exactlyOnce = intake.payloads().stream()
                .filter(payload -> payload.endsWith("qos2"))
                .toList();
        assertThat(exactlyOnce).doesNotHaveDuplicates();
        devices.forEach(SimulatedDevice::vanish);
        assertThat(door.sessions.claims()).isZero();
    }

    private void step(Random random, SimulatedDevice device) {
        int dice = random.nextInt(1_000);
        if (dice < 400) {
            device.publish(1 + random.nextInt(2));
        } else if (dice < 650) {
            device.read();
        } else if (dice < 900) {
            intake.commit(random.nextInt(intake.waitingAppends() + 1));
            door.settle();
        } else if (dice < 930) {
            intake.setRoom(random.nextBoolean());
            door.settle();
        } else if (dice < 950) {
            device.vanish();
        } else if (dice < 980) {
            door.advance(Duration.ofSeconds(random.nextInt(20)));
        } else if (dice < 985) {
            device.connect(door, random.nextInt(5) == 0);
        } else if (dice < 988) {
            loseThePower();
        }
        if (!device.hasConnection()) {
            device.connect(door, random.nextInt(20) == 0);
        }
    }

    private void loseThePower() {
        intake.crash();
        devices.forEach(SimulatedDevice::forgetConnection);
        door = new EmbeddedDoor(intake, TestDoor.options());
        intake.restore(door.sessions);
    }

    private void finish() {
        intake.setRoom(true);
        intake.commitAtOnce();
        for (SimulatedDevice device : devices) {
            for (int i = 0; i < 10 && !(device.isConnected() && device.isIdle()); i++) {
                if (!device.hasConnection()) {
                    device.connect(door, false);
                }
                device.read();
            }
            assertThat(device.isIdle()).as("%s is done", device).isTrue();
        }
    }
}
