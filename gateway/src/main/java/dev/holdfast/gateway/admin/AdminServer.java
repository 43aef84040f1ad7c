package dev.holdfast.gateway.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * The HTTP endpoint for people, supervisors and monitoring.
 *
 * <ul>
 *   <li>{@code GET /healthz}: 200 while the process is up and the store can be written to
 *   <li>{@code GET /readyz}: 200 while devices are accepted and something that they send can be stored; an upstream that
 *       is down does not make it unready, that is what a store-and-forward gateway is for
 *   <li>{@code GET /api/v1/status}: {@link StatusReport} as JSON, or as text for {@code Accept: text/plain}
 *   <li>{@code GET /metrics}: the same for Prometheus
 *   <li>{@code GET /api/v1/gaps}: {@link GapReport}s as JSON, the newest first; {@code lane}, {@code route} and
 *       {@code limit} choose among them
 *   <li>{@code GET /api/v1/audit}: {@link AuditReport}s as JSON, the newest first
 * </ul>
 *
 * <p>All but the first two need the {@link AdminToken}.
 *
 * <p>A full store is no failure of the process: {@code /healthz} stays 200, since a new start would change nothing. It is
 * unready only when not one lane that devices can publish to takes anything: whoever can send devices to another gateway
 * then should. As long as one lane is open, and in the moments in which the disk is cleaned up, it is ready, since sending
 * everybody away would do more harm than letting some wait.
 */
