package dev.holdfast.gateway.cli;

import dev.holdfast.gateway.SinkFactories;
import dev.holdfast.gateway.Sinks;
import dev.holdfast.gateway.admin.Endpoint;
import dev.holdfast.gateway.config.GatewayConfig;
import dev.holdfast.sink.Sink;
import dev.holdfast.sink.SinkFactory;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code holdfast check}: reads the configuration as {@code run} would, says all that is wrong with it, and changes nothing. */
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        description = "Check the configuration and say all that is wrong with it. Changes nothing.")
final class CheckCommand implements Callable<Integer> {

    @Mixin
    private final ConfigOption configuration = new ConfigOption();

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() {
        List<SinkFactory> factories = SinkFactories.load();
        GatewayConfig config = configuration.read(factories);
        List<Sink> sinks = Sinks.open(config, factories);
        PrintWriter out = spec.commandLine().getOut();
        out.println("ok       " + configuration.file().map(Path::toString).orElse("no file, safe defaults"));
        out.println("gateway  " + config.gatewayId());
        out.println("devices  mqtt://" + Endpoint.text(config.mqtt().bind()));
        out.println("store    " + config.store().path().toAbsolutePath().normalize());
        out.println("quota    " + Text.bytes(config.store().quotaBytes()));
        config.lanes().forEach(lane -> out.println("lane     " + LaneText.of(lane)));
        for (int i = 0; i < sinks.size(); i++) {
            out.println("route    " + config.routes().get(i).name() + "  "
                    + config.routes().get(i).topics() + " to " + sinks.get(i).target());
        }
        if (sinks.isEmpty()) {
            out.println("route    none: what comes in is kept");
        }
        out.println("admin    http://" + Endpoint.text(config.admin().bind()));
        sinks.forEach(Sink::close);
        return ExitCode.OK;
    }
}
