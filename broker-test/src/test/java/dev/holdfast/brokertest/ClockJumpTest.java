package dev.holdfast.brokertest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdfast.brokertest.Subscriber.Arrival;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The wall clock starts in 1970 and jumps, as on boxes without a battery: row 16 of the faults to survive. */
@Tag("alone")
class ClockJumpTest {

    private static final Duration FAR_AHEAD = Duration.ofDays(400);
    private static final long EXPIRY_SECONDS = 3_600;

    @TempDir
    private Path temp = Path.of("");

    /** The count of jumps: 20 in CI, 1,000 for the long form by -Dholdfast.clock-jumps=1000. */
    @Test
    void shouldKeepTheOrderAndLoseNothingWhenTheClockJumps() {
        int jumps = Integer.getInteger("holdfast.clock-jumps", 20);
        FaultShim faults = new FaultShim(temp);
        faults.shiftWallClock(to1970());
        int restarts = 0;
        try (Scene scene = new Scene(temp)) {
            scene.gateway().withFaults(faults).start();
            scene.publish(150);
            scene.ledger().awaitMoreAcknowledged(1_000);
            for (int jump = 0; jump < jumps; jump++) {
                faults.shiftWallClock(anywhere(scene));
                scene.pause(50, 300);
                if (scene.random().nextInt(10) == 0) {
                    scene.gateway().kill();
                    scene.gateway().start();
                    restarts++;
                }
            }

            scene.assertNothingLost(scene.settle("16 clock jumps", jumps), restarts * Scene.REPEATED_BY_CRASH);
        }
    }

    private static Duration to1970() {
        return Duration.between(Instant.now(), Instant.EPOCH.plus(Duration.ofMinutes(1)));
    }

    private static Duration anywhere(Scene scene) {
        return switch (scene.random().nextInt(4)) {
            case 0 -> to1970();
            case 1 -> FAR_AHEAD;
            case 2 -> Duration.ZERO;
            default -> Duration.ofSeconds(scene.random().nextInt(2_000_000) - 1_000_000L);
        };
    }

    @Test
    void shouldLetMessagesExpireByTheTimeThatHasPassed() throws MqttException {
        FaultShim faults = new FaultShim(temp);
        faults.shiftWallClock(to1970());
        try (Scene scene = new Scene(temp)) {
            scene.gateway().withFaults(faults).start();
            scene.cutLink();
            try (Subscriber upstream = new Subscriber(scene.upstreamPort());
                    Publisher device = new Publisher(scene.gateway().port())) {
                device.publish("expiry", "long 1", message -> expire(message, EXPIRY_SECONDS));
                faults.shiftWallClock(FAR_AHEAD);
                device.publish("expiry", "short", message -> expire(message, 1));
                faults.shiftWallClock(to1970());
                device.publish("expiry", "long 2", message -> expire(message, EXPIRY_SECONDS));
                faults.shiftWallClock(Duration.ZERO);
                device.publish("expiry", "forever");
                scene.pause(2_000, 2_001); // more than the second that the short one lives
                faults.shiftWallClock(FAR_AHEAD);
                scene.restoreLink();

                await("all but the one that has expired arrive")
                        .atMost(Duration.ofSeconds(30))
                        .until(() -> upstream.arrivals().size() == 3);
                assertThat(scene.gateway().route().path("expired").asLong())
                        .as("expired")
                        .isEqualTo(1);
                assertThat(upstream.arrivals())
                        .extracting(Arrival::text)
                        .containsExactly("long 1", "long 2", "forever");
                assertThat(upstream.arrivals().subList(0, 2))
                        .allSatisfy(arrival -> assertThat(
                                        arrival.message().getProperties().getMessageExpiryInterval())
                                .as("seconds left")
                                .isBetween(EXPIRY_SECONDS - 60, EXPIRY_SECONDS));
            }
        }
    }

    @Test
    void shouldRemoveByTheTimeThatHasPassed() throws MqttException {
        FaultShim faults = new FaultShim(temp);
        faults.shiftWallClock(to1970());
        try (Scene scene = new Scene(temp)) {
            scene.gateway()
                    .withSection("lanes: [{name: brief, topics: [\"brief\"], limit: {age: 2s}},"
                            + " {name: long, topics: [\"#\"], limit: {age: 1h}}]")
                    .withFaults(faults)
                    .start();
            scene.cutLink();
            try (Subscriber upstream = new Subscriber(scene.upstreamPort());
                    Publisher device = new Publisher(scene.gateway().port())) {
                device.publish("brief", "gone");
                device.publish("long", "kept 1");
                faults.shiftWallClock(FAR_AHEAD);
                device.publish("long", "kept 2");
                faults.shiftWallClock(to1970());
                await("the brief one is removed, and accounted for")
                        .atMost(Duration.ofSeconds(30))
                        .until(() -> scene.gateway()
                                        .status()
                                        .path("gaps")
                                        .path("byReason")
                                        .path("age")
                                        .path("messages")
                                        .asLong()
                                == 1);
                faults.shiftWallClock(FAR_AHEAD);
                scene.restoreLink();

                await("what is left arrives")
                        .atMost(Duration.ofSeconds(30))
                        .until(() -> upstream.arrivals().size() >= 2);
                assertThat(upstream.arrivals()).extracting(Arrival::text).containsExactly("kept 1", "kept 2");
            }
        }
    }

    private static void expire(MqttMessage message, long seconds) {
        message.getProperties().setMessageExpiryInterval(seconds);
    }
}
