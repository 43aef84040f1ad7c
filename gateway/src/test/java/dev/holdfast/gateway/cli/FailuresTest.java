package dev.holdfast.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.gateway.config.ConfigException;
import dev.holdfast.gateway.config.Problem;
import dev.holdfast.gateway.journal.StoreException;
import dev.holdfast.gateway.journal.StoreFullException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class FailuresTest {

    private final StringWriter said = new StringWriter();

    private int report(Throwable failure) {
        return Failures.report(failure, new PrintWriter(said, true));
    }

    @Test
    void shouldEndAsTheKindOfFailureAsks() {
        Problem problem = new Problem("holdfast.yaml", 1, 2, "wrong", "", "");

        assertThat(report(new ConfigException(List.of(problem)))).isEqualTo(78);
        assertThat(report(new StoreException("no disk"))).isEqualTo(74);
        assertThat(report(new StoreFullException("no room", new IllegalStateException())))
                .isEqualTo(74);
        assertThat(report(new UnreachableException("nobody there"))).isEqualTo(69);
        assertThat(said)
                .hasToString(
                        "holdfast.yaml:1:2: wrong\nholdfast: no disk\nholdfast: no room\nholdfast: nobody there\n");
    }

    @Test
    void shouldAskToReportWhatIsAFaultOfItsOwn() {
        assertThat(report(new IllegalStateException("odd"))).isEqualTo(70);
        assertThat(said.toString())
                .startsWith("holdfast: internal error, please report it:\njava.lang.IllegalStateException: odd\n")
                .contains("\tat dev.holdfast.gateway.cli.FailuresTest.");
    }
}