public final class AdminServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);
    private static final int THREADS = 4;

    /** How long a client may take over its request, and over taking the answer. */
    private static final String MAX_EXCHANGE_SECONDS = "5";

    static { // before the JDK's server is used: without limits two half requests would block it for ever
        System.setProperty("sun.net.httpserver.maxReqTime", MAX_EXCHANGE_SECONDS);
        System.setProperty("sun.net.httpserver.maxRspTime", MAX_EXCHANGE_SECONDS);
    }

    private static final int OK = 200;
    private static final int BAD_REQUEST = 400;
    private static final int UNAUTHORIZED = 401;
    private static final int NOT_FOUND = 404;
    private static final int METHOD_NOT_ALLOWED = 405;
    private static final int INTERNAL_ERROR = 500;
    private static final int UNAVAILABLE = 503;

    private static final String WITHOUT_TOKEN =
            "this needs the header Authorization: Bearer TOKEN, with the token from the file admin-token of the store";

    private final HttpServer server;
    private final ExecutorService executor;
    private final ScheduledExecutorService sampler;
    private final StatusSource source;
    private final AdminToken token;
    private volatile boolean draining;

    /**
     * Opens the endpoint.
     *
     * @throws AdminException if the address can't be had
     */
    @SuppressWarnings("FutureReturnValueIgnored") // the sampler runs until it is shut down
    public AdminServer(InetSocketAddress bind, AdminToken token, StatusSource source) {
        this.source = source;
        this.token = token;
        if (bind.isUnresolved()) {
            throw new AdminException("the host name of admin.bind is not known here: " + bind.getHostString(), null);
        }
        try {
            server = HttpServer.create(bind, 0);
        } catch (IOException e) {
            throw new AdminException(
                    "can't listen for HTTP on " + Endpoint.text(bind) + ": " + e.getMessage()
                            + "; end the process that has this address, or choose another by admin.bind",
                    e);
        }
        executor = Executors.newFixedThreadPool(THREADS, task -> daemon(task, "admin"));
        sampler = Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "admin-sampler"));
        server.setExecutor(executor);
        server.createContext("/healthz", exchange -> answer(exchange, "/healthz", this::health));
        server.createContext("/readyz", exchange -> answer(exchange, "/readyz", this::readiness));
        server.createContext(
                "/api/v1/status", exchange -> answerKnown(exchange, "/api/v1/status", () -> status(exchange)));
        server.createContext("/metrics", exchange -> answerKnown(exchange, "/metrics", this::metrics));
        server.createContext("/api/v1/gaps", exchange -> answerKnown(exchange, "/api/v1/gaps", () -> gaps(exchange)));
        server.createContext(
                "/api/v1/audit",
                exchange -> answerKnown(exchange, "/api/v1/audit", () -> report(Map.of("audit", source.audit()))));
        server.createContext(
                "/", exchange -> answerKnown(exchange, "/", () -> error(NOT_FOUND, "there is nothing here")));
        sampler.scheduleAtFixedRate(source::sample, 0, 1, TimeUnit.SECONDS);
        server.start();
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    private static final String JSON = "application/json";
    private static final String TEXT = "text/plain;charset=utf-8";

    private record Answer(int status, String type, String body) {}

    /** Loaded when somebody asks for a report: that takes as long as the rest of the endpoint. */
    private static final class Reports {
        static final JsonMapper JSON = JsonMapper.builder().build();
    }

    private static Answer report(Object report) {
        return new Answer(OK, JSON, Reports.JSON.writeValueAsString(report) + "\n");
    }

    /** One value that needs no escapes. */
    private static Answer plain(int status, String key, String value) {
        return new Answer(status, JSON, "{\"" + key + "\":\"" + value + "\"}\n");
    }

    private Answer health() {
        return source.isWritable() ? plain(OK, "status", "up") : error(UNAVAILABLE, "the store can't be written to");
    }

    private Answer readiness() {
        if (draining) {
            return error(UNAVAILABLE, "the gateway is shutting down");
        }
        if (!source.isWritable()) {
            return error(UNAVAILABLE, "the store can't be written to");
        }
        return source.isAccepting()
                ? plain(OK, "status", "ready")
                : error(
                        UNAVAILABLE,
                        "the store is full, no lane takes a message until something is delivered or removed");
    }

    private Answer status(HttpExchange exchange) {
        String accepted = exchange.getRequestHeaders().getFirst("Accept");
        boolean forPeople = accepted != null && accepted.startsWith("text/plain");
        return forPeople ? new Answer(OK, TEXT, StatusText.of(source.report())) : report(source.report());
    }

    private Answer metrics() {
        return new Answer(OK, MetricsText.TYPE, MetricsText.of(source.report()));
    }

    private Answer gaps(HttpExchange exchange) {
        try {
            GapQuery query = GapQuery.parse(exchange.getRequestURI().getRawQuery());
            return report(Map.of("gaps", source.gaps(query)));
        } catch (IllegalArgumentException e) {
            String why = Reports.JSON.writeValueAsString(Map.of("error", String.valueOf(e.getMessage())));
            return new Answer(BAD_REQUEST, JSON, why + "\n");
        }
    }

    private static Answer error(int status, String why) {
        return plain(status, "error", why);
    }

    /** Answers those who have the token. */
    private void answerKnown(HttpExchange exchange, String path, Supplier<Answer> handler) {
        if (token.isIn(exchange.getRequestHeaders().getFirst("Authorization"))) {
            answer(exchange, path, handler);
        } else {
            exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer");
            answer(exchange, exchange.getRequestURI().getPath(), () -> error(UNAUTHORIZED, WITHOUT_TOKEN));
        }
    }

    private void answer(HttpExchange exchange, String path, Supplier<Answer> handler) {
        try (exchange) {
            Answer answer = decide(exchange, path, handler);
            byte[] body = answer.body().getBytes(UTF_8);
            exchange.getResponseHeaders().set("Content-Type", answer.type());
            exchange.getResponseHeaders().set("Cache-Control", "no-store");
            boolean head = exchange.getRequestMethod().equals("HEAD");
            exchange.sendResponseHeaders(answer.status(), head ? -1 : body.length);
            if (!head) {
                exchange.getResponseBody().write(body);
            }
        } catch (IOException e) {
            LOG.debug("HTTP client went away path={} why=\"{}\"", path, e.getMessage());
        }
    }

    private Answer decide(HttpExchange exchange, String path, Supplier<Answer> handler) {
        if (!exchange.getRequestURI().getPath().equals(path)) {
            return error(NOT_FOUND, "there is nothing here");
        }
        String method = exchange.getRequestMethod();
        if (!method.equals("GET") && !method.equals("HEAD")) {
            return error(METHOD_NOT_ALLOWED, "only GET and HEAD are allowed");
        }
        try {
            return handler.get();
        } catch (RuntimeException e) {
            LOG.error("HTTP request failed path={}", path, e);
            return error(INTERNAL_ERROR, "internal error, see the log");
        }
    }

    /** Where it listens, with the port that the system chose if it was to. */
    public InetSocketAddress address() {
        return server.getAddress();
    }

    /** Says by /readyz that devices are not accepted any more. */
    public void drain() {
        draining = true;
    }

    @Override
    public void close() {
        sampler.shutdownNow();
        server.stop(0);
        executor.shutdownNow();
    }
}
