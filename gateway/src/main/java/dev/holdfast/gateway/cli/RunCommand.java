package dev.holdfast.gateway.cli;

import dev.holdfast.gateway.Gateway;
import dev.holdfast.gateway.SinkFactories;
import dev.holdfast.gateway.admin.Endpoint;
import dev.holdfast.gateway.config.GatewayConfig;
import dev.holdfast.gateway.time.Clock;
import dev.holdfast.sink.SinkFactory;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code holdfast run}: the gateway in the foreground, until a signal ends it. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description =
                "Run the gateway in the foreground. Without a file it starts on safe defaults and keeps what it gets.")
final class RunCommand implements Callable<Integer> {

    private static final Logger LOG = LoggerFactory.getLogger(RunCommand.class);

    @Mixin
    private final ConfigOption configuration = new ConfigOption();

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        List<SinkFactory> factories = SinkFactories.load();
        GatewayConfig config = configuration.read(factories);
        Gateway gateway = Gateway.start(config, factories, Clock.system(), RunCommand::die);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(gateway), "shutdown"));
        Banner.print(spec.commandLine().getOut(), gateway, config, configuration.file());
        LOG.info(
                "gateway started id={} mqtt={} admin={} store={}",
                config.gatewayId(),
                Endpoint.text(gateway.mqttAddress()),
                Endpoint.text(gateway.adminAddress()),
                config.store().path());
        new CountDownLatch(1).await(); // until a signal
        return ExitCode.OK;
    }

    /** A signal that asks to end is no failure: the exit code is 0 once everything is closed. */
    private static void stop(Gateway gateway) {
        LOG.info("gateway stops");
        gateway.close();
        LOG.info("gateway stopped");
        Runtime.getRuntime().halt(ExitCode.OK);
    }

    /**
     * A commit has failed or an agent has ended: nothing may be acknowledged any more. Ends the process at once, without
     * closing anything, as a close could hang on the same disk; the supervisor starts it again, and it recovers.
     */
    private static void die(Throwable failure) {
        int exitCode = Failures.exitCode(failure);
        LOG.error(
                "gateway ends, nothing is acknowledged any more exit={} why=\"{}\"",
                exitCode,
                failure.getMessage(),
                failure);
        Runtime.getRuntime().halt(exitCode);
    }
}
