package dev.holdfast.gateway.ingest.mqtt;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageEncoder;
import io.netty.handler.codec.haproxy.HAProxyProtocolVersion;
import io.netty.handler.codec.haproxy.HAProxyProxiedProtocol;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/**
 * Tells a broker by PROXY protocol v2 where the device is, as the first bytes of a connection and before TLS. For a device
 * on this machine that has no address, it says that the connection is the gateway's own (LOCAL).
 *
 * @see <a href="https://www.haproxy.org/download/2.9/doc/proxy-protocol.txt">The PROXY protocol, section 2.2</a>
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails to be written ends the channel, which is noticed
final class ProxyHeader extends ChannelDuplexHandler {

    private final Connection device;

    ProxyHeader(Connection device) {
        this.device = device;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        begin(context);
        context.fireChannelActive();
    }

    /** Who waits for the connection is told of it before it becomes active, and may write at once. */
    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        begin(context);
        context.write(message, promise);
    }

    private void begin(ChannelHandlerContext context) {
        if (!context.isRemoved()) {
            context.writeAndFlush(header());
            context.pipeline().remove(HAProxyMessageEncoder.class);
            context.pipeline().remove(this);
        }
    }

    private HAProxyMessage header() {
        SocketAddress here = device.channel().localAddress();
        InetAddress from = device.from();
        if (from == null || !(here instanceof InetSocketAddress to)) {
            return new HAProxyMessage(
                    HAProxyProtocolVersion.V2, HAProxyCommand.LOCAL, HAProxyProxiedProtocol.UNKNOWN, null, null, 0, 0);
        }
        boolean ipv4 = from instanceof Inet4Address && to.getAddress() instanceof Inet4Address;
        int port = device.channel().remoteAddress() instanceof InetSocketAddress peer
                        && from.equals(peer.getAddress()) // else a proxy's, which does not tell the device's
                ? peer.getPort()
                : 0;
        return new HAProxyMessage(
                HAProxyProtocolVersion.V2,
                HAProxyCommand.PROXY,
                ipv4 ? HAProxyProxiedProtocol.TCP4 : HAProxyProxiedProtocol.TCP6,
                text(from, ipv4),
                text(to.getAddress(), ipv4),
                port,
                to.getPort());
    }

    /** The address; one of IPv4 as IPv6 writes it where the other one is of IPv6. */
    private static String text(InetAddress address, boolean ipv4) {
        String plain = address.getHostAddress();
        int scope = plain.indexOf('%');
        String unscoped = scope < 0 ? plain : plain.substring(0, scope);
        return address instanceof Inet4Address && !ipv4 ? "::ffff:" + unscoped : unscoped;
    }
}
