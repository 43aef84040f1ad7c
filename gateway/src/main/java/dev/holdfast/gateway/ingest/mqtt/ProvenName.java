package dev.holdfast.gateway.ingest.mqtt;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/** Tells a connection whom the client's certificate names, once the TLS handshake has shown that it is its own. */
final class ProvenName extends ChannelInboundHandlerAdapter {

    private final Connection connection;

    ProvenName(Connection connection) {
        this.connection = connection;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof SslHandshakeCompletionEvent shaken && shaken.isSuccess()) {
            SslHandler tls = context.pipeline().get(SslHandler.class);
            String name = tls == null ? null : name(tls);
            if (name != null) {
                connection.certified(name);
            }
            context.pipeline().remove(this);
        }
        context.fireUserEventTriggered(event);
    }

    private static @Nullable String name(SslHandler tls) {
        try {
            Certificate[] chain = tls.engine().getSession().getPeerCertificates();
            return chain[0] instanceof X509Certificate own
                    ? commonName(own.getSubjectX500Principal().getName())
                    : null;
        } catch (SSLPeerUnverifiedException e) {
            return null; // it showed none
        }
    }

    /** The common name of a subject, null when it has none. */
    static @Nullable String commonName(String subject) {
        try {
            for (Rdn part : new LdapName(subject).getRdns()) {
                if (part.getType().equalsIgnoreCase("CN")
                        && part.getValue() instanceof String name
                        && !name.isBlank()) {
                    return name;
                }
            }
            return null;
        } catch (InvalidNameException e) {
            return null;
        }
    }
}
