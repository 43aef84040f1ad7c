package dev.holdfast.sink.mqtt;

import dev.holdfast.sink.ProbeStep.Result;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What can be said of this machine's clock without asking anybody for the time. */
final class ClockReport {

    /** A clock that is before this has never been set. */
    private static final Instant SET = Instant.parse("2024-01-01T00:00:00Z");

    private ClockReport() {}

    static void step(Instant now, boolean synced, @Nullable Tls tls, Steps steps) {
        String time = now.truncatedTo(ChronoUnit.SECONDS).toString();
        List<X509Certificate> certificates = new ArrayList<>();
        if (tls != null) {
            certificates.addAll(tls.shown().chain());
            certificates.addAll(tls.own());
        }
        String compared = certificates.isEmpty()
                ? "; there was no certificate to compare it with"
                : "; compared with the validity of " + certificates.size()
                        + (certificates.size() == 1 ? " certificate" : " certificates");
        boolean outside = certificates.stream()
                .anyMatch(one -> now.isBefore(one.getNotBefore().toInstant())
                        || now.isAfter(one.getNotAfter().toInstant()));
        if (now.isBefore(SET)) {
            steps.add("clock", Result.WARNING, time + ", it was never set", "set it: timedatectl set-ntp true");
        } else if (outside) {
            steps.add(
                    "clock",
                    Result.WARNING,
                    time + compared + ", of which one is not valid at that time",
                    "one of them is wrong, the clock or the certificate");
        } else if (!synced) {
            steps.add(
                    "clock",
                    Result.WARNING,
                    time + ", the machine does not say that it is synchronised" + compared,
                    "timedatectl set-ntp true; only what systemd-timesyncd says can be seen here, not chrony's or ntpd's");
        } else {
            steps.add("clock", Result.OK, time + ", synchronised" + compared, "");
        }
    }
}
