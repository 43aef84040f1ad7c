package dev.holdfast.gateway.ingest.mqtt;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** The file of a Unix socket. */
final class UnixSocket {

    /** Whoever may write to the socket may publish: the gateway's user and group. */
    private static final String MODE = "rw-rw----";

    private UnixSocket() {}

    /**
     * Removes what a gateway left that was killed.
     *
     * @throws FrontDoorException if the path is taken by something else, or by one that is running
     */
    static void removeLeftover(Path path) {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try {
            Object type = Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
            boolean socket = type instanceof Integer mode && (mode & 0170000) == 0140000;
            if (!socket) {
                throw new FrontDoorException(
                        "can't listen on unix://" + path + ": there is something else, which is no socket", null);
            }
            if (answers(path)) {
                throw new FrontDoorException(
                        "can't listen on unix://" + path + ": another process does; choose another listen.unix.path",
                        null);
            }
            Files.delete(path);
        } catch (IOException e) {
            throw new FrontDoorException("can't listen on unix://" + path + ": " + e, e);
        }
    }

    private static boolean answers(Path path) {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return channel.connect(UnixDomainSocketAddress.of(path));
        } catch (IOException e) {
            return false;
        }
    }

    static void restrict(Path path) {
        try {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(MODE));
        } catch (IOException e) {
            throw new FrontDoorException("the mode of unix://" + path + " can't be set: " + e, e);
        }
    }
}
