package dev.holdfast.gateway.ingest.mqtt;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/**
 * Tells a connection where its client is, as the proxy says by PROXY protocol. What the proxy does not say, as for its own
 * health checks, is the proxy's address.
 */
final class ProxiedAddress extends SimpleChannelInboundHandler<HAProxyMessage> {

    private final Connection connection;

    ProxiedAddress(Connection connection) {
        this.connection = connection;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, HAProxyMessage header) throws UnknownHostException {
        String source = header.sourceAddress();
        byte[] address = source == null ? null : NetUtil.createByteArrayFromIpAddressString(source);
        if (address != null) {
            connection.comesFrom(InetAddress.getByAddress(address));
        } else if (context.channel().remoteAddress() instanceof InetSocketAddress proxy) {
            connection.comesFrom(proxy.getAddress());
        }
        context.pipeline().remove(this);
    }
}
