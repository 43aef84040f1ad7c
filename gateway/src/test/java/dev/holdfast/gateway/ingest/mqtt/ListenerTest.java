package dev.holdfast.gateway.ingest.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.gateway.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The listener as a whole. */
class ListenerTest {

    private final ManualIntake intake = ManualIntake.committingAtOnce();
    private final TestDoor door = TestDoor.over(intake);

    @AfterEach
    void close() {
        door.close();
    }

    @Test
    void shouldServeManyConnections() {
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            clients.add(i % 2 == 0 ? door.connect5("c" + i) : door.connect3("c" + i));
        }
        clients.forEach(client -> client.publish(1, 1, "a/b", "one"));
        clients.forEach(client -> client.expect("PUBACK 1"));

        assertThat(door.door().stats().connections()).isEqualTo(300);
        assertThat(door.door().stats().connects()).isEqualTo(300);
        assertThat(door.door().stats().acknowledged()).isEqualTo(300);
        assertThat(door.door().claims()).isEqualTo(300);
        assertThat(intake.stored()).hasSize(300);
    }

    @Test
    void shouldForgetConnectionsThatAreGone() {
        for (int i = 0; i < 50; i++) {
            door.connect5("c" + i).close();
        }
        door.awaitConnections(0);

        assertThat(door.door().claims()).isZero();
        assertThat(door.door().sessions()).isZero();
    }

    @Test
    void shouldSayThatItsAddressIsTaken() {
        FrontDoorOptions taken = FrontDoorOptions.defaults(door.door().address());

        assertThatThrownBy(
                        () -> FrontDoor.openWithoutSessions(taken, Doorkeeper.OPEN, intake, topic -> 0, Clock.system()))
                .isInstanceOf(FrontDoorException.class)
                .hasMessageContaining(String.valueOf(door.door().address().getPort()));
    }

    @Test
    void shouldRefuseConnectionsOnceItIsClosed() {
        RawClient client = door.connect5("c");
        client.disconnect();
        door.closeDoor();
        door.closeDoor();

        door.awaitRefusal();
    }

    @Test
    void shouldCountWhoIsSentAwayForWhatItSent() {
        RawClient client = door.connect5("c");

        client.send("00 00").expect("DISCONNECT 0x81");

        assertThat(door.door().stats().badPackets()).isEqualTo(1);
    }
}
