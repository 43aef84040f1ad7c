package dev.holdfast.gateway.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.holdfast.gateway.load.Bench;
import dev.holdfast.gateway.load.FleetOptions;
import dev.holdfast.gateway.load.Stamp;
import dev.holdfast.gateway.text.Text;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code holdfast bench}: publishes as fast as it may, or at a rate, and measures; and looks whether all of it arrives. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = {
            "Publish to a gateway or a broker, and say how fast it acknowledges.",
            "With --verify also look at a broker upstream whether all that was acknowledged arrives there.",
            "Exit code 0: it does. 1: something is missing or out of order, or nothing was acknowledged."
        })
final class BenchCommand implements Callable<Integer> {

    private static final int PLAIN_PORT = 1_883;
    private static final int TLS_PORT = 8_883;
    private static final int MAX_CLIENTS = 100_000;
    private static final int MAX_SIZE = 4 << 20;

    @Option(names = "--url", paramLabel = "URL", description = "mqtt://HOST:PORT or mqtts://HOST:PORT.")
    private String url = "mqtt://127.0.0.1:1883";

    @Option(
            names = "--clients",
            paramLabel = "N",
            description = "How many devices, each with a connection. Default: 50.")
    private int clients = 50;

    @Option(names = "--window", paramLabel = "N", description = "Unacknowledged messages of each at most. Default: 64.")
    private int window = 64;

    @Option(
            names = "--rate",
            paramLabel = "N",
            description = "Messages a second of all together; 0: as fast as it goes.")
    private double rate;

    @Option(names = "--seconds", paramLabel = "N", description = "How long to measure. Default: 10.")
    private double seconds = 10;

    @Option(names = "--warm-up", paramLabel = "N", description = "Seconds before that, not measured. Default: 2.")
    private double warmUp = 2;

    @Option(names = "--messages", paramLabel = "N", description = "End after so many messages, if that comes first.")
    private long messages = Long.MAX_VALUE;

    @Option(names = "--size", paramLabel = "BYTES", description = "Bytes of a payload, 28 at least. Default: 256.")
    private int size = 256;

    @Option(names = "--qos", paramLabel = "QOS", description = "0, 1 or 2. Default: 1.")
    private int qos = 1;

    @Option(names = "--mqtt-version", paramLabel = "VERSION", description = "5 or 3.1.1. Default: 5.")
    private String version = "5";

    @Option(names = "--topic", paramLabel = "PREFIX", description = "Device n publishes to PREFIX/n. Default: bench.")
    private String topic = "bench";

    @Option(names = "--client-id", paramLabel = "PREFIX", description = "Client ids; by default with a random part.")
    private @Nullable String clientId;

    @Option(names = "--username", paramLabel = "NAME", description = "User to log in as.")
    private @Nullable String username;

    @Option(names = "--password-file", paramLabel = "FILE", description = "File with the password, one line.")
    private @Nullable Path passwordFile;

    @Option(
            names = "--ca-file",
            paramLabel = "FILE",
            description = "PEM, whom to trust over TLS; else Java's own list.")
    private @Nullable Path caFile;

    @Option(names = "--verify", paramLabel = "URL", description = "Broker at which everything must arrive.")
    private @Nullable String verify;

    @Option(names = "--verify-topic", paramLabel = "FILTER", description = "What to subscribe to there. Default: #.")
    private String verifyTopic = "#";

