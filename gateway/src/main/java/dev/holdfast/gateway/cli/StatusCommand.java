package dev.holdfast.gateway.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.holdfast.gateway.admin.Endpoint;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code holdfast status}: asks a running gateway how it is. */
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description = "Show what a running gateway does: backlog, rates and errors of each route, store, ingest.")
final class StatusCommand implements Callable<Integer> {

    private static final int TIMEOUT_MILLIS = 5_000;
    private static final int OK = 200;

    private enum Format {
        TEXT,
        JSON
    }

    @Mixin
    private final ConfigOption configuration = new ConfigOption();

    @Option(
            names = "--admin",
            paramLabel = "URL",
            description =
                    "Where the gateway's status is, such as http://127.0.0.1:8080; else as the configuration says.")
    private @Nullable String admin;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            description = "text or json.")
    private String output = "text";

    @Option(
            names = {"-q", "--quiet"},
            description = "Print nothing: only say by the exit code whether the gateway is up and its store writable.")
    private boolean quiet;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() {
        Format format = format();
        URI base = base();
        if (quiet) {
            return quietly(base.resolve("/healthz"));
        }
        String body = get(base.resolve("/api/v1/status"), true);
        PrintWriter out = spec.commandLine().getOut();
        if (format == Format.JSON) {
            out.print(body);
        } else {
            StatusText.print(out, read(base, String.valueOf(body)));
        }
        out.flush();
        return ExitCode.OK;
    }

    private static int quietly(URI health) {
        try {
            return get(health, false) == null ? ExitCode.FAILED : ExitCode.OK;
        } catch (UnreachableException e) {
            return ExitCode.UNAVAILABLE;
        }
    }

    private Format format() {
        return switch (output.toLowerCase(Locale.ROOT)) {
            case "text" -> Format.TEXT;
            case "json" -> Format.JSON;
            default -> throw new ParameterException(spec.commandLine(), "-o " + output + ": allowed are text and json");
        };
    }

    private URI base() {
        String text = admin;
        if (text == null) {
            return URI.create("http://" + Endpoint.text(configuration.adminBind()));
        }
        try {
            URI uri = URI.create(text);
            if ("http".equals(uri.getScheme()) && uri.getHost() != null) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            // said below
        }
        throw new ParameterException(
                spec.commandLine(), "--admin " + text + ": it must be an address such as http://127.0.0.1:8080");
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

    private static JsonNode read(URI base, String body) {
        try {
            return JsonMapper.builder().build().readTree(body);
        } catch (JacksonException e) {
            throw new UnreachableException(base + " does not answer with a status; is that really a Holdfast gateway?");
        }
    }
}
