package dev.holdfast.sink.mqtt;

import io.netty.handler.ssl.SslContext;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * TLS for one link.
 *
 * @param context what the client needs
 * @param shown what the broker shows
 * @param own the gateway's own certificates; empty for none
 */
record Tls(SslContext context, ShownChain shown, List<X509Certificate> own) {

    /** Which certificates are out of date, as a remark to an error; empty when none is. */
    String remark() {
        StringBuilder remark = new StringBuilder();
        shown.chain().forEach(one -> remark.append(outOfDate("the broker's", one)));
        own.forEach(one -> remark.append(outOfDate("our own", one)));
        return remark.toString();
    }

    private static String outOfDate(String whose, X509Certificate certificate) {
        String name = "; " + whose + " certificate for " + certificate.getSubjectX500Principal();
        try {
            certificate.checkValidity();
            return "";
        } catch (CertificateExpiredException e) {
            return name + " has expired on " + certificate.getNotAfter().toInstant();
        } catch (CertificateNotYetValidException e) {
            return name + " is valid only from " + certificate.getNotBefore().toInstant() + ", by this machine's clock";
        }
    }
}
