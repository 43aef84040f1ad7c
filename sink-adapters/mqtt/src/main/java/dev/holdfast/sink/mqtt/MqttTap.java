package dev.holdfast.sink.mqtt;

import dev.holdfast.sink.Link;
import dev.holdfast.sink.ProbeStep;
import dev.holdfast.tap.Tap;
import dev.holdfast.tap.TapLink;
import dev.holdfast.tap.TapSession;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Subscribes at a broker over MQTT. Each link is a {@link TapConnection} of its own, to the first address, or, while no link
 * comes up, to the next one each time; the session is the broker's.
 */
final class MqttTap implements Tap {

    private final MqttTapSettings settings;
    private final Upstream upstream;

    /** Attempts since a link was up. */
    private final AtomicInteger attempts = new AtomicInteger();

    private @Nullable TapConnection link;

    MqttTap(MqttTapSettings settings) {
        this.settings = settings;
        this.upstream = settings.upstream();
    }

    @Override
    public String target() {
        return upstream.target();
    }

    @Override
    public List<String> addresses() {
        return upstream.reached();
    }

    @Override
    public boolean seesIdentity() {
        return !upstream.old();
    }

    @Override
    public boolean canLimit() {
        return !upstream.old();
    }

    @Override
    public void connect(TapLink observer, TapSession session, int mostUnacknowledged) {
        disconnect();
        BrokerAddress address = upstream.inTurn(attempts.getAndIncrement());
        try {
            TapConnection next =
                    new TapConnection(settings, address, session, mostUnacknowledged, () -> attempts.set(0), observer);
            link = next;
            next.connect();
        } catch (TlsFilesException e) {
            observer.down(upstream.way(address) + ": " + e.option() + ": " + e.why(), Link.Hint.REFUSED);
        }
    }

    @Override
    public List<ProbeStep> probe(Instant now, boolean clockSynced) {
        return upstream.addresses().stream()
                .flatMap(address -> new Probe(settings, address, now, clockSynced).run().stream())
                .toList();
    }

    @Override
    public void disconnect() {
        TapConnection open = link;
        link = null;
        if (open != null) {
            open.close();
        }
    }

    @Override
    public void close() {
        disconnect();
    }
}
