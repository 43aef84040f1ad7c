package dev.holdfast.sink.mqtt;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.X509ExtendedTrustManager;

/** Remembers what the broker has shown, for errors and for people; whom to trust decides another. */
final class ShownChain extends X509ExtendedTrustManager {

    private final X509ExtendedTrustManager judge;
    private volatile List<X509Certificate> chain = List.of();
    private volatile String protocol = "";

    ShownChain(X509ExtendedTrustManager judge) {
        this.judge = judge;
    }

    /** The broker's certificates, its own first; empty before it has shown them. */
    List<X509Certificate> chain() {
        return chain;
    }

    /** Such as TLSv1.3; empty before the broker has chosen. */
    String protocol() {
        return protocol;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] certificates, String authType, SSLEngine engine)
            throws CertificateException {
        chain = List.of(certificates);
        SSLSession session = engine.getHandshakeSession();
        protocol = session == null ? "" : session.getProtocol();
        judge.checkServerTrusted(certificates, authType, engine);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] certificates, String authType, Socket socket)
            throws CertificateException {
        judge.checkServerTrusted(certificates, authType, socket);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] certificates, String authType) throws CertificateException {
        throw new CertificateException("without the name of the server nobody is trusted");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] certificates, String authType, SSLEngine engine)
            throws CertificateException {
        judge.checkClientTrusted(certificates, authType, engine);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] certificates, String authType, Socket socket)
            throws CertificateException {
        judge.checkClientTrusted(certificates, authType, socket);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] certificates, String authType) throws CertificateException {
        judge.checkClientTrusted(certificates, authType);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return judge.getAcceptedIssuers();
    }
}
