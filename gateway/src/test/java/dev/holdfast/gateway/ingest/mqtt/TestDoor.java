package dev.holdfast.gateway.ingest.mqtt;

import static dev.holdfast.gateway.ingest.mqtt.Waiting.await;

import dev.holdfast.gateway.journal.Intake;
import dev.holdfast.gateway.journal.Journal;
import dev.holdfast.gateway.time.Clock;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A front door on a free port of this machine, and the clients that a test connects to it. */
final class TestDoor implements AutoCloseable {

    private final FrontDoor door;
    private final InetSocketAddress address;
    private final List<RawClient> clients = new CopyOnWriteArrayList<>();
    private boolean closed;

    private TestDoor(FrontDoor door) {
        this.door = door;
        this.address = door.address();
    }

    static TestDoor over(Intake intake) {
        return over(intake, options());
    }

    static TestDoor over(Intake intake, FrontDoorOptions options) {
        return over(intake, options, Doorkeeper.OPEN);
    }

    static TestDoor over(Intake intake, FrontDoorOptions options, Doorkeeper doorkeeper) {
        return new TestDoor(FrontDoor.openWithoutSessions(options, doorkeeper, intake, topic -> 0, Clock.system()));
    }

    static TestDoor overJournal(Journal journal) {
        return new TestDoor(FrontDoor.open(options(), Doorkeeper.OPEN, journal, topic -> 0, Clock.system()));
    }

    /** Small limits, so that tests can pass them quickly. */
    static FrontDoorOptions options() {
        return options(limits());
    }

    static FrontDoorOptions options(Limits limits) {
        return new FrontDoorOptions(List.of(listener()), limits, 2);
    }

    static Listener listener() {
        InetSocketAddress free = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return new Listener("mqtt", free, 64 << 10, null, "", List.of(), true, false, null);
    }

    static Limits limits() {
        return new Limits(
                new Limits.Connections(
                        1_000, 10, 10, 16 << 10, Duration.ofSeconds(10), Duration.ofSeconds(30), 512 << 10),
                new Limits.Messages(8, 4_096, 4, 4 << 10, 64, 64, 16 << 10),
                Limits.Rate.UNLIMITED,
                new Limits.SessionLimits(10, Duration.ofDays(1)));
    }

    FrontDoor door() {
        return door;
    }

    /** A client that has sent nothing yet. */
    RawClient client(MqttVersion version) {
        RawClient client = RawClient.open(address, version);
        clients.add(client);
        return client;
    }

    RawClient client5() {
        return client(MqttVersion.MQTT_5);
    }

    RawClient client3() {
        return client(MqttVersion.MQTT_3_1_1);
    }

    /** A client that has sent its CONNECT. */
    RawClient login(Login login) {
        return client(login.version()).send(login.bytes());
    }

    /** A client whose CONNECT was accepted without a session. */
    RawClient connect(Login login) {
        RawClient client = login(login);
        client.expect("CONNACK");
        return client;
    }

    RawClient connect5(String clientId) {
        return connect(Login.mqtt5(clientId));
    }

    RawClient connect3(String clientId) {
        return connect(Login.mqtt3(clientId));
    }

    void awaitConnections(int count) {
        await("open connections").until(door.stats()::connections, now -> now == count);
    }

    /** Waits until nobody can connect any more. */
    void awaitRefusal() {
        await("new connections to be refused").until(() -> {
            try (Socket socket = new Socket()) {
                socket.connect(address);
                return false;
            } catch (ConnectException e) {
                return true;
            }
        });
    }

    /** Closes the door while its clients are there. */
    void closeDoor() {
        closed = true;
        door.close();
    }

    /** Has all clients go away without a word, and closes the door when it has noticed. */
    @Override
    public void close() {
        clients.forEach(RawClient::close);
        if (!closed) {
            awaitConnections(0);
            door.close();
        }
    }
}
