package dev.holdfast.gateway.cli;

import dev.holdfast.sink.ProbeStep;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.List;

/** What came of trying out a tap or a sink, for people: √, ‼ or × for each step; ok, !! or no where the terminal can't show those. */
final class ProbeText {

    private static final String INDENT = "         ";

    private final PrintWriter out;
    private final boolean plain;

    ProbeText(PrintWriter out) {
        this(out, charset());
    }

    ProbeText(PrintWriter out, Charset charset) {
        this.out = out;
        this.plain = !charset.newEncoder().canEncode("√‼×");
    }

    /** Of standard output; the JVM names it only when that is a terminal. */
    private static Charset charset() {
        String terminal = System.getProperty("sun.stdout.encoding");
        return terminal == null ? Charset.defaultCharset() : Charset.forName(terminal);
    }

    void print(List<ProbeStep> steps) {
        boolean several = steps.stream().map(ProbeStep::target).distinct().count() > 1;
        String target = "";
        for (ProbeStep step : steps) {
            if (several && !step.target().equals(target)) {
                out.println(INDENT + step.target());
            }
            target = step.target();
            out.println(INDENT + mark(step.result()) + " " + step.name() + "  " + step.text());
            if (!step.hint().isEmpty()) {
                out.println(INDENT + (plain ? "   " : "  ") + step.hint());
            }
        }
    }

    private String mark(ProbeStep.Result result) {
        return switch (result) {
            case OK -> plain ? "ok" : "√";
            case WARNING -> plain ? "!!" : "‼";
            case FAILED -> plain ? "no" : "×";
        };
    }
}
