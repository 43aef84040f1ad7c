package dev.holdfast.gateway.ingest.mqtt;

import dev.holdfast.gateway.journal.Fragment;
import dev.holdfast.gateway.journal.Topic;

/** A message that can be copied to a {@link Fragment}. */
interface Storable {

    Topic topic();

    /** Bytes of the properties that belong to the message; the topic alias belongs to the connection. */
    int propertiesLength();

    int payloadLength();

    /** Begins a message of this topic and these lengths; false when the fragment has no room for another topic. */
    boolean beginIn(Fragment fragment);

    /** Copies properties and payload to the message just begun. */
    void copyTo(Fragment fragment);
}
