package dev.holdfast.gateway.config;

import java.util.List;
import java.util.stream.Collectors;

/** The configuration can't be used. Its message is for people and holds all problems; nothing was changed. */
public final class ConfigException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    /** An error of the given problems, in the order in which to show them. */
    public ConfigException(List<Problem> problems) {
        super(problems.stream().map(Problem::render).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    /** What is wrong, at least one. */
    public List<Problem> problems() {
        return problems;
    }
}
