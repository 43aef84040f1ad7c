package dev.holdfast.sink.mqtt;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * What TLS is made from. The files are read anew for each link, so that what was renewed is used by the next one.
 *
 * @param authorities certificates of the authorities that are trusted, and no others; null for the system's
 * @param certificate the gateway's own certificate and what leads from it to an authority; null for none
 * @param key its private key; null for none
 * @param alpn the application protocol to ask for; null for none
 */
record TlsFiles(
        @Nullable Path authorities,
        @Nullable Path certificate,
        @Nullable Path key,
        @Nullable String alpn) {

    static final String AUTHORITIES = "ca-file";
    static final String CERTIFICATE = "certificate";
    static final String KEY = "key";

    private static final byte[] PROOF = {1, 2, 3};

    /** Whether any of it was configured. */
    boolean isUsed() {
        return authorities != null || certificate != null || alpn != null;
    }

    /**
     * Reads the files.
     *
     * @throws TlsFilesException if one of them can't be used; one that is out of date can
     */
    Tls read() throws TlsFilesException {
        List<X509Certificate> own = certificate == null ? List.of() : new Pem(CERTIFICATE, certificate).certificates();
        ShownChain shown = new ShownChain(trust());
        try {
            SslContextBuilder builder = SslContextBuilder.forClient()
                    .sslProvider(SslProvider.JDK)
                    .protocols("TLSv1.3", "TLSv1.2")
                    .trustManager(shown);
            if (key != null) {
                PrivateKey secret = new Pem(KEY, key).key();
                checkPair(secret, own.get(0));
                builder.keyManager(secret, own.toArray(X509Certificate[]::new));
            }
            if (alpn != null) {
                builder.applicationProtocolConfig(protocol(alpn));
            }
            return new Tls(builder.build(), shown, own);
        } catch (SSLException | IllegalArgumentException e) {
            throw new TlsFilesException(key == null ? AUTHORITIES : KEY, "TLS can't be set up: " + e.getMessage());
        }
    }

    private static ApplicationProtocolConfig protocol(String name) {
        return new ApplicationProtocolConfig(
                ApplicationProtocolConfig.Protocol.ALPN,
                ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                name);
    }

    private X509ExtendedTrustManager trust() throws TlsFilesException {
        List<X509Certificate> trusted =
                authorities == null ? List.of() : new Pem(AUTHORITIES, authorities).certificates();
        try {
            KeyStore store = null;
            if (authorities != null) {
                store = KeyStore.getInstance("PKCS12");
                store.load(null, null);
                for (int i = 0; i < trusted.size(); i++) {
                    store.setCertificateEntry("ca" + i, trusted.get(i));
                }
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            for (TrustManager manager : factory.getTrustManagers()) {
                if (manager instanceof X509ExtendedTrustManager usable) {
                    return usable;
                }
            }
            throw new TlsFilesException(AUTHORITIES, "this Java can't check certificates");
        } catch (GeneralSecurityException | IOException e) {
            throw new TlsFilesException(AUTHORITIES, "the authorities can't be used: " + e.getMessage());
        }
    }

    /** Who renews both does it one after the other; in between they do not fit, and the broker would only say no. */
    private void checkPair(PrivateKey secret, X509Certificate own) throws TlsFilesException {
        String algorithm = switch (secret.getAlgorithm()) {
            case "EC" -> "SHA256withECDSA";
            case "RSA" -> "SHA256withRSA";
            default -> secret.getAlgorithm();
        };
        try {
            Signature signing = Signature.getInstance(algorithm);
            signing.initSign(secret);
            signing.update(PROOF);
            byte[] signature = signing.sign();
            Signature checking = Signature.getInstance(algorithm);
            checking.initVerify(own.getPublicKey());
            checking.update(PROOF);
            if (checking.verify(signature)) {
                return;
            }
        } catch (GeneralSecurityException e) {
            // it is not of its kind, or none that Java knows
        }
        throw new TlsFilesException(
                KEY, "the key in \"" + key + "\" does not belong to the first certificate in \"" + certificate + "\"");
    }
}
