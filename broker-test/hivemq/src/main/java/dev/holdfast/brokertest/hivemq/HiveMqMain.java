package dev.holdfast.brokertest.hivemq;

import com.hivemq.embedded.EmbeddedHiveMQ;
import java.nio.file.Path;

/** Runs HiveMQ CE, which lets everybody in. Its argument is a directory with conf/config.xml, data and extensions. */
public final class HiveMqMain {

    private HiveMqMain() {}

    /** Ends with the process. */
    public static void main(String[] args) {
        Path home = Path.of(args[0]);
        EmbeddedHiveMQ.builder()
                .withConfigurationFolder(home.resolve("conf"))
                .withDataFolder(home.resolve("data"))
                .withExtensionsFolder(home.resolve("extensions"))
                .build()
                .start()
                .whenComplete((started, failure) -> {
                    if (failure != null) {
                        failure.printStackTrace();
                        Runtime.getRuntime().halt(1);
                    }
                })
                .join();
    }
}
