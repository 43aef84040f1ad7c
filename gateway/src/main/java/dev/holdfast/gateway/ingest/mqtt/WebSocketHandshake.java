package dev.holdfast.gateway.ingest.mqtt;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Opens a WebSocket that carries MQTT (section 6 of MQTT 5): what comes behind the handshake are the bytes of MQTT.
 *
 * <p>A browser sends along from which page it comes, and could be sent here by any page in the world. Such a request is
 * refused unless its origin is one of those that are configured.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails to be written ends the channel, which is noticed
final class WebSocketHandshake extends SimpleChannelInboundHandler<FullHttpRequest> {

    private static final String SUBPROTOCOL = "mqtt";
    private static final String VERSION = "13";
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int MAX_BODY_BYTES = 1 << 10;
    private static final String ANY_ORIGIN = "*";

    private final Listener listener;

    private WebSocketHandshake(Listener listener) {
        this.listener = listener;
    }

    /** Puts everything into a pipeline that it takes to open a WebSocket. */
    static void addTo(ChannelPipeline pipeline, Listener listener, int maxHeaderBytes) {
        HttpDecoderConfig limits =
                new HttpDecoderConfig().setMaxInitialLineLength(maxHeaderBytes).setMaxHeaderSize(maxHeaderBytes);
        pipeline.addLast(new HttpServerCodec(limits))
                .addLast(new HttpObjectAggregator(MAX_BODY_BYTES, true))
                .addLast(new WebSocketHandshake(listener));
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
        Refusal refusal = refusal(request);
        if (refusal != null) {
            refuse(context, refusal);
            return;
        }
        accept(context, request.headers().get(HttpHeaderNames.SEC_WEBSOCKET_KEY, ""));
    }

    private static void accept(ChannelHandlerContext context, String key) {
        FullHttpResponse answer =
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.SWITCHING_PROTOCOLS);
        answer.headers()
                .set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET)
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE)
                .set(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT, answerTo(key))
                .set(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL, SUBPROTOCOL);
        context.writeAndFlush(answer).addListener(written -> {
            ChannelPipeline pipeline = context.pipeline();
            if (written.isSuccess()) {
                pipeline.remove(HttpObjectAggregator.class);
                pipeline.remove(WebSocketHandshake.class);
                pipeline.replace(HttpServerCodec.class, "websocket", new WebSocketStream());
            }
        });
    }

    /** Section 4.2.2 of RFC 6455, which proves that a WebSocket was meant and nothing more: SHA-1 is no weakness here. */
    private static String answerTo(String key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1").digest((key + GUID).getBytes(US_ASCII));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-1", e);
        }
    }

    private record Refusal(HttpResponseStatus status, String why) {}

    private @Nullable Refusal refusal(FullHttpRequest request) {
        if (request.decoderResult().isFailure()) {
            return new Refusal(HttpResponseStatus.BAD_REQUEST, "this is not HTTP as it should be");
        }
        String path = request.uri().split("\\?", 2)[0];
        if (!path.equals(listener.path())) {
            return new Refusal(HttpResponseStatus.NOT_FOUND, "there is nothing here; MQTT is at " + listener.path());
        }
        boolean upgrade = request.method().equals(HttpMethod.GET)
                && request.headers().containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true);
        String version = request.headers().get(HttpHeaderNames.SEC_WEBSOCKET_VERSION);
        if (!upgrade || !VERSION.equals(version)) {
            return new Refusal(HttpResponseStatus.UPGRADE_REQUIRED, "this is for WebSockets of version " + VERSION);
        }
        if (request.headers().get(HttpHeaderNames.SEC_WEBSOCKET_KEY) == null) {
            return new Refusal(HttpResponseStatus.BAD_REQUEST, "there is no Sec-WebSocket-Key");
        }
        if (!request.headers().containsValue(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL, SUBPROTOCOL, false)) {
            return new Refusal(HttpResponseStatus.BAD_REQUEST, "only the sub-protocol mqtt is spoken here");
        }
        String origin = request.headers().get(HttpHeaderNames.ORIGIN);
        List<String> origins = listener.origins();
        if (origin != null && !origins.contains(origin) && !origins.contains(ANY_ORIGIN)) {
            return new Refusal(HttpResponseStatus.FORBIDDEN, "pages of this origin may not connect, see origins");
        }
        return null;
    }

    private static void refuse(ChannelHandlerContext context, Refusal refusal) {
        FullHttpResponse answer = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, refusal.status(), Unpooled.copiedBuffer(refusal.why() + "\n", UTF_8));
        answer.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8")
                .setInt(HttpHeaderNames.CONTENT_LENGTH, answer.content().readableBytes())
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        if (refusal.status().equals(HttpResponseStatus.UPGRADE_REQUIRED)) {
            answer.headers()
                    .set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET)
                    .set(HttpHeaderNames.SEC_WEBSOCKET_VERSION, VERSION);
        }
        context.writeAndFlush(answer).addListener(ChannelFutureListener.CLOSE);
    }
}
