package dev.holdfast.gateway.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.holdfast.gateway.admin.Endpoint;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.net.HttpURLConnection;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A running gateway, asked how it is. */
final class StatusQuery {

    private static final int TIMEOUT_MILLIS = 5_000;
    private static final int OK = 200;

    private final URI base;

    /** Asks there. */
    StatusQuery(URI base) {
        this.base = base;
    }

    /** Asks where the configuration says that the gateway's status is. */
    static StatusQuery of(ConfigOption configuration) {
        return new StatusQuery(URI.create("http://" + Endpoint.text(configuration.adminBind())));
    }

    /** Only says by the exit code whether the gateway is up and its store writable. */
    int quietly() {
        try {
            return get(base.resolve("/healthz"), false) == null ? ExitCode.FAILED : ExitCode.OK;
        } catch (UnreachableException e) {
            return ExitCode.UNAVAILABLE;
        }
    }

    /** Prints the status for people. */
    int print(PrintWriter out) {
        StatusText.print(out, read(status()));
        out.flush();
        return ExitCode.OK;
    }

    /** Prints the status as the gateway gives it, which is JSON. */
    int printJson(PrintWriter out) {
        out.print(status());
        out.flush();
        return ExitCode.OK;
    }

    private String status() {
        return String.valueOf(get(base.resolve("/api/v1/status"), true));
    }

    /** The body of the answer; null when the gateway says that it is not well. */
    private static @Nullable String get(URI uri, boolean mustBeWell) {
        try {
            HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
            connection.setConnectTimeout(TIMEOUT_MILLIS);
            connection.setReadTimeout(TIMEOUT_MILLIS);
            int status = connection.getResponseCode();
            if (status != OK) {
                if (mustBeWell) {
                    throw new UnreachableException(
                            uri + " answers with HTTP status " + status + "; is that really a Holdfast gateway?");
                }
                return null;
            }
            try (InputStream in = connection.getInputStream()) {
                return new String(in.readAllBytes(), UTF_8);
            }
        } catch (IOException e) {
            throw new UnreachableException("no gateway answers at " + uri.resolve("/") + " (" + e.getMessage()
                    + "); is it running? Give its address by --admin or its configuration by -c");
        }
    }

    private JsonNode read(String body) {
        try {
            return JsonMapper.builder().build().readTree(body);
        } catch (JacksonException e) {
            throw new UnreachableException(base + " does not answer with a status; is that really a Holdfast gateway?");
        }
    }
}
