package dev.holdfast.gateway.ingest.mqtt;

import java.util.concurrent.CompletableFuture;

/**
 * A connection's claim to a client id. Claims to the same id form a row: each is granted when the one before it is
 * released, so a session has one owner at a time, however many connections fight for it.
 */
final class Claim {

    private final Connection connection;
    private final CompletableFuture<Void> released = new CompletableFuture<>();

    Claim(Connection connection) {
        this.connection = connection;
    }

    /** Asks the connection to let go, and runs the callback when it has. Any thread. */
    void yieldTo(Runnable whenReleased) {
        connection.loop().execute(connection::takenOver);
        CompletableFuture<Void> unused = released.thenRun(whenReleased);
    }

    /** The connection has let go of the session, or was never granted it and does not want it any more. */
    void release() {
        released.complete(null);
    }
}
