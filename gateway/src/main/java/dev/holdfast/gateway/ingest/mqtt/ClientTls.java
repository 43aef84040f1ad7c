package dev.holdfast.gateway.ingest.mqtt;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * What a gate needs for TLS 1.2 and 1.3 to its broker: whose certificates it believes, and its own. Immutable; new files
 * make a new one, for the connections that come from then on.
 */
public final class ClientTls {

    private final SslContext context;

    private ClientTls(SslContext context) {
        this.context = context;
    }

    /**
     * Makes it of PEM texts.
     *
     * @param authorities whose certificates the broker may show; null for those that Java trusts
     * @param certificates what is shown to the broker, with what leads to an authority; null for nothing
     * @param key its private key in PKCS#8, not encrypted; null without certificates
     * @throws IllegalArgumentException with what is wrong, for people
     */
    public static ClientTls of(byte @Nullable [] authorities, byte @Nullable [] certificates, byte @Nullable [] key) {
        SslContextBuilder builder =
                SslContextBuilder.forClient().sslProvider(SslProvider.JDK).protocols("TLSv1.3", "TLSv1.2");
        if (authorities != null) {
            builder.trustManager(Pem.certificates(authorities, "the file of the broker's CA"));
        }
        if (certificates != null && key != null) {
            List<X509Certificate> chain = Pem.certificates(certificates, "the certificate file for the broker");
            builder.keyManager(Pem.key(key, chain.get(0)), chain);
        }
        try {
            return new ClientTls(builder.build());
        } catch (SSLException e) {
            throw new IllegalArgumentException("TLS can't be set up: " + e.getMessage(), e);
        }
    }

    /** For one connection; the broker's certificate must be for this host. */
    SslHandler newHandler(ByteBufAllocator allocator, String host, int port, Executor handshakes) {
        SslHandler handler = context.newHandler(allocator, host, port, handshakes);
        SSLParameters parameters = handler.engine().getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        handler.engine().setSSLParameters(parameters);
        return handler;
    }
}
