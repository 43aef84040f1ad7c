package dev.holdfast.brokertest.bench;

import picocli.CommandLine.Command;

/** {@code bench mqtt}. */
@Command(
        name = "mqtt",
        mixinStandardHelpOptions = true,
        description = {
            "Speed of the gateway as devices see it, beside that of brokers, all of them processes of their own.",
            "Prints a Markdown table and the commands that were started. Exits with 1 when a target was missed."
        })
final class MqttCommand extends SuiteCommand {

    MqttCommand() {
        super(Piece.Suite.MQTT);
    }
}
