package dev.holdfast.gateway.ingest.mqtt;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads what stands in PEM files: certificates, and private keys in PKCS#8 that are not encrypted. */
final class Pem {

    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----\\s+([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
    private static final Pattern OTHER_KEY =
            Pattern.compile("-----BEGIN ((?:RSA |EC |DSA |ENCRYPTED |OPENSSH )?PRIVATE KEY)-----");
    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA");

    private Pem() {}

    /**
     * All certificates of a file.
     *
     * @param what the file, for people
     * @throws IllegalArgumentException with what is wrong, for people
     */
    static List<X509Certificate> certificates(byte[] pem, String what) {
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

    /**
     * The private key of a file, which belongs to the certificate.
     *
     * @throws IllegalArgumentException with what is wrong, for people
     */
    static PrivateKey key(byte[] pem, X509Certificate certificate) {
        PrivateKey key = key(pem);
        requirePair(key, certificate);
        return key;
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
