package dev.holdfast.gateway.demo;

import dev.holdfast.gateway.load.Fleet;
import dev.holdfast.gateway.load.FleetOptions;
import dev.holdfast.gateway.load.Ledger;
import dev.holdfast.gateway.time.Clock;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Runs the demonstration: sensors publish through a gateway to an upstream; the upstream is cut off, the gateway is killed
 * with kill -9, both come back, the backlog drains; then the sensors' counters are compared with what arrived.
 */
public final class Demo implements AutoCloseable {

    private static final int SENSORS = 8;
    private static final int MESSAGES_PER_SECOND = 250;
    private static final int PAYLOAD_BYTES = 256;
    private static final int WINDOW = 64;

    private static final long TICK_MILLIS = 100;
    private static final long REPORT_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long DRAIN_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final int BAR_WIDTH = 12;

    /** What happens to the gateway and its upstream, in this order. */
    private enum Event {
        CUT(0.20),
        KILL(0.40),
        RESTART(0.50),
        RESTORE(0.60);

        /** When, as a part of the whole time. */
        private final double at;

        Event(double at) {
            this.at = at;
        }
    }

    private final long seconds;
    private final Clock clock;
    private final Screen screen;
    private final Ledger ledger = new Ledger(SENSORS);
    private final StandInUpstream upstream;
    private final ChildGateway gateway;
    private final Fleet sensors;
    private final int mqttPort;
    private final int adminPort;
    private final Deque<Event> events = new ArrayDeque<>(List.of(Event.values()));
    private boolean gatewayIsUp = true;
    private boolean quit;

