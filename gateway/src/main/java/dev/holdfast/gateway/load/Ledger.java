package dev.holdfast.gateway.load;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Keeps account of what a fleet was told is safe, and of what arrived where it should. Thread-safe.
 *
 * <p>Judges by counters: a message is <em>lost</em> if it was acknowledged and never arrived, a <em>duplicate</em> if it
 * arrived before, and <em>out of order</em> if it arrived for the first time after a later one of the same device had.
 */
public final class Ledger {

    private static final class Account {
        private final BitSet acknowledged = new BitSet();
        private final BitSet refused = new BitSet();
        private final BitSet arrived = new BitSet();
        private long sent;
        private long duplicates;
        private long outOfOrder;
        private long misacknowledged;
        private int newest = -1;
    }

    /**
     * The account of all devices together.
     *
     * @param sent messages that were handed to the network at least once
     * @param acknowledged messages that were acknowledged with success
     * @param refused messages that were acknowledged with a refusal
     * @param delivered different messages that arrived
     * @param duplicates arrivals of a message that had arrived before
     * @param lost messages that were acknowledged and did not arrive
     * @param outOfOrder first arrivals after a later message of the same device
     * @param misacknowledged acknowledgements of a message that was not the next to be acknowledged
     * @param damaged arrivals that were not as they had been sent
     */
    public record Balance(
            long sent,
            long acknowledged,
            long refused,
            long delivered,
            long duplicates,
            long lost,
            long outOfOrder,
            long misacknowledged,
            long damaged) {}

    private final List<Account> accounts = new ArrayList<>();
    private final AtomicLong damaged = new AtomicLong();

    /** An empty ledger for devices 0 to n - 1. */
    public Ledger(int devices) {
        for (int i = 0; i < devices; i++) {
            accounts.add(new Account());
        }
    }

    /** Messages up to this number, exclusive, have been handed to the network. */
    public void sent(int device, long upTo) {
        Account account = accounts.get(device);
        synchronized (account) {
            account.sent = Math.max(account.sent, upTo);
        }
    }

    /** A message was acknowledged with success. */
    public void acknowledged(int device, long counter) {
        Account account = accounts.get(device);
        synchronized (account) {
            account.acknowledged.set(Math.toIntExact(counter));
        }
    }

    /** A message was acknowledged with a refusal. */
    public void refused(int device, long counter) {
        Account account = accounts.get(device);
        synchronized (account) {
            account.refused.set(Math.toIntExact(counter));
        }
    }

    /** An acknowledgement came that was not for the oldest unacknowledged message. */
    public void misacknowledged(int device) {
        Account account = accounts.get(device);
        synchronized (account) {
            account.misacknowledged++;
        }
    }

    /** A message has arrived. One that no device of this ledger can have sent is an error. */
    public void arrived(Stamp stamp) {
        if (stamp.device() < 0 || stamp.device() >= accounts.size()) {
            throw new IllegalArgumentException("a message of device " + stamp.device() + " has arrived, there are only "
                    + accounts.size() + " devices");
        }
        Account account = accounts.get(stamp.device());
        int counter = Math.toIntExact(stamp.counter());
        synchronized (account) {
            if (account.arrived.get(counter)) {
                account.duplicates++;
                return;
            }
            account.arrived.set(counter);
            if (counter < account.newest) {
                account.outOfOrder++;
            } else {
                account.newest = counter;
            }
        }
    }

    /** Takes back all arrivals: what was acknowledged is to arrive once more. */
    public void forgetArrivals() {
        for (Account account : accounts) {
            synchronized (account) {
                account.arrived.clear();
                account.newest = -1;
            }
        }
    }

    /** Something has arrived that is no message as a device sent it. */
    public void damaged() {
        damaged.incrementAndGet();
    }

    /** The balance as it is now. */
    public Balance balance() {
        long sent = 0;
        long acknowledged = 0;
        long refused = 0;
        long delivered = 0;
        long duplicates = 0;
        long lost = 0;
        long outOfOrder = 0;
        long misacknowledged = 0;
        for (Account account : accounts) {
            synchronized (account) {
                BitSet missing = (BitSet) account.acknowledged.clone();
                missing.andNot(account.arrived);
                sent += account.sent;
                acknowledged += account.acknowledged.cardinality();
                refused += account.refused.cardinality();
                delivered += account.arrived.cardinality();
                duplicates += account.duplicates;
                lost += missing.cardinality();
                outOfOrder += account.outOfOrder;
                misacknowledged += account.misacknowledged;
            }
        }
        return new Balance(
                sent, acknowledged, refused, delivered, duplicates, lost, outOfOrder, misacknowledged, damaged.get());
    }
}
