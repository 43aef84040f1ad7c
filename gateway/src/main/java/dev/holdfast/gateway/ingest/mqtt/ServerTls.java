package dev.holdfast.gateway.ingest.mqtt;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * What a listener needs for TLS 1.2 and 1.3: its certificate and key, and whose certificates it believes. Immutable; new
 * files make a new one, for the connections that come from then on.
 */
public final class ServerTls {

    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----\\s+([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
    private static final Pattern OTHER_KEY =
            Pattern.compile("-----BEGIN ((?:RSA |EC |DSA |ENCRYPTED |OPENSSH )?PRIVATE KEY)-----");
    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA");

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
        List<X509Certificate> chain = certificates(certificates, "the certificate file");
        PrivateKey privateKey = key(key);
        requirePair(privateKey, chain.get(0));
        SslContextBuilder builder = SslContextBuilder.forServer(privateKey, chain)
                .sslProvider(SslProvider.JDK)
                .protocols("TLSv1.3", "TLSv1.2")
                .sessionCacheSize(SESSIONS)
                .sessionTimeout(SESSION_SECONDS);
        if (clientCas != null) {
            builder.trustManager(certificates(clientCas, "the file of client CAs"))
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

    private static List<X509Certificate> certificates(byte[] pem, String what) {
        List<X509Certificate> all = new ArrayList<>();
        try {
            CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(pem))
                    .forEach(one -> all.add((X509Certificate) one));
        } catch (CertificateException e) {
            all.clear(); // of a part nothing is said either
        }
        if (all.isEmpty()) {
            throw new IllegalArgumentException(
                    what + " holds no certificate that can be read; it must be PEM: -----BEGIN CERTIFICATE-----");
        }
        return all;
    }

    private static PrivateKey key(byte[] pem) {
        String text = new String(pem, US_ASCII);
        Matcher key = KEY.matcher(text);
        if (!key.find()) {
            throw new IllegalArgumentException(whyNoKey(text));
        }
        try {
            PKCS8EncodedKeySpec spec =
                    new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(key.group(1)));
            for (String algorithm : ALGORITHMS) {
                try {
                    return KeyFactory.getInstance(algorithm).generatePrivate(spec);
                } catch (GeneralSecurityException e) {
                    // then another one
                }
            }
        } catch (IllegalArgumentException e) {
            // said below
        }
        throw new IllegalArgumentException("the key is damaged, or neither RSA nor EC nor EdDSA");
    }

    private static String whyNoKey(String text) {
        Matcher other = OTHER_KEY.matcher(text);
        return other.find()
                ? "the key is a " + other.group(1) + ", which is not read here; make a PRIVATE KEY of it: "
                        + "openssl pkcs8 -topk8 -nocrypt -in KEY -out NEWKEY"
                : "the key file holds no key; it must be PEM: -----BEGIN PRIVATE KEY-----";
    }

    private static void requirePair(PrivateKey key, X509Certificate certificate) {
        String algorithm = switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> key.getAlgorithm();
        };
        byte[] something = "pair".getBytes(US_ASCII);
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update(something);
            byte[] signed = signature.sign();
            signature.initVerify(certificate.getPublicKey());
            signature.update(something);
            if (signature.verify(signed)) {
                return;
            }
        } catch (GeneralSecurityException e) {
            // then it is the key of something else
        }
        throw new IllegalArgumentException("the key does not belong to the certificate, which is that of "
                + certificate.getSubjectX500Principal().getName());
    }
}
