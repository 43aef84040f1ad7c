package dev.holdfast.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DescriptorsTest {

    private static String limits(String openFiles) {
        return """
                Limit                     Soft Limit           Hard Limit           Units
                Max processes             94114                94114                processes
                Max open files            %-20s 1048576              files
                Max locked memory         8388608              8388608              bytes
                """.formatted(openFiles);
    }

    @ParameterizedTest
    @CsvSource({
        "10_000, 1, 1048576, 10_000",
        "10_000, 1, 10256, 10_000",
        "10_000, 1, 10255, 9_999",
        "10_000, 1, 1024, 768",
        "10_000, 2, 1024, 384",
        "10_000, 1, 300, 150",
        "100, 1, 1024, 100",
        "10_000, 2, unlimited, 10_000"
    })
    void shouldLeaveDescriptorsForTheStore(int wanted, int each, String openFiles, int connections) {
        assertThat(Descriptors.connections(wanted, each, limits(openFiles))).isEqualTo(connections);
    }

    @Test
    void shouldTakeWhatIsWantedWhereNothingIsKnown() {
        assertThat(Descriptors.connections(10_000, 1, "")).isEqualTo(10_000);
    }

    @Test
    void shouldKnowTheLimitOfThisProcess() {
        assertThat(Descriptors.connections(Integer.MAX_VALUE, 1)).isLessThan(Integer.MAX_VALUE);
    }
}
