package dev.holdfast.gateway.cli;

import dev.holdfast.gateway.admin.Endpoint;
import dev.holdfast.gateway.admin.TokenFile;
import dev.holdfast.gateway.config.ConfigReader;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code holdfast status}: asks a running gateway how it is. */
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description = "Show what a running gateway does: backlog, rates and errors of each route, store, ingest.")
final class StatusCommand implements Callable<Integer> {

    @Mixin
    private final ConfigOption configuration = new ConfigOption();

    @Option(
            names = "--admin",
            paramLabel = "URL",
            description =
                    "Where the gateway's status is, such as http://127.0.0.1:8080; else as the configuration says.")
    private @Nullable String admin;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "The gateway's admin-token, or a copy of it; else that in the store of the configuration.")
    private @Nullable Path tokenFile;

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
        boolean json = isJson();
        StatusQuery query = query();
        if (quiet) {
            return query.quietly();
        }
        PrintWriter out = spec.commandLine().getOut();
        return json ? query.printJson(out) : query.print(out);
    }

    private boolean isJson() {
        return switch (output.toLowerCase(Locale.ROOT)) {
            case "text" -> false;
            case "json" -> true;
            default -> throw new ParameterException(spec.commandLine(), "-o " + output + ": allowed are text and json");
        };
    }

    private StatusQuery query() {
        String text = admin;
        if (text == null && tokenFile == null) {
            return StatusQuery.of(configuration);
        }
        ConfigReader.AdminPlace place = configuration.adminPlace();
        Path token = tokenFile == null ? TokenFile.of(place.store()) : tokenFile;
        if (text == null) {
            return new StatusQuery(URI.create("http://" + Endpoint.text(place.bind())), token);
        }
        try {
            URI uri = URI.create(text);
            if ("http".equals(uri.getScheme()) && uri.getHost() != null) {
                return new StatusQuery(uri, token);
            }
        } catch (IllegalArgumentException e) {
            // said below
        }
        throw new ParameterException(
                spec.commandLine(), "--admin " + text + ": it must be an address such as http://127.0.0.1:8080");
    }
}
