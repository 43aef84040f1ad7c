package dev.holdfast.gateway.ingest.mqtt;

import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;

/** Ends the sending half of a connection as its transport wants it. */
@SuppressWarnings("FutureReturnValueIgnored") // a channel that can not be shut down is closed a moment later
final class Goodbye {

    private Goodbye() {}

    /** Says that nothing more will come. What the client still sends can be read. */
    static void say(ChannelPipeline pipeline, DuplexChannel channel) {
        WebSocketStream webSocket = pipeline.get(WebSocketStream.class);
        if (webSocket != null) {
            webSocket.sendClose();
        }
        SslHandler tls = pipeline.get(SslHandler.class);
        if (tls != null) {
            tls.closeOutbound().addListener(closed -> channel.shutdownOutput());
        } else {
            channel.shutdownOutput();
        }
    }
}
