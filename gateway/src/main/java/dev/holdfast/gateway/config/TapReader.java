package dev.holdfast.gateway.config;

import dev.holdfast.sink.SinkConfigException;
import dev.holdfast.tap.Tap;
import dev.holdfast.tap.TapContext;
import dev.holdfast.tap.TapFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the taps by the options that their adapter describes. */
final class TapReader {

    private final Optional<TapFactory> factory;
    private final ListenConfig listen;
    private final Problems problems;

    TapReader(SinkTypes types, ListenConfig listen, Problems problems) {
        this.factory = types.taps();
        this.listen = listen;
        this.problems = problems;
    }

    /** A tap, and what is known of it when its adapter could make it. */
    record Read(Fields fields, TapConfig config, List<String> addresses, boolean seesIdentity) {}

    /** The taps of the file, those that could be read. */
    List<Read> read(List<Fields> all, String gatewayId) {
        List<Read> taps = new ArrayList<>();
        Names names = new Names("tap", "its session at the broker", problems);
        for (Fields tap : all) {
            Optional<String> name = tap.require(Layout.TAP_NAME);
            Optional<List<String>> topics = tap.requireList(Layout.TAP_TOPICS);
            name.ifPresent(text -> {
                names.add(text, tap);
                refuseReserved(text, tap);
            });
            topics.ifPresent(filters -> checkReach(tap, filters));
            factory.flatMap(adapter -> read(tap, adapter, gatewayId, name, topics))
                    .ifPresent(taps::add);
        }
        if (factory.isEmpty() && !all.isEmpty()) {
            problems.add(all.get(0).place(), "there is no adapter that makes taps");
        }
        return taps;
    }

    private void refuseReserved(String name, Fields tap) {
        if (name.equals(RouteFrom.FRONT_DOOR) || name.equals(RouteFrom.GATE)) {
            problems.add(
                    tap.place(Layout.TAP_NAME.name()).orElse(tap.place()),
                    tap.path(Layout.TAP_NAME.name()) + " is what listeners are called where a route says from",
                    "give the tap another name");
        }
    }

    /** What matches two filters comes twice from some brokers. */
    private void checkReach(Fields tap, List<String> filters) {
        for (int i = 0; i < filters.size(); i++) {
            for (int j = 0; j < filters.size(); j++) {
                String one = TopicFilters.withoutGroup(filters.get(i));
                String other = TopicFilters.withoutGroup(filters.get(j));
                if (i != j && TopicFilters.covers(one, other) && !(one.equals(other) && i > j)) {
                    problems.add(
                            tap.place(Layout.TAP_TOPICS.name()).orElse(tap.place()),
                            tap.path(Layout.TAP_TOPICS.name()) + ": what matches " + Shown.quoted(filters.get(j))
                                    + " matches " + Shown.quoted(filters.get(i)) + " too, and would come twice",
                            "leave " + Shown.quoted(filters.get(j)) + " away");
                }
            }
        }
    }

    private Optional<Read> read(
            Fields tap, TapFactory adapter, String gatewayId, Optional<String> name, Optional<List<String>> topics) {
        int before = problems.count();
        OptionValues values = OptionValues.read(tap, adapter.options(), Layout.TAPS.names());
        if (problems.count() > before || name.isEmpty() || topics.isEmpty()) {
            return Optional.empty();
        }
        TapConfig config = new TapConfig(name.get(), topics.get(), values.values());
        try (Tap made = adapter.open(values.values(), new TapContext(gatewayId, name.get(), topics.get()))) {
            Read read = new Read(tap, config, made.addresses(), made.seesIdentity());
            refuseOwn(read);
            return Optional.of(read);
        } catch (SinkConfigException e) {
            problems.add(
                    tap.place(e.option()).orElse(tap.place()),
                    tap.path(e.option()) + ": " + values.withoutSecrets(String.valueOf(e.getMessage())));
            return Optional.empty();
        }
    }

    /** A tap at the gateway's own listener gets nothing; at the broker behind its gate it gets everything twice. */
    private void refuseOwn(Read tap) {
        for (String address : tap.addresses()) {
            if (listen.binds().stream().anyMatch(bind -> Addresses.leadsTo(address, bind))) {
                problems.add(
                        tap.fields().place(),
                        tap.fields().path() + " leads to " + address + ", where this gateway listens itself",
                        "give the address of the broker");
            }
            listen.listeners().stream()
                    .filter(listener -> listener.gate()
                            .filter(gate ->
                                    Addresses.same(address, gate.broker().target()))
                            .filter(gate -> gate.stores(tap.config().topics()))
                            .isPresent())
                    .findFirst()
                    .ifPresent(listener -> problems.add(
                            tap.fields().place(),
                            tap.fields().path() + " is at the broker behind the gate listen." + listener.scheme()
                                    + ": what devices publish through the gate would be stored twice",
                            "take one of the two for these topics; with listen." + listener.scheme()
                                    + ".store the gate keeps only some"));
        }
    }
}
