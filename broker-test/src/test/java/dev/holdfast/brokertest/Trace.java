package dev.holdfast.brokertest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a process asked of the kernel, as strace wrote it down.
 *
 * <p>The order of lines is an order of events: a thread that strace has stopped goes on only after its line is written, so
 * what one thread does because of another stands below it.
 */
final class Trace {

    /** More than the bytes of one commit of a single device, so that payloads are found in it. */
    private static final String SHOWN_BYTES = "16384";

    private static final Pattern LINE = Pattern.compile("(\\d+) +(.*)");
    private static final Pattern RESUMED = Pattern.compile("<\\.\\.\\. \\w+ resumed>(.*)");
    private static final String UNFINISHED = " <unfinished ...>";
    private static final Pattern CALL = Pattern.compile("(\\w+)\\(\\d+<(.*?)>[,)](.*)", Pattern.DOTALL);
    private static final Pattern RESULT = Pattern.compile(" = (-?\\d+)[^\"]*$");

    private static final Set<String> READS = Set.of("read", "readv", "recvfrom", "pread64");
    private static final Set<String> WRITES = Set.of("write", "writev", "sendto", "pwrite64");
    private static final Set<String> SYNCS = Set.of("fsync", "fdatasync");

    /**
     * A system call on a file or a socket.
     *
     * @param begun line at which it was asked for
     * @param ended line at which the kernel had answered
     * @param name of the call
     * @param file path, or the two ends of a connection, of its descriptor
     * @param data bytes read or written, each as a character
     * @param result -1 for an error
     */
    record Call(int begun, int ended, String name, String file, String data, long result) {

        boolean isRead() {
            return READS.contains(name) && result > 0;
        }

        boolean isWrite() {
            return WRITES.contains(name) && result > 0;
        }

        /** Whether it is a sync, successful or not. */
        boolean isSync() {
            return SYNCS.contains(name);
        }

        /** Whether it is about a file of the store. */
        boolean isOnStoreFile() {
            return file.endsWith(".xd");
        }

        /** Whether it is about a connection that was accepted at the port. */
        boolean isOnConnectionAt(int port) {
            return file.startsWith("TCP") && file.contains(":" + port + "->");
        }
    }

    private Trace() {}

    /** The command to put before another one, for its reads, writes and syncs. */
    static String[] ofDataAndSyncs(Path file) {
        String calls = "read,readv,recvfrom,write,writev,sendto,pwrite64,fsync,fdatasync";
        return strace(file, "-e", "trace=" + calls);
    }

    /** The command to put before another one, for its syncs alone, which costs little time. */
    static String[] ofSyncs(Path file) {
        return strace(file, "-e", "trace=fsync,fdatasync");
    }

    /**
     * Like {@link #ofDataAndSyncs}, but from the n-th sync of each thread on all fail, after a moment in which what the
     * sync before has earned can leave.
     */
    static String[] ofFailingSyncs(Path file, int from) {
        String calls = "read,readv,recvfrom,write,writev,sendto,pwrite64,fsync,fdatasync";
        return strace(
                file,
                "-e",
                "trace=" + calls,
                "-e",
                "inject=fsync,fdatasync:error=EIO:delay_enter=200000:when=" + from + "+");
    }

    /** The command to put before another one to make each sync last so much longer. */
    static String[] slowSyncs(Path file, Duration delay) {
        return strace(
                file,
                "-e",
                "trace=fsync,fdatasync",
                "-e",
                "inject=fsync,fdatasync:delay_enter=" + delay.toNanos() / 1_000);
    }

    private static String[] strace(Path file, String... what) {
        List<String> command = new ArrayList<>(
                List.of("strace", "-f", "--seccomp-bpf", "-q", "-yy", "-x", "-s", SHOWN_BYTES, "-o", file.toString()));
        command.addAll(List.of(what));
        return command.toArray(String[]::new);
    }

    /** Reads what strace has written, after the traced process has ended. */
    static List<Call> read(Path file) {
        try {
            return parse(Files.readAllLines(file, ISO_8859_1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Call> parse(List<String> lines) {
        List<Call> calls = new ArrayList<>();
        Map<String, String> unfinished = new HashMap<>();
        Map<String, Integer> begun = new HashMap<>();
        for (int number = 0; number < lines.size(); number++) {
            Matcher line = LINE.matcher(lines.get(number));
            if (!line.matches()) {
                continue;
            }
            String thread = line.group(1);
            String text = line.group(2);
            if (text.endsWith(UNFINISHED)) {
                unfinished.put(thread, text.substring(0, text.length() - UNFINISHED.length()));
                begun.put(thread, number);
                continue;
            }
            Matcher resumed = RESUMED.matcher(text);
            int from = number;
            if (resumed.matches() && unfinished.containsKey(thread)) {
                text = unfinished.remove(thread) + resumed.group(1);
                from = begun.getOrDefault(thread, number);
            }
            addCall(calls, from, number, text);
        }
        return calls;
    }

    private static void addCall(List<Call> calls, int begun, int ended, String text) {
        Matcher call = CALL.matcher(text);
        Matcher result = RESULT.matcher(text);
        if (call.matches() && result.find()) {
            calls.add(new Call(
                    begun, ended, call.group(1), call.group(2), data(call.group(3)), Long.parseLong(result.group(1))));
        }
    }

    /** The bytes between quotes. Where some can't be printed, strace writes all as \xNN, else with the escapes of C. */
    private static String data(String arguments) {
        StringBuilder data = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < arguments.length(); i++) {
            char c = arguments.charAt(i);
            if (c == '"') {
                quoted = !quoted;
            } else if (quoted && c == '\\') {
                i++;
                boolean hex = arguments.charAt(i) == 'x';
                data.append(hex ? hexByte(arguments, i + 1) : control(arguments.charAt(i)));
                i += hex ? 2 : 0;
            } else if (quoted) {
                data.append(c);
            }
        }
        return data.toString();
    }

    private static char hexByte(String text, int from) {
        return (char) Integer.parseInt(text, from, from + 2, 16);
    }

    private static char control(char letter) {
        return switch (letter) {
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            default -> letter;
        };
    }
}
