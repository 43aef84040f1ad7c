package dev.holdfast.gateway.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Who gets in, and who may publish what.
 *
 * @param users the file of users and hashed passwords; not read by reading the configuration
 * @param publish who may publish what; empty for everybody everything
 */
public record AccessConfig(Optional<Path> users, Optional<List<Rule>> publish) {

    /**
     * What some clients may publish.
     *
     * @param users their names, exact or ending in *; empty for everybody
     * @param clients their client ids, the same
     * @param topics topic filters, in which %u and %c stand for user name and client id
     */
    public record Rule(List<String> users, List<String> clients, List<String> topics) {

        /** Copies the lists. */
        public Rule {
            users = List.copyOf(users);
            clients = List.copyOf(clients);
            topics = List.copyOf(topics);
        }
    }
}
