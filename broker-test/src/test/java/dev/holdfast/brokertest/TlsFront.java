package dev.holdfast.brokertest;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** TLS before a broker that has none: changes its certificate while the broker runs on, and tells who came and how. */
final class TlsFront implements AutoCloseable {

    private final ServerSocket listener;
    private final int target;
    private final TrustManagerFactory clients;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

    /** Of each link: the client's name, and the protocol that was agreed on by ALPN. */
    private final Queue<String> visits = new ConcurrentLinkedQueue<>();

    private volatile SSLContext context;

    /** One that shows {@code FILE.crt}, and wants to see a certificate from the authority. */
    TlsFront(int target, Certificates authority, Path directory, String file) {
        this.target = target;
        try (InputStream in = Files.newInputStream(authority.authority())) {
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
            clients = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            clients.init(trusted);
            listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
        context = contextOf(directory, file);
        TcpProxy.daemon(this::accept);
    }

    private SSLContext contextOf(Path directory, String file) {
        try {
            SSLContext made = SSLContext.getInstance("TLS");
            made.init(Certificates.keys(directory, file).getKeyManagers(), clients.getTrustManagers(), null);
            return made;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    int port() {
        return listener.getLocalPort();
    }

    /** Shows another certificate from now on, and ends all connections. */
    void show(Path directory, String file) {
        context = contextOf(directory, file);
        cut();
    }

    /** Ends all connections. */
    void cut() {
        sockets.forEach(TcpProxy::closeQuietly);
    }

    List<String> visits() {
        return List.copyOf(visits);
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket raw = listener.accept();
                sockets.add(raw);
                TcpProxy.daemon(() -> serve(raw));
            } catch (IOException e) {
                // it was closed
            }
        }
    }

    private void serve(Socket raw) {
        try (SSLSocket client = (SSLSocket) context.getSocketFactory().createSocket(raw, null, true)) {
            SSLParameters parameters = client.getSSLParameters();
            parameters.setNeedClientAuth(true);
            parameters.setApplicationProtocols(new String[] {"other", "x-amzn-mqtt-ca"});
            client.setSSLParameters(parameters);
            client.startHandshake();
            visits.add(client.getSession().getPeerPrincipal().getName() + " " + client.getApplicationProtocol());
            try (Socket broker = new Socket(InetAddress.getLoopbackAddress(), target)) {
                TcpProxy.daemon(() -> copy(broker, client));
                copy(client, broker);
            }
        } catch (IOException e) {
            // one side is gone, or TLS did not come about: the client sees its connection end
        } finally {
            sockets.remove(raw);
            TcpProxy.closeQuietly(raw);
        }
    }

    private static void copy(Socket from, Socket to) {
        try (InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            in.transferTo(out);
        } catch (IOException e) {
            // one side is gone: so is the other
        }
    }

    @Override
    public void close() {
        cut();
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
