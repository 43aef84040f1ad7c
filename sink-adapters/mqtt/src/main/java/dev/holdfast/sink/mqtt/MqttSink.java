package dev.holdfast.sink.mqtt;

import dev.holdfast.sink.Batch;
import dev.holdfast.sink.Link;
import dev.holdfast.sink.Outcome;
import dev.holdfast.sink.Outcomes;
import dev.holdfast.sink.Sink;
import org.jspecify.annotations.Nullable;

/** Publishes to a broker over MQTT 5. Each link is a {@link BrokerLink} of its own. */
final class MqttSink implements Sink {

    private final MqttSinkSettings settings;
    private @Nullable BrokerLink link;

    MqttSink(MqttSinkSettings settings) {
        this.settings = settings;
    }

    @Override
    public String target() {
        return settings.address().toString();
    }

    @Override
    public void connect(Link observer) {
        disconnect();
        BrokerLink next = new BrokerLink(settings, observer);
        link = next;
        next.connect();
    }

    @Override
    public void deliver(Batch batch, Outcomes outcomes) {
        BrokerLink open = link;
        if (open == null) {
            for (int i = 0; i < batch.size(); i++) {
                outcomes.settle(i, Outcome.retry("there is no link to " + settings.address()));
            }
        } else {
            open.deliver(batch, outcomes);
        }
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
