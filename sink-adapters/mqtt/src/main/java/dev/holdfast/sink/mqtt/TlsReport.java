package dev.holdfast.sink.mqtt;

import dev.holdfast.sink.ProbeStep.Result;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.security.auth.x500.X500Principal;

/** What there is to say of a TLS handshake, and how to mend it. */
final class TlsReport {

    private static final long WARNING_DAYS = 30;

    private final Tls tls;
    private final Instant now;

    TlsReport(Tls tls, Instant now) {
        this.tls = tls;
        this.now = now;
    }

    /** The steps of a handshake that came about. */
    void steps(Steps steps) {
        step(steps, "tls", tls.shown().protocol() + "; ", tls.shown().chain(), "have the broker's certificate renewed");
        if (!tls.own().isEmpty()) {
            step(steps, "certificate", "ours: ", tls.own(), "renew certificate and key; no restart is needed");
        }
    }

    private void step(Steps steps, String name, String before, List<X509Certificate> chain, String renew) {
        long days = chain.stream().mapToLong(this::daysLeft).min().orElse(0);
        String names = Stream.concat(
                        chain.stream().map(X509Certificate::getSubjectX500Principal),
                        Stream.of(chain.get(chain.size() - 1).getIssuerX500Principal()))
                .distinct() // an authority is its own issuer
                .map(X500Principal::getName)
                .collect(Collectors.joining(", from "));
        Result result = days < 0 ? Result.FAILED : days < WARNING_DAYS ? Result.WARNING : Result.OK;
        String left = days < 0 ? "has expired" : days + " days left";
        steps.add(name, result, before + names + "; " + left, result == Result.OK ? "" : renew);
    }

    private long daysLeft(X509Certificate certificate) {
        Duration left = Duration.between(now, certificate.getNotAfter().toInstant());
        return left.isNegative() ? -1 : left.toDays();
    }

    /** How to mend a handshake that failed. */
    String hint(String why) {
        List<X509Certificate> chain = tls.shown().chain();
        if (why.contains("not an SSL/TLS record")) {
            return "this port does not speak TLS: mqtt:// or ws:// instead of mqtts:// or wss://, or another port";
        }
        if (why.contains("has expired")) {
            return "renew the certificate, or set this machine's clock";
        }
        if (why.contains("is valid only from")) {
            return "set this machine's clock";
        }
        if (why.contains("unable to find valid certification path") && !chain.isEmpty()) {
            return "if it is the right broker, put the certificate of its authority into ca-file: "
                    + chain.get(chain.size() - 1).getIssuerX500Principal().getName();
        }
        if (why.contains("No subject alternative") || why.contains("No name matching")) {
            return "the url must have a name that is in the certificate: " + names(chain.get(0));
        }
        if (why.contains("fatal alert")) {
            return tls.own().isEmpty()
                    ? "the broker may want to see a certificate: certificate and key"
                    : "the broker does not take our certificate: it must know the authority that it is from";
        }
        return "";
    }

    private static String names(X509Certificate certificate) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            if (names != null) {
                return names.stream().map(name -> String.valueOf(name.get(1))).collect(Collectors.joining(", "));
            }
        } catch (CertificateParsingException e) {
            // as if there were none
        }
        return certificate.getSubjectX500Principal().getName();
    }
}
