package dev.holdfast.gateway.cli;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LogbackServiceProvider;

/**
 * Logback as {@link LogSetup} sets it up, without Logback's search for a configuration in every jar, which is a tenth of
 * the time to start. A file that {@code -Dlogback.configurationFile} names goes first.
 */
public final class LogProvider extends LogbackServiceProvider {

    /** Called by SLF4J, which property {@code slf4j.provider} sends here. */
    public LogProvider() {}

    @Override
    public void initialize() {
        if (System.getProperty("logback.configurationFile") != null) {
            super.initialize();
            return;
        }
        LoggerContext context = (LoggerContext) getLoggerFactory();
        context.setName("default");
        context.setMDCAdapter(getMDCAdapter());
        LogSetup setup = new LogSetup();
        setup.setContext(context);
        setup.configure(context);
        context.start();
    }
}
