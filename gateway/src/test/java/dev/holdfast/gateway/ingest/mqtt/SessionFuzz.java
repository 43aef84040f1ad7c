package dev.holdfast.gateway.ingest.mqtt;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import dev.holdfast.gateway.journal.Admission;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.io.ByteArrayOutputStream;
import java.time.Duration;

/**
 * For the fuzzer: clients that come, publish, take over each other's sessions and vanish, while commits are late, lanes
 * fill up and time goes by.
 */
public final class SessionFuzz {

    private static final String[] IDS = {"a", "b", "", "an id"};
    private static final String[] TOPICS = {"t", "other/t", "$SYS/x", "a/b/c"};
    private static final int CLIENTS = 4;
    private static final int MAX_STEPS = 200;

    private final FuzzedDataProvider data;
    private final ManualIntake intake = ManualIntake.waiting();
    private final EmbeddedDoor door = new EmbeddedDoor(intake, TestDoor.options());
    private final EmbeddedDoor.Client[] clients = new EmbeddedDoor.Client[CLIENTS];
    private final boolean[] five = new boolean[CLIENTS];
    private final ByteArrayOutputStream answers = new ByteArrayOutputStream();

    private SessionFuzz(FuzzedDataProvider data) {
        this.data = data;
        for (int i = 0; i < CLIENTS; i++) {
            clients[i] = come(i);
        }
    }

    /** Called by Jazzer. */
    public static void fuzzerTestOneInput(FuzzedDataProvider data) {
        new SessionFuzz(data).play();
    }

    private EmbeddedDoor.Client come(int number) {
        five[number] = data.consumeBoolean();
        return door.open(five[number] ? MqttVersion.MQTT_5 : MqttVersion.MQTT_3_1_1);
    }

    private void play() {
        for (int step = 0; step < MAX_STEPS && data.remainingBytes() > 0; step++) {
            step(data.consumeInt(0, CLIENTS - 1));
            FuzzJudge.check(door, answers.toByteArray());
        }
        intake.admit(Admission.TAKE);
        intake.commitAtOnce();
        door.settle();
        for (EmbeddedDoor.Client client : clients) {
            answers.writeBytes(client.takeBytes());
            client.vanish();
        }
        door.settle();
        FuzzJudge.check(door, answers.toByteArray());
        FuzzJudge.checkGone(door);
    }

    private void step(int number) {
        EmbeddedDoor.Client client = clients[number];
        switch (data.consumeInt(0, 12)) {
            case 0, 1 -> send(number, connect(five[number]));
            case 2, 3, 4 -> send(number, publish(five[number]));
            case 5 -> send(number, Wire.bytes("62 02 %04x".formatted(data.consumeInt(0, 6))));
            case 6 -> send(number, Wire.bytes(data.consumeBoolean() ? "c0 00" : "e0 00"));
            case 7 -> send(number, data.consumeBytes(40));
            case 8 -> intake.commit(Math.min(intake.waitingAppends(), data.consumeInt(0, 3)));
            case 9 -> intake.admit(data.consumeInt(0, 1), data.pickValue(Admission.values()));
            case 10 -> intake.setRoom(data.consumeBoolean());
            case 11 -> door.advance(Duration.ofSeconds(data.consumeInt(0, 90)));
            default -> {
                answers.writeBytes(client.takeBytes());
                client.vanish();
                clients[number] = come(number);
            }
        }
        door.settle();
    }

    private void send(int number, byte[] bytes) {
        EmbeddedDoor.Client client = clients[number];
        int cut = data.consumeInt(0, bytes.length);
        if (client.isOpen()) {
            client.sendInOneRead(bytes, 0, cut);
        }
        if (client.isOpen()) {
            client.sendInOneRead(bytes, cut, bytes.length);
        }
        door.settle();
        answers.writeBytes(client.takeBytes());
    }

    private byte[] connect(boolean mqtt5) {
        Login login = mqtt5 ? Login.mqtt5(data.pickValue(IDS)) : Login.mqtt3(data.pickValue(IDS));
        if (data.consumeBoolean()) {
            login.resuming();
        }
        if (mqtt5) {
            login.expiry(data.consumeInt(0, 100));
        }
        if (data.consumeBoolean()) {
            login.will(data.pickValue(TOPICS), "gone", mqtt5 ? data.consumeInt(0, 60) : 0);
        }
        return login.keepAlive(data.consumeInt(0, 60)).bytes();
    }

    private byte[] publish(boolean mqtt5) {
        int qos = data.consumeInt(0, 2);
        String id = qos == 0 ? "" : "%04x".formatted(data.consumeInt(1, 6));
        return Wire.bytes("%02x [ <'%s'> %s %s 'payload' ]"
                .formatted(0x30 | qos << 1, data.pickValue(TOPICS), id, mqtt5 ? "[ ]" : ""));
    }
}
