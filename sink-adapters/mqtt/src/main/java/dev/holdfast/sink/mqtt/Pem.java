package dev.holdfast.sink.mqtt;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads PEM files: certificates, and private keys as PKCS #8 without a password. */
final class Pem {

    private static final int MAX_BYTES = 1 << 20;
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \\1-----", Pattern.DOTALL);
    private static final List<String> KEY_ALGORITHMS = List.of("EC", "RSA", "EdDSA", "RSASSA-PSS");

    private final String option;
    private final Path file;
    private final String text;

    /** Reads the file that an option names. */
    Pem(String option, Path file) throws TlsFilesException {
        this.option = option;
        this.file = file;
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw wrong("is larger than 1 MiB");
            }
            text = new String(bytes, ISO_8859_1);
        } catch (NoSuchFileException e) {
            throw wrong("does not exist");
        } catch (AccessDeniedException e) {
            throw wrong("must not be read by this user");
        } catch (IOException e) {
            throw wrong("can't be read: " + e.getMessage());
        }
    }

    private TlsFilesException wrong(String why) {
        return new TlsFilesException(option, "file \"" + file + "\" " + why);
    }

    /** All certificates in it, in their order; at least one. */
    List<X509Certificate> certificates() throws TlsFilesException {
        List<X509Certificate> all = new ArrayList<>();
        Matcher block = BLOCK.matcher(text);
        while (block.find()) {
            if (block.group(1).endsWith("CERTIFICATE")) {
                all.add(certificate(bytes(block.group(2))));
            }
        }
        if (all.isEmpty()) {
            throw wrong("has no certificate: it must be PEM, with a line -----BEGIN CERTIFICATE-----");
        }
        return all;
    }

    private X509Certificate certificate(byte[] der) throws TlsFilesException {
        try {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
        } catch (CertificateException e) {
            throw wrong("has a certificate that can't be read: " + e.getMessage());
        }
    }

    /** The private key in it. What stands in the file is never shown. */
    PrivateKey key() throws TlsFilesException {
        Matcher block = BLOCK.matcher(text);
        String other = "";
        while (block.find()) {
            switch (block.group(1)) {
                case "PRIVATE KEY" -> {
                    return key(new PKCS8EncodedKeySpec(bytes(block.group(2))));
                }
                case "ENCRYPTED PRIVATE KEY" -> other = "an encrypted key";
                case "RSA PRIVATE KEY" -> other = "a PKCS #1 key";
                case "EC PRIVATE KEY" -> other = "a SEC 1 key";
                case "DSA PRIVATE KEY" -> other = "a DSA key";
                default -> {
                    // certificates and parameters may stand beside it
                }
            }
        }
        throw other.isEmpty()
                ? wrong("has no private key: it must be PEM, with a line -----BEGIN PRIVATE KEY-----")
                : wrong("has " + (text.contains("Proc-Type: 4,ENCRYPTED") ? "an encrypted key" : other)
                        + ", but PKCS #8 without a password is needed; convert it: openssl pkey -in " + file + " -out "
                        + file + ".pk8");
    }

    private PrivateKey key(PKCS8EncodedKeySpec encoded) throws TlsFilesException {
        for (String algorithm : KEY_ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(encoded);
            } catch (GeneralSecurityException e) {
                // another one, or none
            }
        }
        throw wrong("has a private key that can't be read; usable are " + String.join(", ", KEY_ALGORITHMS));
    }

    private byte[] bytes(String base64) throws TlsFilesException {
        try {
            return Base64.getMimeDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw wrong("is damaged: what stands between BEGIN and END is no base64");
        }
    }
}
