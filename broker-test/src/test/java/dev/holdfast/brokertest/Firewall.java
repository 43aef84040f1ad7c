package dev.holdfast.brokertest;

/**
 * Rules of the kernel for one TCP port of this machine: what goes to it or comes from it vanishes, or is answered with a
 * reset. Needs root. Closing it takes the rules away.
 */
final class Firewall implements AutoCloseable {

    private final String table;
    private final int port;

    Firewall(int port) {
        this.port = port;
        this.table = "holdfast_" + port;
        nft("add table inet " + table);
        nft("add chain inet " + table + " out { type filter hook output priority 0 ; }");
    }

    private static void nft(String command) {
        String unused = ManagedProcess.run("nft", command);
    }

    /** Packets vanish, in both directions, and nobody is told. */
    void drop() {
        open();
        nft("add rule inet " + table + " out tcp dport " + port + " drop");
        nft("add rule inet " + table + " out tcp sport " + port + " drop");
    }

    /** Each packet to the port is answered with a reset. */
    void reset() {
        open();
        nft("add rule inet " + table + " out tcp dport " + port + " reject with tcp reset");
    }

    /** Everything passes. */
    void open() {
        nft("flush table inet " + table);
    }

    @Override
    public void close() {
        nft("delete table inet " + table);
    }
}
