package dev.holdfast.gateway.ingest.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The graceful stop. */
class DrainTest {

    private final ManualIntake intake = ManualIntake.waiting();
    private final TestDoor door = TestDoor.over(intake);

    @AfterEach
    void close() {
        intake.commitAtOnce();
        door.close();
    }

    @Test
    void shouldAcknowledgeWhatWasTakenAndThenSayGoodbye() {
        RawClient five = door.connect5("five");
        RawClient three = door.connect3("three");
        five.publish(1, 1, "a/b", "one").publish(2, 2, "a/b", "two").expectNoAnswerYet();
        three.publish(1, 1, "a/b", "three").expectNoAnswerYet();

        CompletableFuture<Void> closing = CompletableFuture.runAsync(door::closeDoor);
        door.awaitRefusal();
        assertThat(closing).isNotDone();
        intake.commit();

        five.expect("PUBACK 1");
        five.expect("PUBREC 2");
        five.expect("DISCONNECT 0x8b");
        five.expectClosed();
        three.expect("PUBACK 1");
        three.expectClosed();
        closing.join();
        assertThat(door.door().stats().acknowledged()).isEqualTo(3);
        assertThat(door.door().stats().connections()).isZero();
    }

    @Test
    void shouldNotSayGoodbyeBeforeWhatWasTakenIsDurable() {
        EmbeddedDoor embedded = new EmbeddedDoor(intake, TestDoor.options());
        EmbeddedDoor.Client client = embedded.login(Login.mqtt5("c"));
        assertThat(client.answers()).containsExactly("CONNACK");
        client.send("32 [ <'t'> 0001 [ ] 'one' ]");

        client.connection.drain();
        assertThat(client.answers()).isEmpty();
        assertThat(client.isOpen()).isTrue();

        intake.commit();
        assertThat(client.answers()).containsExactly("PUBACK 1", "DISCONNECT 0x8b");
        assertThat(client.isOpen()).isFalse();
    }

    @Test
    void shouldSayGoodbyeAtOnceWhenNothingWaits() {
        RawClient five = door.connect5("five");
        RawClient three = door.connect3("three");
        RawClient silent = door.client5();
        door.awaitConnections(3);

        CompletableFuture<Void> closing = CompletableFuture.runAsync(door::closeDoor);

        five.expect("DISCONNECT 0x8b");
        five.expectClosed();
        three.expectClosed();
        silent.expectClosed();
        closing.join();
    }

    @Test
    void shouldTakeNoMoreMessages() {
        EmbeddedDoor embedded = new EmbeddedDoor(intake, TestDoor.options());
        EmbeddedDoor.Client client = embedded.login(Login.mqtt5("c"));
        client.send("32 [ <'t'> 0001 [ ] 'one' ]");
        client.connection.drain();

        client.send("32 [ <'t'> 0002 [ ] 'two' ]");
        intake.commit();

        assertThat(client.answers()).containsExactly("CONNACK", "PUBACK 1", "DISCONNECT 0x8b");
        intake.commit();
        assertThat(intake.payloads()).containsExactly("one");
    }
}
