package dev.holdfast.gateway.cli;

import java.security.SecureRandom;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.dataformat.yaml.YAMLFactory;

/**
 * Loads on another core what the start needs a moment later and what takes long to load, in the order in which it is
 * needed.
 */
final class Preload {

    private static final Logger LOG = LoggerFactory.getLogger(Preload.class);

    private Preload() {}

    static void start() {
        Thread thread = new Thread(Preload::loadAll, "preload");
        thread.setDaemon(true);
        thread.start();
    }

    private static void loadAll() {
        load(Preload::parse);
        load(() -> Class.forName("jetbrains.exodus.log.CompressedUnsignedLongByteIterable"));
        load(() -> new SecureRandom().nextLong());
        load(() -> Class.forName("io.netty.channel.nio.NioEventLoop"));
        load(Preload::createChannel);
        load(() -> Class.forName("com.sun.net.httpserver.HttpServer"));
    }

    /** Of no use but that with the first of the process Netty looks for annotations at its handlers. */
    private static Object createChannel() throws ReflectiveOperationException {
        return Class.forName("io.netty.channel.local.LocalChannel")
                .getConstructor()
                .newInstance();
    }

    private static Object parse() {
        try (JsonParser parser = new YAMLFactory().createParser(ObjectReadContext.empty(), "a: [1]")) {
            while (parser.nextToken() != null) {
                // only to have it read
            }
            return parser;
        }
    }

    private static void load(Callable<?> something) {
        try {
            something.call();
        } catch (Exception | LinkageError e) {
            LOG.debug("can't be loaded ahead", e); // who needs it will say so
        }
    }
}
