package dev.holdfast.brokertest.bench;

import java.util.ArrayList;
import java.util.List;

/** The same load on two servers in turn, and what came of it. */
final class Versus {

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
     * @param referenceUrl the other server
     */
    List<Figure> run(GatewayServer gateway, String referenceUrl, String reference, Figure.Target target) {
        Rounds.Result rates = Rounds.run(
                setup.mqttRounds(), () -> round(referenceUrl, referenceP99).perSecond(), () -> stored(gateway));
        return List.of(
                Figure.ratio(load.describe(), rates, reference, target),
                Figure.beside(
                        "the same, p99 of the acknowledgement",
                        subjectP99.subList(1, subjectP99.size()), // behind the round that warms up
                        reference,
                        referenceP99.subList(1, referenceP99.size()),
                        Figure::millis,
                        null));
    }

    private double stored(GatewayServer gateway) {
        long before = gateway.stored();
        Load.Result result = round(gateway.url(), subjectP99);
        long stored = gateway.stored() - before;
        if (stored < result.acknowledged()) {
            throw new IllegalStateException(result.acknowledged() + " were acknowledged and " + stored + " stored");
        }
        return result.perSecond();
    }

    private Load.Result round(String url, List<Double> p99) {
        Load.Result result = load.run(url, "bench");
        p99.add(result.p99());
        return result;
    }
}
