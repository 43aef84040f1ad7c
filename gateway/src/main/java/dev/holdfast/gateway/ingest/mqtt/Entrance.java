package dev.holdfast.gateway.ingest.mqtt;

import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Decides whether the client of one connection may come in, and as whom. */
final class Entrance {

    private final Connection connection;
    private final Doorkeeper doorkeeper;

    Entrance(Connection connection, Doorkeeper doorkeeper) {
        this.connection = connection;
        this.doorkeeper = doorkeeper;
    }

    /**
     * Looks at what CONNECT says about the client. A password may take a while.
     *
     * @param waits whether the client still waits for the answer
     * @param enter told the user, null for nobody, on the connection's event loop
     * @throws MqttException when it may not come in; after a while, the connection is refused
     */
    void knock(ConnectPacket packet, BooleanSupplier waits, Consumer<@Nullable String> enter) {
        Limit beyond = connection.beyond();
        if (beyond != null) {
            throw MqttException.beyond(beyond, "there are as many connections as there may be");
        }
        String certified = connection.certifiedUser();
        String username = packet.username();
        if (certified != null) {
            enter.accept(certified);
        } else if (username != null && doorkeeper.knowsUsers()) {
            doorkeeper.check(
                    username,
                    packet.password(),
                    connection.from(),
                    verdict -> connection
                            .loop()
                            .execute(() -> connection.guard(unused -> {
                                if (waits.getAsBoolean()) {
                                    requireRight(verdict);
                                    enter.accept(username);
                                }
                            })));
        } else if (connection.listener().anonymous()) {
            enter.accept(null);
        } else {
            throw MqttException.beyond(Limit.LOGIN, "a user name and a password are needed here");
        }
    }

    private static void requireRight(Doorkeeper.Verdict verdict) {
        switch (verdict) {
            case RIGHT -> {
                // in
            }
            case WRONG -> throw MqttException.beyond(Limit.LOGIN, "user name or password is wrong");
            case BUSY -> throw MqttException.beyond(Limit.LOGINS_AT_ONCE, "too many logins at once, try again later");
        }
    }
}
