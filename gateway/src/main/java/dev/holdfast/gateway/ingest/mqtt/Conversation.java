package dev.holdfast.gateway.ingest.mqtt;

/**
 * What a client's packets mean on one connection: {@link Protocol} where the gateway is the server, {@link GateProtocol}
 * where it stands before one. All methods are called on the connection's event loop.
 */
interface Conversation {

    /** Whether CONNACK has been sent that lets the client in. */
    boolean isConnected();

    /** Who this is, for the log. */
    String describe();

    /** Checks the first byte of a packet as soon as it is there. */
    void checkHeader(int type, int flags);

    /**
     * Reads a packet to which the loop's reader points.
     *
     * @return false when there is no room for it now: it is to be read again, from its beginning, when there is
     */
    boolean read(int type, int flags);

    /** Hands in what the packets read so far have brought. */
    void submit();

    /** What was handed in with these acknowledgements is durable. */
    void durable(AckBatch acks);

    /** Takes no more packets, and ends once everything that was taken is acknowledged. */
    void drain();

    /** Another connection has claimed the client id. */
    void takenOver();

    /** The client takes what is written to it, or has stopped to. */
    void clientTakes(boolean takes);

    /** Tells the client why it is sent away, in the way of its version and state. */
    void sayWhy(MqttException why);

    /** The connection has ended, by whatever reason. Called once. */
    void ended();
}
