package dev.holdfast.brokertest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

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
                "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -keyout %s -out %s -subj"
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

    private Path authority() {
        return file("ca.crt");
    }

    /** Makes a server's certificate and key for a host name in another directory, over those that were there. */
    void issue(String host, Path server) {
        openssl("req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout %s -out %s -subj /CN=%s"
                .formatted(server.resolve(KEY), file("server.csr"), host)
                .split(" "));
        try {
            Files.writeString(file("names"), "subjectAltName=DNS:" + host + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        openssl("x509 -req -in %s -CA %s -CAkey %s -CAcreateserial -days 2 -extfile %s -out %s"
                .formatted(file("server.csr"), authority(), file("ca.key"), file("names"), server.resolve(CERTIFICATE))
                .split(" "));
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
