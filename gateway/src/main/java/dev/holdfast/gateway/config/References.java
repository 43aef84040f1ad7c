package dev.holdfast.gateway.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Puts the content of files and environment variables where a value says {@code ${file:…}} or {@code ${env:…}}. */
final class References {

    private static final ByteSize MAX_FILE = new ByteSize(64 << 10);
    /** What a reference looks like. */
    static final String PATTERN = "\\$\\{(file|env):([^{}]+)\\}";

    private static final Pattern WHOLE = Pattern.compile(PATTERN);
    private static final Pattern PART = Pattern.compile("\\$\\{(file|env):");

    private final Map<String, String> environment;
    private final Problems problems;

    References(Map<String, String> environment, Problems problems) {
        this.environment = environment;
        this.problems = problems;
    }

    /** A reference could not be followed. */
    private static final class Dangling extends Exception {

        private static final long serialVersionUID = 1L;

        Dangling(String message) {
            super(message);
        }
    }

    /** Whether the text as a whole stands for something else. */
    static boolean isReference(String text) {
        return WHOLE.matcher(text).matches();
    }

    /**
     * The value that a scalar stands for; empty after a problem.
     *
     * @param path which key it is the value of, for people
     * @param secret whether it must never be shown
     */
    Optional<Value> resolve(String path, Node.Scalar scalar, boolean secret) {
        String text = scalar.text();
        Matcher matcher = WHOLE.matcher(text);
        try {
            if (matcher.matches()) {
                String content = "env".equals(matcher.group(1)) ? variable(matcher.group(2)) : file(matcher.group(2));
                return Optional.of(new Value(content, "(from " + Shown.quoted(text) + ")", true));
            }
            if (PART.matcher(text).find()) {
                throw new Dangling("${file:…} and ${env:…} must be complete and the whole of a value");
            }
        } catch (Dangling e) {
            problems.add(scalar.place(), path + ": " + e.getMessage());
            return Optional.empty();
        }
        return Optional.of(new Value(text, secret ? "(not shown)" : Shown.quoted(text), secret));
    }

    private String variable(String name) throws Dangling {
        String content = environment.get(name);
        if (content == null) {
            throw new Dangling("there is no environment variable " + Shown.quoted(name));
        }
        return content;
    }

    private static String file(String name) throws Dangling {
        try {
            TextFile file = TextFile.read(Path.of(name), MAX_FILE);
            if (!file.utf8()) {
                throw new Dangling("file " + Shown.quoted(name) + " is not UTF-8 text");
            }
            return withoutLineBreak(file.text());
        } catch (TextFile.Unreadable e) {
            throw new Dangling("file " + Shown.quoted(name) + " " + e.why());
        } catch (InvalidPathException e) {
            throw new Dangling(Shown.quoted(name) + " is no path on this machine");
        }
    }

    private static String withoutLineBreak(String text) {
        int end = text.length();
        if (text.endsWith("\n")) {
            end -= text.endsWith("\r\n") ? 2 : 1;
        }
        return text.substring(0, end);
    }
}
