package dev.holdfast.gateway.demo;

import dev.holdfast.gateway.ingest.mqtt.Doorkeeper;
import dev.holdfast.gateway.ingest.mqtt.FrontDoor;
import dev.holdfast.gateway.ingest.mqtt.FrontDoorOptions;
import dev.holdfast.gateway.journal.ChunkReader;
import dev.holdfast.gateway.journal.VisitingIntake;
import dev.holdfast.gateway.load.Ledger;
import dev.holdfast.gateway.load.Stamp;
import dev.holdfast.gateway.time.Clock;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Plays the part of the cloud broker: a second front door that writes down in a ledger what arrives. */
final class StandInUpstream implements AutoCloseable {

    private final Ledger ledger;
    private int port;
    private @Nullable FrontDoor door;

    StandInUpstream(Ledger ledger) {
        this.ledger = ledger;
    }

    /** Opens it, the second time on the port that it had the first time. */
    void open() {
        FrontDoorOptions options =
                FrontDoorOptions.defaults(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        FrontDoor opened = FrontDoor.openWithoutSessions(
                options, Doorkeeper.OPEN, new VisitingIntake(this::arrived), topic -> 0, Clock.system());
        port = opened.address().getPort();
        door = opened;
    }

    private void arrived(ChunkReader message) {
        ByteBuffer payload = ByteBuffer.wrap(message.bytes(), message.payloadOffset(), message.payloadLength());
        Stamp stamp = Stamp.read(payload);
        if (stamp != null) { // others may publish to the gateway too
            ledger.arrived(stamp);
        }
    }

    int port() {
        return port;
    }

    boolean isOpen() {
        return door != null;
    }

    /** Cuts it off: the listener is gone and so are its connections. */
    @Override
    public void close() {
        FrontDoor open = door;
        door = null;
        if (open != null) {
            open.close();
        }
    }
}
