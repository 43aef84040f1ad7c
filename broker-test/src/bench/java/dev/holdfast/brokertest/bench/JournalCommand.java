package dev.holdfast.brokertest.bench;

import picocli.CommandLine.Command;

/** {@code bench journal}. */
@Command(
        name = "journal",
        mixinStandardHelpOptions = true,
        description = {
            "Speed, memory and disk of the journal, beside those of a raw append with a sync.",
            "Prints a Markdown table. Exits with 1 when a target was missed."
        })
final class JournalCommand extends SuiteCommand {

    JournalCommand() {
        super(Piece.Suite.JOURNAL);
    }
}