    @Option(
            names = "--verify-seconds",
            paramLabel = "N",
            description = "How long nothing may arrive while something is missing. Default: 10.")
    private double verifySeconds = 10;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            description = "text or json.")
    private String output = "text";

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    private final CountDownLatch ended = new CountDownLatch(1);

    @Override
    public Integer call() throws InterruptedException, IOException {
        boolean json = isJson();
        check();
        Bench bench = new Bench(plan());
        Thread interrupt = new Thread(() -> end(bench), "bench-end");
        Runtime.getRuntime().addShutdownHook(interrupt);
        Bench.Result result;
        try {
            result = bench.run(moment -> show(json, moment));
        } catch (Bench.UpstreamException e) {
            throw new UnreachableException(String.valueOf(e.getMessage()));
        }
        print(json, result);
        ended.countDown();
        if (result.sent() == 0) {
            throw new UnreachableException("nothing could be sent to " + url + ": "
                    + (result.troubles().isEmpty() ? "it does not answer" : result.troubles()));
        }
        return result.good() ? ExitCode.OK : ExitCode.FAILED;
    }

    /** Ctrl-C: what was so far is printed before the process ends. */
    private void end(Bench bench) {
        bench.stop();
        try {
            boolean unused = ended.await(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isJson() {
        return switch (output.toLowerCase(Locale.ROOT)) {
            case "text" -> false;
            case "json" -> true;
            default -> throw wrong("-o " + output + ": allowed are text and json");
        };
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private void check() {
        between("--clients", clients, 1, MAX_CLIENTS);
        between("--window", window, 1, FleetOptions.MAX_WINDOW);
        between("--size", size, Stamp.BYTES, MAX_SIZE);
        between("--qos", qos, 0, 2);
        if (rate < 0 || warmUp < 0 || seconds <= 0 || verifySeconds <= 0 || messages < 1) {
            throw wrong(
                    "--rate and --warm-up must be 0 or more; --seconds, --verify-seconds and --messages more than 0");
        }
        if (!version.equals("5") && !version.equals("3.1.1")) {
            throw wrong("--mqtt-version " + version + ": allowed are 5 and 3.1.1");
        }
        if (passwordFile != null && username == null) {
            throw wrong("--password-file needs --username");
        }
    }

    private void between(String option, int value, int least, int most) {
        if (value < least || value > most) {
            throw wrong(option + " " + value + ": allowed are " + least + " to " + most);
        }
    }

    private Bench.Plan plan() throws IOException {
        int run = new SecureRandom().nextInt();
        String ids = clientId == null ? "bench-%08x-".formatted(run) : clientId;
        InetSocketAddress server = address("--url", url);
        FleetOptions fleet = new FleetOptions(
                server,
                clients,
                version.equals("5"),
                window,
                messages == Long.MAX_VALUE ? messages : (messages + clients - 1) / clients,
                rate / clients,
                size,
                qos,
                topic + "/",
                ids,
                run,
                login(),
                url.startsWith("mqtts:") ? tls() : null);
        Bench.Upstream upstream = verify == null
                ? null
                : new Bench.Upstream(
                        address("--verify", verify),
                        verify.startsWith("mqtts:") ? tls() : null,
                        null,
                        verifyTopic,
                        duration(verifySeconds));
        return new Bench.Plan(fleet, duration(seconds + warmUp), duration(warmUp), duration(verifySeconds), upstream);
    }

    private static Duration duration(double seconds) {
        return Duration.ofNanos((long) (seconds * 1e9));
    }

    private InetSocketAddress address(String option, String text) {
        try {
            URI uri = URI.create(text);
            boolean tls = "mqtts".equals(uri.getScheme());
            boolean known = tls || "mqtt".equals(uri.getScheme());
            if (known
                    && uri.getHost() != null
                    && uri.getUserInfo() == null
                    && uri.getPath().isEmpty()) {
                int port = uri.getPort() >= 0 ? uri.getPort() : tls ? TLS_PORT : PLAIN_PORT;
                InetSocketAddress address = new InetSocketAddress(uri.getHost(), port);
                if (address.isUnresolved()) {
                    throw new UnreachableException("the host name of " + option + " is not known: " + uri.getHost());
                }
                return address;
            }
        } catch (IllegalArgumentException e) {
            // said below
        }
        String shown = text.indexOf('@') >= 0 ? "with a login in it" : text;
        throw wrong(option + " " + shown + ": it must be like mqtt://127.0.0.1:1883 or mqtts://gateway.example:8883");
    }

    private FleetOptions.@Nullable Login login() throws IOException {
        if (username == null) {
            return null;
        }
        String password = passwordFile == null
                ? ""
                : Files.readString(passwordFile, UTF_8).lines().findFirst().orElse("");
        return new FleetOptions.Login(username, password);
    }

    private SSLContext tls() {
        try {
            if (caFile == null) {
                return SSLContext.getDefault();
            }
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            try (InputStream in = Files.newInputStream(caFile)) {
                int number = 0;
                for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                    trusted.setCertificateEntry("ca" + number++, one);
                }
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw wrong("--ca-file " + caFile + " can't be used: " + e.getMessage());
        }
    }

    private void show(boolean json, Bench.Moment moment) {
        if (!json && Boolean.getBoolean("holdfast.terminal")) {
            PrintWriter err = spec.commandLine().getErr();
            err.printf(
                    Locale.ROOT,
                    "\r%5.0f s  %s acknowledged  %d connected  %s in flight   ",
                    moment.seconds(),
                    Text.count(moment.acknowledged()),
                    moment.connected(),
                    Text.count(moment.unacknowledged()));
            err.flush();
        }
    }

    private void print(boolean json, Bench.Result result) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(JsonMapper.builder().build().writeValueAsString(result));
        } else {
            if (Boolean.getBoolean("holdfast.terminal")) {
                spec.commandLine().getErr().println();
            }
            text(out, result);
        }
        out.flush();
    }

    private static void text(PrintWriter out, Bench.Result result) {
        out.printf(
                Locale.ROOT,
                "rate            %s messages/s over %.1f s%n",
                Text.count(Math.round(result.messagesPerSecond())),
                result.seconds());
        Bench.Latency latency = result.latencyMillis();
        if (latency != null) {
            out.printf(
                    Locale.ROOT,
                    "PUBACK          p50 %.2f ms  p99 %.2f ms  p99.9 %.2f ms  max %.2f ms%n",
                    latency.p50(),
                    latency.p99(),
                    latency.p999(),
                    latency.max());
        }
        out.printf("sent            %s%n", Text.count(result.sent()));
        out.printf("acknowledged    %s%n", Text.count(result.acknowledged()));
        out.printf("unacknowledged  %s%n", Text.count(result.unacknowledged()));
        lines(out, "refused", result.refused());
        lines(out, "trouble", result.troubles());
        Bench.Verified verified = result.verified();
        if (verified != null) {
            out.printf("delivered       %s%n", Text.count(verified.delivered()));
            out.printf("duplicates      %s%n", Text.count(verified.duplicates()));
            out.printf("missing         %s%n", Text.count(verified.missing()));
            out.printf("out of order    %s%n", Text.count(verified.outOfOrder()));
            out.printf("damaged         %s%n", Text.count(verified.damaged()));
        }
        out.println(verdict(result));
    }

    private static void lines(PrintWriter out, String what, Map<String, Long> counts) {
        counts.forEach((reason, count) -> out.printf("%-15s %s  %s%n", what, Text.count(count), reason));
    }

    private static String verdict(Bench.Result result) {
        if (!result.good()) {
            return result.verified() == null
                    ? "NOTHING WAS ACKNOWLEDGED"
                    : "NOT ALL THAT WAS ACKNOWLEDGED HAS ARRIVED AS IT WAS SENT";
        }
        return result.verified() == null ? "ok" : "ok, all that was acknowledged has arrived, in order";
    }
}
