package dev.holdfast.gateway.cli;

import dev.holdfast.gateway.Gateway;
import dev.holdfast.gateway.admin.Endpoint;
import dev.holdfast.gateway.config.Adapters;
import dev.holdfast.gateway.config.GatewayConfig;
import dev.holdfast.gateway.time.Clock;
import java.io.PrintWriter;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The gateway as a process of its own, until a signal ends it. */
final class Foreground {

    private static final Logger LOG = LoggerFactory.getLogger(Foreground.class);

    private Foreground() {}

    /** Starts the gateway, says so, and does not return. */
    static int run(ConfigOption configuration, PrintWriter out) throws InterruptedException {
        Preload.start();
        Adapters adapters = Adapters.load();
        GatewayConfig config = configuration.read(adapters);
        Gateway gateway = Gateway.start(config, adapters, Clock.system(), Foreground::die);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(gateway), "shutdown"));
        Banner.print(out, gateway, config, configuration);
        LOG.info(
                "gateway started id={} mqtt={} admin={} store={}",
                config.gatewayId(),
                gateway.mqttAddresses(),
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
    static void die(Throwable failure) {
        int exitCode = Failures.exitCode(failure);
        LOG.error(
                "gateway ends, nothing is acknowledged any more exit={} why=\"{}\"",
                exitCode,
                failure.getMessage(),
                failure);
        Runtime.getRuntime().halt(exitCode);
    }
}
