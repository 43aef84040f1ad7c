package dev.holdfast.brokertest;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A certificate authority of a test's own, in a directory, with the tools that people use for it. */
final class Certificates {

    static final String CERTIFICATE = "server.crt";
    static final String KEY = "server.key";

    private static final String PASSWORD = "changeit";

    private final Path directory;

    /** Makes the authority. */
    Certificates(Path directory) {
        this.directory = directory;
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String subject = "/CN=CA of " + directory.getFileName();
        openssl(
                "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 90 -keyout %s -out %s -subj"
                        .formatted(file("ca.key"), authority())
                        .split(" "),
                subject);
    }

    private static void openssl(String[] arguments, String... more) {
        String[] command = new String[1 + arguments.length + more.length];
        command[0] = "openssl";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        System.arraycopy(more, 0, command, 1 + arguments.length, more.length);
        ManagedProcess.run(command);
    }

    private Path file(String name) {
        return directory.resolve(name);
    }

    /** The authority's own certificate. */
    Path authority() {
        return file("ca.crt");
    }

    /** Makes a server's certificate and key for a host name in another directory, over those that were there. */
    void issue(String host, Path server) {
        issue(host, server, "server", 2);
    }

    /** Makes a certificate and key for a name, {@code FILE.crt} and {@code FILE.key}; of -1 days it has expired. */
    void issue(String host, Path server, String file, int days) {
        openssl("req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout %s -out %s -subj /CN=%s"
                .formatted(server.resolve(file + ".key"), file("server.csr"), host)
                .split(" "));
        try {
            Files.writeString(file("names"), "subjectAltName=DNS:" + host + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        openssl("x509 -req -in %s -CA %s -CAkey %s -CAcreateserial -days %d -extfile %s -out %s"
                .formatted(
                        file("server.csr"),
                        authority(),
                        file("ca.key"),
                        days,
                        file("names"),
                        server.resolve(file + ".crt"))
                .split(" "));
    }

    /** What Java's TLS needs to show {@code FILE.crt}. */
    static KeyManagerFactory keys(Path directory, String file) {
        Path store = directory.resolve(file + ".p12");
        openssl("pkcs12 -export -inkey %s -in %s -out %s -passout pass:%s"
                .formatted(directory.resolve(file + ".key"), directory.resolve(file + ".crt"), store, PASSWORD)
                .split(" "));
        try {
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray()), PASSWORD.toCharArray());
            return keys;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** TLS for a client that trusts this authority and no other, and shows {@code FILE.crt} unless the file is empty. */
    SSLContext client(Path shown, String file) {
        try (InputStream in = Files.newInputStream(authority())) {
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(file.isEmpty() ? null : keys(shown, file).getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The options by which a JVM trusts this authority and no other. */
    String javaOptions() {
        Path store = file("trust.p12");
        ManagedProcess.run(
                "keytool",
                "-importcert",
                "-noprompt",
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-alias",
                "ca",
                "-file",
                authority().toString(),
                "-keystore",
                store.toString());
        return "-Djavax.net.ssl.trustStore=" + store + " -Djavax.net.ssl.trustStorePassword=" + PASSWORD;
    }
}
