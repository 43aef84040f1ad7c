package dev.holdfast.gateway.cli;

import dev.holdfast.gateway.Porter;
import dev.holdfast.gateway.Sinks;
import dev.holdfast.gateway.Taps;
import dev.holdfast.gateway.admin.Endpoint;
import dev.holdfast.gateway.config.Adapters;
import dev.holdfast.gateway.config.GatewayConfig;
import dev.holdfast.gateway.config.RouteConfig;
import dev.holdfast.gateway.config.TapConfig;
import dev.holdfast.gateway.text.Text;
import dev.holdfast.gateway.time.Clock;
import dev.holdfast.sink.ProbeStep;
import dev.holdfast.sink.Sink;
import dev.holdfast.tap.Tap;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code holdfast check}: reads the configuration as {@code run} would, says all that is wrong with it, and changes nothing.
 * With {@code --connect} it also tries out the sinks, beside a gateway that runs or before there is one.
 */
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        description = {
            "Check the configuration and say all that is wrong with it. Changes nothing.",
            "Exit code 1: with --connect, a step failed."
        })
final class CheckCommand implements Callable<Integer> {

    @Mixin
    private final ConfigOption configuration = new ConfigOption();

    @Option(
            names = "--connect",
            description =
                    "Also try out each tap and each route's sink: name, clock, certificates, login, then the tap's"
                            + " subscriptions, or a message to the topic that the sink makes of holdfast/check.")
    private boolean connect;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            description = "text or json.")
    private String output = "text";

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() {
        String format = output.toLowerCase(Locale.ROOT);
        if (!format.equals("text") && !format.equals("json")) {
            throw new ParameterException(spec.commandLine(), "-o " + output + ": allowed are text and json");
        }
        Adapters adapters = Adapters.load();
        GatewayConfig config = configuration.read(adapters);
        List<String> warnings = Porter.examine(config, Clock.system());
        List<Tap> taps = Taps.open(config, adapters);
        List<Sink> sinks = Sinks.open(config, adapters, Clock.system());
        PrintWriter out = spec.commandLine().getOut();
        boolean good = format.equals("json")
                ? printJson(out, config, warnings, taps, sinks)
                : print(out, config, warnings, taps, sinks);
        out.flush();
        taps.forEach(Tap::close);
        sinks.forEach(Sink::close);
        return good ? ExitCode.OK : ExitCode.FAILED;
    }

    private boolean print(
            PrintWriter out, GatewayConfig config, List<String> warnings, List<Tap> taps, List<Sink> sinks) {
        out.println("ok       " + configuration.sources());
        out.println("gateway  " + config.gatewayId());
        config.listen().listeners().forEach(listener -> out.println("devices  " + ListenerText.of(listener)));
        warnings.forEach(warning -> out.println("NOTE     " + warning));
        out.println("store    " + config.store().path().toAbsolutePath().normalize());
        out.println("quota    " + Text.bytes(config.store().quotaBytes()));
        config.lanes().forEach(lane -> out.println("lane     " + LaneText.of(lane)));
        boolean good = true;
        ProbeText text = new ProbeText(out);
        for (int i = 0; i < taps.size(); i++) {
            TapConfig tap = config.taps().get(i);
            out.println("tap      " + tap.name() + "  " + tap.topics() + " at "
                    + taps.get(i).target());
            out.flush();
            List<ProbeStep> steps = probe(taps.get(i)::probe);
            text.print(steps);
            good &= isGood(steps);
        }
        for (int i = 0; i < sinks.size(); i++) {
            out.println("route    " + config.routes().get(i).name() + "  "
                    + config.routes().get(i).topics() + " to " + sinks.get(i).target());
            out.flush();
            List<ProbeStep> steps = probe(sinks.get(i)::probe);
            text.print(steps);
            good &= isGood(steps);
        }
        if (sinks.isEmpty()) {
            out.println("route    none: what comes in is kept");
        }
        out.println("admin    http://" + Endpoint.text(config.admin().bind()));
        return good;
    }

    /** A way that can be tried out. */
    private interface Way {
        List<ProbeStep> probe(Instant now, boolean clockSynced);
    }

    private List<ProbeStep> probe(Way way) {
        Clock clock = Clock.system();
        return connect ? way.probe(Instant.ofEpochMilli(clock.wallMillis()), clock.wallSynced()) : List.of();
    }

    private static boolean isGood(List<ProbeStep> steps) {
        return steps.stream().noneMatch(step -> step.result() == ProbeStep.Result.FAILED);
    }

    /**
     * A tap or a route in JSON.
     *
     * @param name its name
     * @param topics its topic filters
     * @param target where it subscribes, or leads
     * @param steps what was tried; empty without --connect
     */
    record End(String name, List<String> topics, String target, List<ProbeStep> steps) {}

    /**
     * All of it in JSON.
     *
     * @param file which configuration
     * @param gateway id of the gateway
     * @param ok whether no step failed
     * @param warnings what people should see to
     * @param taps the taps
     * @param routes the routes
     */
    record Report(String file, String gateway, boolean ok, List<String> warnings, List<End> taps, List<End> routes) {}

    private boolean printJson(
            PrintWriter out, GatewayConfig config, List<String> warnings, List<Tap> taps, List<Sink> sinks) {
        List<End> tapped = new ArrayList<>();
        for (int i = 0; i < taps.size(); i++) {
            TapConfig tap = config.taps().get(i);
            tapped.add(new End(tap.name(), tap.topics(), taps.get(i).target(), probe(taps.get(i)::probe)));
        }
        List<End> routes = new ArrayList<>();
        for (int i = 0; i < sinks.size(); i++) {
            RouteConfig route = config.routes().get(i);
            routes.add(new End(route.name(), route.topics(), sinks.get(i).target(), probe(sinks.get(i)::probe)));
        }
        boolean good = Stream.concat(tapped.stream(), routes.stream()).allMatch(end -> isGood(end.steps()));
        Report report = new Report(configuration.sources(), config.gatewayId(), good, warnings, tapped, routes);
        out.println(JsonMapper.builder().build().writeValueAsString(report));
        return good;
    }
}
