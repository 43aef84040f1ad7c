package dev.holdfast.gateway.agent;

import java.time.Duration;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives an agent its thread: steps it, lets it sleep until its signal or until the time that it named, and closes it.
 *
 * <p>An agent that throws is ended: the failure goes to the handler, which decides what it means for the process.
 * Nothing is swallowed and carried on.
 */
public final class AgentRunner implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AgentRunner.class);

    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

    private final Agent agent;
    private final Signal signal;
    private final Consumer<Throwable> onFailure;
    private final Thread thread;
    private volatile boolean running = true;

    private AgentRunner(Agent agent, Signal signal, Consumer<Throwable> onFailure) {
        this.agent = agent;
        this.signal = signal;
        this.onFailure = onFailure;
        this.thread = new Thread(this::run, agent.roleName());
    }

    /**
     * Starts the agent on a thread of its own.
     *
     * @param signal wakes the agent
     * @param onFailure told once, on the agent's thread, when a step or the close throws
     */
    public static AgentRunner start(Agent agent, Signal signal, Consumer<Throwable> onFailure) {
        AgentRunner runner = new AgentRunner(agent, signal, onFailure);
        runner.thread.setDaemon(true);
        runner.thread.start();
        return runner;
    }

    private void run() {
        try {
            while (running) {
                long idleNanos = agent.doWork();
                boolean unused =
                        Thread.interrupted(); // nobody ends an agent so, and a pending one would keep it from sleep
                if (idleNanos > 0) {
                    signal.await(idleNanos);
                }
            }
            agent.onClose();
        } catch (Throwable e) { // whatever it is, the agent's state can't be trusted any more
            onFailure.accept(e);
        }
    }

    /**
     * Ends the agent after its current step and waits for it, but not longer than the given time.
     *
     * @return whether it has ended
     */
    public boolean close(Duration timeout) {
        running = false;
        signal.signal();
        boolean interrupted = false;
        try {
            thread.join(Math.max(1, timeout.toMillis()));
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (thread.isAlive() && !Thread.currentThread().equals(thread)) {
            LOG.warn("agent still busy after its time to close role={} waited={}", agent.roleName(), timeout);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return !thread.isAlive();
    }

    @Override
    public void close() {
        boolean unused = close(CLOSE_TIMEOUT);
    }
}
