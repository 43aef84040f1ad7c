package dev.holdfast.brokertest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import dev.holdfast.gateway.load.Ledger;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.awaitility.core.ConditionTimeoutException;

/** A {@link LedgerMain} and the line to it. */
final class LedgerProcess implements AutoCloseable {

    /** What its devices are called, and how much they send, when nobody says anything else. */
    static final String DEVICES = "sensors";

    static final int PAYLOAD_BYTES = 256;

    private final Process process;
    private final PrintWriter to;
    private final BufferedReader from;
    private boolean done;

    LedgerProcess(Path directory) {
        this(directory, DEVICES, PAYLOAD_BYTES);
    }

    /** One whose devices are called differently from others', with payloads of so many bytes. */
    LedgerProcess(Path directory, String kind, int payloadBytes) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        try {
            process = new ProcessBuilder(
                            java,
                            "-Xmx512m",
                            "-XX:+UseSerialGC",
                            GatewayProcess.FIRST_COMPILER,
                            "-cp",
                            System.getProperty("java.class.path"),
                            LedgerMain.class.getName(),
                            kind,
                            Integer.toString(payloadBytes))
                    .redirectError(directory.resolve("ledger-" + kind + ".log").toFile())
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        to = new PrintWriter(process.outputWriter(UTF_8), true);
        from = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    }

    private String ask(String command) {
        to.println(command);
        try {
            String answer = from.readLine();
            if (answer == null) {
                throw new IllegalStateException("the ledger has ended");
            }
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void subscribe(int port) {
        ask("subscribe " + port);
    }

    /** Starts devices 0 to n - 1. */
    void publish(int port, int devices, int window, long messagesPerDevice, double perSecond, boolean mqtt5) {
        ask("publish %d %d %d %d %s %b".formatted(port, devices, window, messagesPerDevice, perSecond, mqtt5));
    }

    /** Publishes without an end, as fast as the window allows. */
    void publishOn(int port, int devices, int window) {
        publish(port, devices, window, Long.MAX_VALUE, 0, true);
    }

    void stopPublishing() {
        ask("stop");
    }

    /** From now on nothing has arrived yet: what was acknowledged is to come once more. */
    void forgetArrivals() {
        ask("forget");
    }

    Ledger.Balance balance() {
        String[] answer = ask("balance").split(" ", -1);
        long[] numbers = Arrays.stream(answer, 0, 9).mapToLong(Long::parseLong).toArray();
        done = Boolean.parseBoolean(answer[9]);
        return new Ledger.Balance(
                numbers[0],
                numbers[1],
                numbers[2],
                numbers[3],
                numbers[4],
                numbers[5],
                numbers[6],
                numbers[7],
                numbers[8]);
    }

    /** Whether the devices have had all acknowledged that they were to send, or had sent when they were stopped. */
    boolean isDone() {
        balance();
        return done;
    }

    /** Waits until so many more messages are acknowledged than now. */
    void awaitMoreAcknowledged(long messages) {
        long target = balance().acknowledged() + messages;
        await(messages + " more acknowledged")
                .atMost(Duration.ofSeconds(60))
                .until(() -> balance().acknowledged() >= target);
    }

    /**
     * Waits until the devices have brought home all that they sent and all of it has arrived upstream, or the time is
     * over: the balance tells.
     */
    Ledger.Balance awaitSettled(Duration timeout) {
        try {
            await("everything that was sent is acknowledged and has arrived")
                    .atMost(timeout)
                    .until(() -> {
                        Ledger.Balance balance = balance();
                        return done && balance.lost() == 0;
                    });
        } catch (ConditionTimeoutException e) {
            return balance();
        }
        return balance();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
