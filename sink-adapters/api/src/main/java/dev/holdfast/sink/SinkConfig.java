package dev.holdfast.sink;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The values of a sink's {@link Option}s, each checked by itself. Asking for a key that is no option is an error. */
public interface SinkConfig {

    /** Value of a text option that is required or has a default. */
    String text(String option);

    /** Value of a text option that may be left out. */
    Optional<String> optionalText(String option);

    /** Values of a text option that may have several, in their order; none when it was left out. */
    List<String> texts(String option);

    /** Value of a number option. */
    long number(String option);

    /** Value of a flag option. */
    boolean flag(String option);

    /** Value of a duration option. */
    Duration duration(String option);
}
