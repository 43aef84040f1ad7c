package dev.holdfast.gateway.load;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;

/**
 * Devices that publish as good devices do: each has a window of unacknowledged messages, and after a lost connection it
 * comes back and sends them again, in order, before anything new. They write down in a ledger what they were told.
 *
 * <p>All devices share one thread. Thread-safe.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a device notices what fails by its channel
public final class Fleet implements AutoCloseable {

    private static final int CONNECT_TIMEOUT_MILLIS = 5_000;

    private final EventLoopGroup group = Sockets.newThread("fleet");
    private final List<Device> devices = new ArrayList<>();
    private final Tally tally = new Tally();

    /** A fleet that waits to be started. */
    public Fleet(FleetOptions options, Ledger ledger) {
        Bootstrap bootstrap = new Bootstrap()
                .group(group)
                .channel(Sockets.kind())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
                .remoteAddress(options.server());
        for (int i = 0; i < options.devices(); i++) {
            Device device = new Device(i, options, ledger, tally, group.next());
            Bootstrap own = bootstrap.clone().handler(new ChannelInitializer<SocketChannel>() {
                @Override
                protected void initChannel(SocketChannel channel) {
                    SSLContext tls = options.tls();
                    if (tls != null) {
                        channel.pipeline().addLast(Tls.client(tls, options.server()));
                    }
                    channel.pipeline().addLast(device.newConnection());
                }
            });
            device.connectWith(own::connect);
            devices.add(device);
        }
    }

    /** Connects all devices; they publish as soon as they may. */
    public void start() {
        devices.forEach(device -> group.execute(device::connect));
    }

    /** Lets the devices send nothing new; what is unacknowledged they still bring home. */
    public void stopPublishing() {
        devices.forEach(device -> group.execute(device::stopPublishing));
    }

    /** Whether every device has sent all that it was to, or was stopped, and has had it all acknowledged. */
    public boolean isDone() {
        return devices.stream().allMatch(Device::isDone);
    }

    /** How many devices are connected now. */
    public long connected() {
        return devices.stream().filter(Device::isConnected).count();
    }

    /** Messages that were sent and neither acknowledged nor refused. */
    public long unacknowledged() {
        return devices.stream().mapToLong(Device::unacknowledged).sum();
    }

    /** What the devices were told, and how long it took. */
    public Tally tally() {
        return tally;
    }

    /** Messages acknowledged so far. */
    public long acknowledged() {
        return devices.stream().mapToLong(Device::acknowledged).sum();
    }

    /**
     * Waits until {@link #isDone()}.
     *
     * @return false if it took longer than the timeout
     */
    public boolean awaitDone(Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (!isDone()) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(5);
        }
        return true;
    }

    /** Ends all devices without goodbye. */
    @Override
    public void close() {
        devices.forEach(Device::end);
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5_000);
    }
}
