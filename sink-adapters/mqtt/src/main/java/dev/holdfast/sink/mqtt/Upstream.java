package dev.holdfast.sink.mqtt;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5SimpleAuth;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5ConnectBuilder;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How the broker is reached, and as whom.
 *
 * @param addresses where it is, the preferred one first; at least one
 * @param old whether MQTT 3.1.1 is spoken instead of 5
 * @param clientId client id to connect with
 * @param username null for none
 * @param password null for none
 * @param keepAliveSeconds how often an idle link is checked
 * @param tls what TLS is made from
 * @param proxy null for none
 */
record Upstream(
        List<BrokerAddress> addresses,
        boolean old,
        String clientId,
        @Nullable String username,
        @Nullable String password,
        int keepAliveSeconds,
        TlsFiles tls,
        @Nullable ProxyAddress proxy) {

    /** The same as another client, so that it does not take over the session of this one. */
    Upstream as(String otherClientId) {
        return new Upstream(addresses, old, otherClientId, username, password, keepAliveSeconds, tls, proxy);
    }

    /** The same CONNECT with user name and password, where there are some. */
    Mqtt5ConnectBuilder loggingIn(Mqtt5ConnectBuilder connect) {
        if (username == null) {
            return connect;
        }
        var login = Mqtt5SimpleAuth.builder().username(username);
        return connect.simpleAuth(
                password == null
                        ? login.build()
                        : login.password(password.getBytes(UTF_8)).build());
    }

    /** All addresses, for people. */
    String target() {
        return addresses.stream().map(BrokerAddress::toString).collect(Collectors.joining(", "));
    }

    /** Each address that this machine itself may connect to; none when a proxy does. */
    List<String> reached() {
        return proxy == null ? addresses.stream().map(BrokerAddress::toString).toList() : List.of();
    }

    /** The address for an attempt: they are tried in turn, beginning with the preferred one at 0. */
    BrokerAddress inTurn(int attempt) {
        return addresses.get(Math.floorMod(attempt, addresses.size()));
    }

    /** Where a link goes, for people. */
    String way(BrokerAddress address) {
        return proxy == null ? address.toString() : address + " through " + proxy;
    }

    /** Without the password. */
    @Override
    public String toString() {
        return clientId + "@" + addresses;
    }
}
