package dev.holdfast.brokertest.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

/** {@code bench piece}: measures one piece in this JVM. {@link Bench} starts it. */
@Command(name = "piece", hidden = true)
@SuppressWarnings("NullAway.Init") // fields are set by picocli
final class PieceCommand implements Callable<Integer> {

    @Parameters(index = "0")
    private Piece piece;

    @Option(names = "--directory", required = true)
    private Path directory;

    @Option(names = "--result", required = true)
    private Path result;

    @Option(names = "--quick")
    private boolean quick;

    @Override
    public Integer call() throws Exception {
        Jvm.endOnFailure();
        Started.command(
                Map.of("LD_PRELOAD", Objects.requireNonNullElse(System.getenv("LD_PRELOAD"), "")),
                List.of(ProcessHandle.current().info().commandLine().orElse("unknown")));
        List<Figure> figures = piece.run(new Setup(directory, quick));
        JsonMapper.builder().build().writeValue(result.toFile(), Started.with(figures));
        return 0;
    }
}
