package dev.holdfast.gateway.ingest.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How much memory a connection takes for what has come in and was not read yet. */
class ReadBufferTest {

    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
    private final EmbeddedDoor door = new EmbeddedDoor(ManualIntake.committingAtOnce(), TestDoor.options());

    private EmbeddedDoor.Client connect() {
        return connect("c");
    }

    private EmbeddedDoor.Client connect(String clientId) {
        EmbeddedDoor.Client client = door.login(Login.mqtt3(clientId));
        client.channel.config().setAllocator(allocator);
        assertThat(client.answers()).containsExactly("CONNACK");
        return client;
    }

    private long used() {
        return allocator.metric().usedHeapMemory() + allocator.metric().usedDirectMemory();
    }

    @Test
    void shouldNotGrowWithTheStreamWhenEachReadEndsInsideAPacket() {
        EmbeddedDoor.Client client = connect();
        byte[] packets = Wire.bytes("30 [ <'t'> 78*1003 ] ".repeat(1_000)); // of 1,009 bytes each
        int read = 1_000; // so none of a thousand reads ends with a packet

        for (int at = 0; at < packets.length; at += read) {
            client.sendInOneRead(packets, at, Math.min(packets.length, at + read));
            assertThat(used()).isLessThan(32 << 10);
        }
        assertThat(door.intake.stored()).hasSize(1_000);
        assertThat(used()).isZero();
    }

    @Test
    void shouldKeepOnlyWhatHasArrivedOfALargePacket() {
        EmbeddedDoor.Client client = connect();
        byte[] packet = Wire.bytes("30 [ <'t'> 78*60000 ]");

        for (int at = 0; at < packet.length; at += 100) {
            client.sendInOneRead(packet, at, Math.min(packet.length, at + 100));
            assertThat(used()).isLessThanOrEqualTo(3L * at + 1_024);
        }
        assertThat(door.intake.payloads().get(0)).hasSize(60_000);
        assertThat(used()).isZero();
    }

    @Test
    void shouldKeepNothingOfAPacketThatIsTooLarge() {
        EmbeddedDoor.Client client = connect();

        client.send("30 ffffff7f 00*100");

        assertThat(client.isOpen()).isFalse();
        assertThat(used()).isZero();
    }

    @Test
    void shouldKeepNothingOfAConnectionThatEnds() {
        EmbeddedDoor.Client client = connect();
        client.send("30 fcff03").send("00*1000").send("00*1000");
        assertThat(used()).isPositive();

        client.vanish();

        assertThat(used()).isZero();
    }

    @Test
    void shouldBoundTheMemoryOfAllLargePacketsThatAreUnderWay() {
        List<EmbeddedDoor.Client> slow = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            EmbeddedDoor.Client client = connect("slow-" + i);
            slow.add(client);
            client.send("30 e0d403 00*40000");
            assertThat(used()).isLessThan((512 << 10) + (64 << 10));
        }
        assertThat(slow.get(0).isOpen()).isTrue();
        assertThat(slow.get(29).isOpen()).isFalse();
        assertThat(connect("small").send("32 [ <'t'> 0001 ]").answers()).containsExactly("PUBACK 1");

        slow.forEach(EmbeddedDoor.Client::vanish);

        assertThat(used()).isZero();
        assertThat(connect("large")
                        .send("32 e0d403 <'t'> 0001")
                        .send("00*40000")
                        .isOpen())
                .isTrue();
    }
}
