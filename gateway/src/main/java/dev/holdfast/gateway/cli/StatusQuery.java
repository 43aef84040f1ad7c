package dev.holdfast.gateway.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.holdfast.gateway.admin.AdminToken;
import dev.holdfast.gateway.admin.Endpoint;
import dev.holdfast.gateway.config.ConfigReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A running gateway, asked how it is. */
final class StatusQuery {

    private static final int TIMEOUT_MILLIS = 5_000;
    private static final int OK = 200;
    private static final int UNAUTHORIZED = 401;

    private final URI base;
    private final @Nullable Path tokenFile;

    /** Asks there, with the token in the file; null for none. */
    StatusQuery(URI base, @Nullable Path tokenFile) {
        this.base = base;
        this.tokenFile = tokenFile;
    }

    /** Asks where the configuration says that the gateway's status is. */
    static StatusQuery of(ConfigOption configuration) {
        ConfigReader.AdminPlace place = configuration.adminPlace();
        return new StatusQuery(URI.create("http://" + Endpoint.text(place.bind())), AdminToken.file(place.store()));
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
    private @Nullable String get(URI uri, boolean mustBeWell) {
        String authorization = mustBeWell ? authorization() : null;
        try {
            HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
            connection.setConnectTimeout(TIMEOUT_MILLIS);
            connection.setReadTimeout(TIMEOUT_MILLIS);
            if (authorization != null) {
                connection.setRequestProperty("Authorization", authorization);
            }
            int status = connection.getResponseCode();
            if (status == UNAUTHORIZED) {
                throw new UnreachableException(uri + " wants another token than "
                        + (tokenFile == null ? "none" : "that of " + tokenFile.toAbsolutePath())
                        + "; give the gateway's by --token-file, it is the file admin-token of its store");
            }
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

    private @Nullable String authorization() {
        try {
            return tokenFile == null ? null : AdminToken.authorization(tokenFile);
        } catch (IOException e) {
            throw new UnreachableException("the token of the gateway can't be read from " + tokenFile
                    + "; run this as the user that the gateway runs as, or give a copy by --token-file");
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
