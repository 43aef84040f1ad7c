package dev.holdfast.gateway.ingest.mqtt;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * What a listener needs for TLS 1.2 and 1.3: its certificate and key, and whose certificates it believes. Immutable; new
 * files make a new one, for the connections that come from then on.
 */
public final class ServerTls {

    /** Full handshakes take the gateway more than the client: sessions are remembered, but not without end. */
    private static final int SESSIONS = 1_000;

    private static final int SESSION_SECONDS = 3_600;

    private final SslContext context;
    private final X509Certificate certificate;

    private ServerTls(SslContext context, X509Certificate certificate) {
        this.context = context;
        this.certificate = certificate;
    }

    /**
     * Makes it of PEM texts.
     *
     * @param certificates the certificate, and behind it those that lead to one that clients know
     * @param key its private key in PKCS#8, not encrypted
     * @param clientCas whose certificates clients may show; null when they need none
     * @param required whether a client must show one; else it may
     * @throws IllegalArgumentException with what is wrong, for people
     */
    public static ServerTls of(byte[] certificates, byte[] key, byte @Nullable [] clientCas, boolean required) {
        List<X509Certificate> chain = Pem.certificates(certificates, "the certificate file");
        PrivateKey privateKey = Pem.key(key, chain.get(0));
        SslContextBuilder builder = SslContextBuilder.forServer(privateKey, chain)
                .sslProvider(SslProvider.JDK)
                .protocols("TLSv1.3", "TLSv1.2")
                .sessionCacheSize(SESSIONS)
                .sessionTimeout(SESSION_SECONDS);
        if (clientCas != null) {
            builder.trustManager(Pem.certificates(clientCas, "the file of client CAs"))
                    .clientAuth(required ? ClientAuth.REQUIRE : ClientAuth.OPTIONAL);
        }
        try {
            return new ServerTls(builder.build(), chain.get(0));
        } catch (SSLException e) {
            throw new IllegalArgumentException("TLS can't be set up: " + e.getMessage(), e);
        }
    }

    /** Until when the certificate is valid. */
    public Instant validUntil() {
        return certificate.getNotAfter().toInstant();
    }

    /** From when on. */
    public Instant validFrom() {
        return certificate.getNotBefore().toInstant();
    }

    SslHandler newHandler(ByteBufAllocator allocator, Executor handshakes) {
        return context.newHandler(allocator, handshakes);
    }
}