    private Demo(DemoOptions options, Screen screen, Clock clock) throws IOException {
        this.seconds = options.seconds();
        this.clock = clock;
        this.screen = screen;
        this.mqttPort = options.port() == 0 ? freePort() : options.port();
        this.adminPort = freePort();
        this.upstream = new StandInUpstream(ledger);
        upstream.open();
        this.gateway = new ChildGateway(options.command(), options.directory(), mqttPort, adminPort, upstream.port());
        FleetOptions fleet = new FleetOptions(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), mqttPort),
                SENSORS,
                true,
                WINDOW,
                Long.MAX_VALUE,
                MESSAGES_PER_SECOND,
                PAYLOAD_BYTES,
                1,
                "sensors/",
                "sensor-");
        this.sensors = new Fleet(fleet, ledger);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /**
     * Runs it. Interrupting the program ends what it has started, too.
     *
     * @param afterwards what is to be done when the program is interrupted and everything has ended
     * @return whether nothing was lost and the order held
     */
    public static boolean run(DemoOptions options, PrintStream out, Clock clock, Runnable afterwards)
            throws IOException, InterruptedException {
        try (Screen screen = Screen.open(out);
                Demo demo = new Demo(options, screen, clock)) {
            Thread emergency = ending(demo, screen, afterwards);
            Runtime.getRuntime().addShutdownHook(emergency);
            boolean ok = demo.play();
            Runtime.getRuntime().removeShutdownHook(emergency);
            return ok;
        }
    }

    private static Thread ending(Demo demo, Screen screen, Runnable afterwards) {
        return new Thread(
                () -> {
                    demo.close();
                    screen.close();
                    afterwards.run();
                },
                "demo-shutdown");
    }

    @Override
    public void close() {
        sensors.close();
        gateway.close();
        upstream.close();
    }

    private boolean play() throws InterruptedException {
        screen.say(SENSORS + " sensors publish " + text((long) SENSORS * MESSAGES_PER_SECOND)
                + " messages a second with QoS 1 to a gateway on port " + mqttPort + ".");
        screen.say("It forwards them to a stand-in for your cloud broker. Now watch them survive.");
        screen.say("Look at it meanwhile: holdfast status -c " + gateway.config());
        if (screen.isLive()) {
            screen.say("Keys: c cuts off or restores the upstream, k kills or restarts the gateway, q ends early.");
        }
        long start = clock.nanoTime();
        gateway.start();
        say(start, "gateway started, process " + gateway.pid());
        sensors.start();
        publish(start);
        settle(start);
        return judge();
    }

    private void publish(long start) throws InterruptedException {
        long end = start + TimeUnit.SECONDS.toNanos(seconds);
        long reported = start;
        for (long now = start; now < end && !quit; now = clock.nanoTime()) {
            double progress = (now - start) / (double) (end - start);
            Event next = events.peek();
            if (next != null && progress >= next.at) {
                events.remove();
                act(next, start);
            }
            handleKey(start);
            checkGateway();
            reported = report(start, now, progress, reported);
            TimeUnit.MILLISECONDS.sleep(TICK_MILLIS);
        }
    }

    private void handleKey(long start) throws InterruptedException {
        switch (screen.key()) {
            case 'c' -> act(upstream.isOpen() ? Event.CUT : Event.RESTORE, start);
            case 'k' -> act(gatewayIsUp ? Event.KILL : Event.RESTART, start);
            case 'q' -> quit = true;
            default -> {
                // no key, or one without a meaning
            }
        }
    }

    private void act(Event event, long start) throws InterruptedException {
        switch (event) {
            case CUT -> {
                upstream.close();
                say(start, "upstream cut off; the gateway keeps what comes in");
            }
            case RESTORE -> {
                if (!upstream.isOpen()) {
                    upstream.open();
                }
                say(start, "upstream is back; the backlog drains");
            }
            case KILL -> {
                long pid = gateway.pid();
                gatewayIsUp = false;
                gateway.kill();
                say(start, "gateway killed with kill -9, process " + pid + "; the sensors keep what is unacknowledged");
            }
            case RESTART -> {
                if (!gatewayIsUp) {
                    gateway.start();
                    gatewayIsUp = true;
                    say(start, "gateway started again, process " + gateway.pid());
                }
            }
        }
    }

    private void checkGateway() {
        if (gatewayIsUp && !gateway.isAlive()) {
            throw new IllegalStateException("the gateway has ended by itself, its last words:\n" + gateway.logTail());
        }
    }

    /** Brings both back, if they are not, and lets everything that was acknowledged arrive. */
    private void settle(long start) throws InterruptedException {
        act(Event.RESTART, start);
        if (!upstream.isOpen()) {
            act(Event.RESTORE, start);
        }
        sensors.stopPublishing();
        long deadline = clock.nanoTime() + DRAIN_NANOS;
        long reported = 0;
        while (clock.nanoTime() < deadline
                && !(sensors.isDone() && ledger.balance().lost() == 0)) {
            checkGateway();
            reported = report(start, clock.nanoTime(), 1, reported);
            TimeUnit.MILLISECONDS.sleep(TICK_MILLIS);
        }
        say(start, "the sensors have stopped, everything that can arrive has");
    }

    // --- what is shown ------------------------------------------------------------------------------------------

    private void say(long start, String what) {
        screen.say(elapsed(clock.nanoTime() - start) + "  " + what);
    }

    private long report(long start, long now, double progress, long reported) {
        if (screen.isLive()) {
            screen.show(bar(progress) + elapsed(now - start) + "  " + numbers());
            return now;
        }
        if (now - reported >= REPORT_NANOS) {
            screen.say(elapsed(now - start) + "  " + numbers());
            return now;
        }
        return reported;
    }

    private String numbers() {
        Ledger.Balance balance = ledger.balance();
        return "acknowledged " + text(balance.acknowledged()) + "  delivered " + text(balance.delivered())
                + "  waiting " + text(balance.lost()) + (gatewayIsUp ? "" : "  gateway DOWN")
                + (upstream.isOpen() ? "" : "  upstream DOWN");
    }

    private static String bar(double progress) {
        int full = (int) Math.min(BAR_WIDTH, Math.round(progress * BAR_WIDTH));
        return "[" + "#".repeat(full) + "-".repeat(BAR_WIDTH - full) + "]";
    }

    private static String elapsed(long nanos) {
        return String.format(Locale.ROOT, "%5.1fs", nanos / 1e9);
    }

    private static String text(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private boolean judge() {
        Ledger.Balance balance = ledger.balance();
        screen.say("");
        screen.say("By the sensors' own counters:");
        screen.say("  sent          " + text(balance.sent()));
        screen.say("  acknowledged  " + text(balance.acknowledged()));
        screen.say("  delivered     " + text(balance.delivered()));
        screen.say("  duplicates    " + text(balance.duplicates())
                + "  (a crash sends again what was in flight; the user property holdfast tells them apart)");
        screen.say("  out of order  " + text(balance.outOfOrder()));
        screen.say("  lost          " + text(balance.lost()));
        return balance.lost() == 0
                && balance.outOfOrder() == 0
                && balance.misacknowledged() == 0
                && balance.acknowledged() > 0;
    }
}
