package dev.holdfast.brokertest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Scanner;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Ports for tests are nobody else's, also while nobody listens on them. */
class PortsTest {

    private static final int SOME = 200;

    @Test
    void shouldGiveOnlyPortsThatTheKernelDoesNotGive() throws IOException {
        int first = firstOfTheKernel();
        Set<Integer> given = new HashSet<>();

        for (int i = 0; i < SOME; i++) {
            int port = Ports.free();
            assertThat(port).isBetween(1_024, first - 1);
            given.add(port);
        }

        assertThat(given).as("none twice").hasSize(SOME);
    }

    private static int firstOfTheKernel() throws IOException {
        try (Scanner range = new Scanner(Path.of("/proc/sys/net/ipv4/ip_local_port_range"), UTF_8)) {
            return range.nextInt();
        }
    }
}
