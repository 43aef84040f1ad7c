package dev.holdfast.gateway.cli;

import dev.holdfast.gateway.Gateway;
import dev.holdfast.gateway.Version;
import dev.holdfast.gateway.admin.Endpoint;
import dev.holdfast.gateway.admin.StatusSource;
import dev.holdfast.gateway.config.GatewayConfig;
import dev.holdfast.gateway.config.ListenerConfig;
import dev.holdfast.gateway.journal.LaneState;
import dev.holdfast.gateway.text.Text;
import java.io.PrintWriter;
import java.nio.file.Path;

/** What {@code holdfast run} says once when it is up: where it listens, where the store is, and what to do next. */
final class Banner {

    private Banner() {}

    static void print(PrintWriter out, Gateway gateway, GatewayConfig config, ConfigOption configuration) {
        long stored = gateway.lanes().stream().mapToLong(LaneState::messages).sum();
        out.println("Holdfast " + Version.current() + ", gateway " + config.gatewayId());
        for (String address : gateway.mqttAddresses()) {
            out.println("  devices  " + address + "  a PUBACK means on disk");
        }
        out.println("  store    " + config.store().path().toAbsolutePath().normalize() + "  " + Text.count(stored)
                + (stored == 1 ? " message" : " messages"));
        for (StatusSource.Destination route : gateway.destinations()) {
            out.println("  route    " + route.forwarder().status().route() + " to " + route.target());
        }
        out.println(
                "  status   http://" + Endpoint.text(gateway.adminAddress()) + "/api/v1/status, or: holdfast status");
        out.println("  config   " + configuration.sources());
        config.listen().listeners().stream()
                .filter(ListenerConfig::anonymous)
                .forEach(listener -> out.println("NOTE: whoever reaches " + ListenerText.address(listener)
                        + " can publish, as anonymous: true says."));
        if (gateway.destinations().isEmpty()) {
            out.println("There is no route yet: what comes in is kept. To send it on, put into "
                    + configuration.files().main().map(Path::toString).orElse("holdfast.yaml"));
            out.println("  routes:");
            out.println(
                    "    - {name: cloud, topics: [\"#\"], sink: {type: mqtt, url: \"mqtt://broker.example:1883\"}}");
        }
        out.flush();
    }
}
