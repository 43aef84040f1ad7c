package dev.holdfast.gateway.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.spi.ContextAwareBase;

/**
 * Sets logging up, found by ServiceLoader: to standard error, as text when property {@code holdfast.log} is {@code text},
 * which the launcher says on a terminal, else as JSON. A logback.xml on the class path, or one that {@code
 * -Dlogback.configurationFile} names, goes first.
 */
public final class LogSetup extends ContextAwareBase implements Configurator {

    static final String PROPERTY = "holdfast.log";
    private static final String PATTERN = "%d{HH:mm:ss.SSS} %-5level %logger{0} %msg%n";

    /** Called by ServiceLoader. */
    public LogSetup() {}

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setContext(context);
        appender.setName("stderr");
        appender.setTarget("System.err");
        appender.setEncoder(encoder(context));
        appender.start();
        context.getLogger("ROOT").setLevel(Level.INFO);
        context.getLogger("ROOT").addAppender(appender);
        // these tell about each file and each connection
        context.getLogger("jetbrains.exodus").setLevel(Level.WARN);
        context.getLogger("io.netty").setLevel(Level.WARN);
        // an error for each message of a broker that sends too many; what becomes of a link is told by us
        context.getLogger("com.hivemq").setLevel(Level.OFF);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    private static Encoder<ILoggingEvent> encoder(LoggerContext context) {
        if ("text".equals(System.getProperty(PROPERTY))) {
            PatternLayoutEncoder text = new PatternLayoutEncoder();
            text.setContext(context);
            text.setPattern(PATTERN);
            text.start();
            return text;
        }
        JsonEncoder json = new JsonEncoder();
        json.setContext(context);
        // the message as a person would read it, not its template; and nothing that is the same in each line
        json.setWithFormattedMessage(true);
        json.setWithMessage(false);
        json.setWithArguments(false);
        json.setWithContext(false);
        json.setWithMDC(false);
        json.setWithSequenceNumber(false);
        json.setWithNanoseconds(false);
        json.start();
        return json;
    }
}
