package dev.holdfast.gateway.ingest.mqtt;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The bytes of MQTT in the frames of a WebSocket; what Netty's codec says is what is right. */
class WebSocketStreamTest {

    private final EmbeddedChannel channel = new EmbeddedChannel(new WebSocketStream());
    private final EmbeddedChannel client = new EmbeddedChannel(new WebSocket13FrameEncoder(true));

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
        client.finishAndReleaseAll();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void shouldReadWhatNettyWritesInWhateverPieces(long seed) {
        Random random = new Random(seed);
        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        ByteArrayOutputStream meant = new ByteArrayOutputStream();
        boolean inMessage = false;
        for (int i = 0; i < 300; i++) {
            byte[] content = new byte[random.nextInt(random.nextInt(10) == 0 ? 70_000 : 300)];
            random.nextBytes(content);
            boolean last = random.nextBoolean();
            ByteBuf payload = Unpooled.copiedBuffer(content);
            wire.writeBytes(encoded(
                    inMessage
                            ? new ContinuationWebSocketFrame(last, 0, payload)
                            : new BinaryWebSocketFrame(last, 0, payload)));
            meant.writeBytes(content);
            inMessage = !last;
            if (random.nextInt(5) == 0) { // between the parts of a message too
                wire.writeBytes(encoded(new PingWebSocketFrame(Unpooled.copiedBuffer("are you there", US_ASCII))));
            }
        }

        byte[] bytes = wire.toByteArray();
        for (int at = 0; at < bytes.length; ) {
            int to = Math.min(bytes.length, at + 1 + random.nextInt(random.nextBoolean() ? 8 : 3_000));
            channel.writeInbound(Unpooled.copiedBuffer(bytes, at, to - at));
            at = to;
        }

        assertThat(inbound()).isEqualTo(meant.toByteArray());
    }

    /** What has come of a frame is passed on at once: nobody can make it wait for a large one. */
    @Test
    void shouldNotGatherFrames() {
        channel.writeInbound(Unpooled.copiedBuffer(ByteBufUtil.decodeHexDump("82ff000000007fffffff00000000" + "0102")));

        assertThat(inbound()).containsExactly(1, 2);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 125, 126, 127, 65_535, 65_536, 100_000})
    void shouldWriteWhatNettyReads(int length) {
        byte[] content = new byte[length];
        new Random(length).nextBytes(content);

        channel.writeOutbound(Unpooled.copiedBuffer(content));

        EmbeddedChannel reader = new EmbeddedChannel(new WebSocket13FrameDecoder(false, false, 1 << 20));
        for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
            reader.writeInbound(out);
        }
        WebSocketFrame frame = reader.readInbound();
        assertThat(frame == null ? new byte[0] : ByteBufUtil.getBytes(frame.content()))
                .isEqualTo(content);
        assertThat(frame == null || frame instanceof BinaryWebSocketFrame).isTrue();
        reader.finishAndReleaseAll();
    }

    @Test
    void shouldAnswerAPing() {
        channel.writeInbound(
                Unpooled.copiedBuffer(encoded(new PingWebSocketFrame(Unpooled.copiedBuffer("hello", US_ASCII)))));

        assertThat(outbound()).isEqualTo("8a05" + ByteBufUtil.hexDump("hello".getBytes(US_ASCII)));
    }

    @Test
    void shouldAnswerACloseAndEnd() {
        channel.writeInbound(Unpooled.copiedBuffer(ByteBufUtil.decodeHexDump("888200000000" + "03e8")));

        assertThat(outbound()).isEqualTo("880203e8");
        assertThat(channel.isOpen()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "818100000000 61, 03eb", // text
        "020161, 03ea", // not masked
        "828061, ''", // not whole
        "c28100000000 61, 03ea", // a reserved bit
        "808100000000 61, 03ea", // a continuation of nothing
        "028100000000 61 828100000000 61, 03ea", // a message in another
        "098000000000, 03ea", // a control frame in parts
        "89fe007e00000000, 03ea", // a long control frame
        "838000000000, 03eb", // kinds that there are not
        "8b8000000000, 03ea",
        "82ffffffffffffffffff00000000, 03ea" // a negative length
    })
    void shouldRefuseWhatIsNoFrameOfMqtt(String wire, String status) {
        byte[] bytes = ByteBufUtil.decodeHexDump(wire.replace(" ", ""));
        if (status.isEmpty()) {
            channel.writeInbound(Unpooled.copiedBuffer(bytes));
            assertThat(channel.isOpen()).isTrue();
        } else {
            assertThatThrownBy(() -> channel.writeInbound(Unpooled.copiedBuffer(bytes)))
                    .isInstanceOf(CorruptedWebSocketFrameException.class);
            assertThat(outbound()).isEqualTo("8802" + status);
        }
    }

    private byte[] encoded(WebSocketFrame frame) {
        client.writeOutbound(frame);
        ByteBuf all = Unpooled.buffer();
        for (ByteBuf out = client.readOutbound(); out != null; out = client.readOutbound()) {
            all.writeBytes(out);
            out.release();
        }
        return Arrays.copyOf(all.array(), all.readableBytes());
    }

    private byte[] inbound() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (ByteBuf in = channel.readInbound(); in != null; in = channel.readInbound()) {
            all.writeBytes(ByteBufUtil.getBytes(in));
            in.release();
        }
        return all.toByteArray();
    }

    private String outbound() {
        StringBuilder all = new StringBuilder();
        for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
            all.append(ByteBufUtil.hexDump(out));
            out.release();
        }
        return all.toString();
    }
}
