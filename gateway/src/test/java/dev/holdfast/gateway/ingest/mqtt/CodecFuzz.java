package dev.holdfast.gateway.ingest.mqtt;

import io.netty.handler.codec.mqtt.MqttVersion;

/**
 * For the fuzzer: bytes that a stranger sends, cut into reads as the first byte says. Whatever they are, they may end their
 * own connection and nothing else.
 */
public final class CodecFuzz {

    private CodecFuzz() {}

    /** Called by Jazzer. */
    public static void fuzzerTestOneInput(byte[] data) {
        if (data.length < 2) {
            return;
        }
        EmbeddedDoor door = new EmbeddedDoor(ManualIntake.committingAtOnce(), TestDoor.options());
        EmbeddedDoor.Client client = door.open(MqttVersion.MQTT_5);
        int piece = data[0] == 0 ? data.length : data[0] & 0xff;
        for (int at = 1; at < data.length && client.isOpen(); ) {
            int to = Math.min(data.length, at + piece);
            client.sendInOneRead(data, at, to);
            at = to;
        }
        door.settle();
        FuzzJudge.check(door, client.takeBytes());
        client.vanish();
        FuzzJudge.checkGone(door);
    }
}
