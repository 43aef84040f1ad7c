package dev.holdfast.gateway.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.holdfast.gateway.admin.Endpoint;
import dev.holdfast.gateway.admin.TokenFile;
import dev.holdfast.gateway.config.ConfigReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A running gateway, asked how it is. It writes the answer for people itself: a cold process would take long to. */
final class StatusQuery {

    private static final int TIMEOUT_MILLIS = 5_000;
    private static final String FOR_PEOPLE = "text/plain";
    private static final String FOR_MACHINES = "application/json";
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
        return new StatusQuery(URI.create("http://" + Endpoint.text(place.bind())), TokenFile.of(place.store()));
    }

    /** Only says by the exit code whether the gateway is up and its store writable. */
    int quietly() {
        try {
            return get(base.resolve("/healthz"), null) == null ? ExitCode.FAILED : ExitCode.OK;
        } catch (UnreachableException e) {
            return ExitCode.UNAVAILABLE;
        }
    }

    /** Prints the status for people. */
    int print(PrintWriter out) {
        return print(out, FOR_PEOPLE);
    }

    /** Prints the status as JSON. */
    int printJson(PrintWriter out) {
        return print(out, FOR_MACHINES);
    }

    private int print(PrintWriter out, String type) {
        out.print(get(base.resolve("/api/v1/status"), type));
        out.flush();
        return ExitCode.OK;
    }

    /** The body of the answer, of this type; without a type, null when the gateway says that it is not well. */
    private @Nullable String get(URI uri, @Nullable String type) {
        String authorization = type == null ? null : authorization();
        try {
            HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
            connection.setConnectTimeout(TIMEOUT_MILLIS);
            connection.setReadTimeout(TIMEOUT_MILLIS);
            if (authorization != null) {
                connection.setRequestProperty("Authorization", authorization);
            }
            if (type != null) {
                connection.setRequestProperty("Accept", type);
            }
            int status = connection.getResponseCode();
            if (status == UNAUTHORIZED) {
                throw new UnreachableException(uri + " wants another token than "
                        + (tokenFile == null ? "none" : "that of " + tokenFile.toAbsolutePath())
                        + "; give the gateway's by --token-file, it is the file admin-token of its store");
            }
            if (type == null && status != OK) {
                return null;
            }
            String given = String.valueOf(connection.getContentType());
            if (status != OK || (type != null && !given.startsWith(type))) {
                throw new UnreachableException(uri + " answers with HTTP status " + status + " and " + given
                        + "; is that really a Holdfast gateway of this version?");
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
            return tokenFile == null ? null : TokenFile.authorization(tokenFile);
        } catch (IOException e) {
            throw new UnreachableException("the token of the gateway can't be read from " + tokenFile
                    + "; run this as the user that the gateway runs as, or give a copy by --token-file");
        }
    }
}
