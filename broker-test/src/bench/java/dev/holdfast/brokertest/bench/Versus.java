package dev.holdfast.brokertest.bench;

import java.util.ArrayList;
import java.util.List;

/** The same load on two servers in turn, and what came of it. */
final class Versus {

    private static final String TOPIC = "bench";

    private final Load load;
    private final Setup setup;
    private final List<Double> subjectP99 = new ArrayList<>();
    private final List<Double> referenceP99 = new ArrayList<>();

    Versus(Setup setup, Load load) {
        this.setup = setup;
        this.load = load;
    }

    /** A load as long as the form of the benchmark wants it. */
    static Load load(Setup setup, int clients, int window) {
        return new Load(clients, window, 0, setup.quick() ? 3 : 20, setup.quick() ? 1 : 3);
    }

    /**
     * Measures: a figure for the rate and one for the latency.
     *
     * @param gateway what stores and must have stored all that it acknowledged
     * @param peer the other server, which must have received all that it acknowledged
     */
    List<Figure> run(GatewayServer gateway, Peer peer, Figure.Target target) {
        Rounds.Result rates = Rounds.run(setup.mqttRounds(), () -> received(peer), () -> stored(gateway));
        peer.checkReceived();
        return List.of(
                Figure.ratio(load.describe(), rates, peer.name(), target),
                Figure.beside(
                        "the same, p99 of the acknowledgement",
                        subjectP99.subList(1, subjectP99.size()), // behind the round that warms up
                        peer.name(),
                        referenceP99.subList(1, referenceP99.size()),
                        Figure::millis,
                        null));
    }

    private double received(Peer peer) {
        Load.Result result = peer.run(load, TOPIC);
        referenceP99.add(result.p99());
        return result.perSecond();
    }

    private double stored(GatewayServer gateway) {
        long before = gateway.stored();
        Load.Result result = load.run(gateway.url(), TOPIC);
        subjectP99.add(result.p99());
        long stored = gateway.stored() - before;
        if (stored < result.acknowledged()) {
            throw new IllegalStateException(result.acknowledged() + " were acknowledged and " + stored + " stored");
        }
        return result.perSecond();
    }
}
