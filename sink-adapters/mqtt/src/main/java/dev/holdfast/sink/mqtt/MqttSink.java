package dev.holdfast.sink.mqtt;

import dev.holdfast.sink.Batch;
import dev.holdfast.sink.Link;
import dev.holdfast.sink.Outcome;
import dev.holdfast.sink.Outcomes;
import dev.holdfast.sink.ProbeStep;
import dev.holdfast.sink.Sink;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Publishes to a broker over MQTT. Each link is a {@link BrokerLink} of its own: to the first address, or, while no link
 * comes up, to the next one each time.
 */
final class MqttSink implements Sink {

    private final MqttSinkSettings settings;
    private final Upstream upstream;

    /** Attempts since a link was up. */
    private final AtomicInteger attempts = new AtomicInteger();

    private @Nullable BrokerLink link;

    MqttSink(MqttSinkSettings settings) {
        this.settings = settings;
        this.upstream = settings.upstream();
    }

    @Override
    public List<String> publishes(List<String> filters) {
        return filters.stream().map(settings.topic()::cover).distinct().toList();
    }

    @Override
    public boolean stamps() {
        return settings.stamp();
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
    public void connect(Link observer) {
        disconnect();
        BrokerAddress address = upstream.inTurn(attempts.getAndIncrement());
        try {
            BrokerLink next = new BrokerLink(settings, address, resettingAttempts(observer));
            link = next;
            next.connect();
        } catch (TlsFilesException e) {
            observer.down(upstream.way(address) + ": " + e.option() + ": " + e.why(), Link.Hint.REFUSED);
        }
    }

    private Link resettingAttempts(Link observer) {
        return new Link() {
            @Override
            public void up(Limits limits) {
                attempts.set(0);
                observer.up(limits);
            }

            @Override
            public void down(String why, Hint hint) {
                observer.down(why, hint);
            }
        };
    }

    @Override
    public void deliver(Batch batch, Outcomes outcomes) {
        BrokerLink open = link;
        if (open == null) {
            for (int i = 0; i < batch.size(); i++) {
                outcomes.settle(i, Outcome.retry("there is no link to " + target()));
            }
        } else {
            open.deliver(batch, outcomes);
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
        BrokerLink open = link;
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
