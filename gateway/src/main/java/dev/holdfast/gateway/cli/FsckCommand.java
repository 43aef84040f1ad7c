package dev.holdfast.gateway.cli;

import dev.holdfast.gateway.journal.StoreCheck;
import dev.holdfast.gateway.journal.StoreException;
import dev.holdfast.gateway.journal.xodus.StoreCopy;
import dev.holdfast.gateway.journal.xodus.XodusStore;
import dev.holdfast.gateway.text.Text;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code holdfast fsck}: goes over a store that no gateway runs on. */
@Command(
        name = "fsck",
        mixinStandardHelpOptions = true,
        description = {
            "Check every chunk of a store that no gateway runs on. Changes nothing without --repair.",
            "Exit code 0: nothing is wrong. 1: something is."
        })
final class FsckCommand implements Callable<Integer> {

    /** A store that turns out to be unreadable in the middle is set aside by the next try. */
    private static final int REPAIR_TRIES = 3;

    @Mixin
    private final StoreOption store = new StoreOption();

    @Option(
            names = "--repair",
            description =
                    "Move chunks that can't be believed to the quarantine, and salvage what was lost, as a start does.")
    private boolean repair;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            description = "text or json.")
    private String output = "text";

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() {
        String format = output.toLowerCase(Locale.ROOT);
        if (!format.equals("text") && !format.equals("json")) {
            throw new ParameterException(spec.commandLine(), "-o " + output + ": allowed are text and json");
        }
        Path directory = store.directory();
        StoreCheck.Report report = repair ? repair(directory) : check(directory);
        PrintWriter out = spec.commandLine().getOut();
        if (format.equals("json")) {
            out.println(JsonMapper.builder().build().writeValueAsString(report));
        } else {
            print(out, report);
        }
        out.flush();
        return report.clean() ? ExitCode.OK : ExitCode.FAILED;
    }

    private StoreCheck.Report check(Path directory) {
        try (StoreCopy copy = StoreCopy.of(directory);
                ProgressBar bar = ProgressBar.of(spec.commandLine().getErr(), "checking")) {
            long total = copy.bytes();
            return StoreCheck.check(copy.store(), bytes -> bar.show(total, bytes));
        }
    }

    private StoreCheck.Report repair(Path directory) {
        if (!XodusStore.isIn(directory)) {
            throw new StoreException("there is no store in " + directory);
        }
        for (int tries = 1; ; tries++) {
            try (XodusStore opened = XodusStore.open(directory, 0);
                    ProgressBar bar = ProgressBar.of(spec.commandLine().getErr(), "repairing")) {
                long total = opened.space().usedBytes();
                StoreCheck.Report report = StoreCheck.repair(opened, bytes -> bar.show(total, bytes));
                if (report.problem() == null || tries == REPAIR_TRIES) {
                    return report;
                }
            } catch (StoreException e) {
                if (tries == REPAIR_TRIES) {
                    throw e;
                }
            }
        }
    }

    private void print(PrintWriter out, StoreCheck.Report report) {
        for (StoreCheck.Lane lane : report.lanes()) {
            out.printf(
                    "lane %s: %s messages, %s in %s chunks, %s bad chunks, %s sequences missing%n",
                    lane.name(),
                    Text.count(lane.messages()),
                    Text.bytes(lane.bytes()),
                    Text.count(lane.chunks()),
                    Text.count(lane.badChunks()),
                    Text.count(lane.missing()));
        }
        out.printf(
                "%s dead letters, %s chunks in quarantine%n",
                Text.count(report.deadLetters()), Text.count(report.quarantined()));
        if (report.salvagedMessages() > 0) {
            out.printf("%s messages salvaged%n", Text.count(report.salvagedMessages()));
        }
        if (report.moved() > 0) {
            out.printf("%s bad chunks at the end of lanes, moved to the quarantine%n", Text.count(report.moved()));
        }
        if (report.lostMessages() > 0) {
            out.printf(
                    "%s messages were durable and can't be found any more: recorded as gaps%n",
                    Text.count(report.lostMessages()));
        }
        if (report.problem() != null) {
            out.println("problem: " + report.problem());
        }
        out.println(verdict(report));
    }

    private String verdict(StoreCheck.Report report) {
        if (report.clean()) {
            return "nothing is wrong";
        }
        if (repair) {
            return "what is wrong was dealt with as far as it can be";
        }
        boolean onlyMissing =
                report.problem() == null && report.lanes().stream().allMatch(lane -> lane.badChunks() == 0);
        return onlyMissing
                ? "messages are missing; a start, or --repair, has recorded them as gaps or will"
                : "something is wrong; --repair deals with it";
    }
}
