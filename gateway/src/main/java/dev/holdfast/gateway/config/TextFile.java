package dev.holdfast.gateway.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * What was read from a small file of text.
 *
 * @param text its text without a byte order mark, or as much of it as is UTF-8
 * @param utf8 whether that is all of it
 */
record TextFile(String text, boolean utf8) {

    private static final String BYTE_ORDER_MARK = "\uFEFF";

    /** The file can't be read. */
    static final class Unreadable extends Exception {

        private static final long serialVersionUID = 1L;

        private final String why;

        private Unreadable(String why) {
            super(why);
            this.why = why;
        }

        /** What is the matter with the file, as it would follow its name. */
        String why() {
            return why;
        }
    }

    static TextFile read(Path file, ByteSize limit) throws Unreadable {
        if (Files.isDirectory(file)) {
            throw new Unreadable("is a directory, not a file");
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(Math.toIntExact(limit.bytes()) + 1);
            if (bytes.length > limit.bytes()) {
                throw new Unreadable("is larger than " + limit);
            }
            return decode(bytes);
        } catch (NoSuchFileException e) {
            throw new Unreadable("does not exist");
        } catch (AccessDeniedException e) {
            throw new Unreadable("must not be read by the user that runs this");
        } catch (FileSystemException e) {
            throw new Unreadable("can't be read: " + e.getReason());
        } catch (IOException e) {
            throw new Unreadable("can't be read: " + e.getMessage());
        }
    }

    private static TextFile decode(byte[] bytes) {
        CharsetDecoder decoder = UTF_8.newDecoder();
        CharBuffer out = CharBuffer.allocate(bytes.length);
        CoderResult result = decoder.decode(ByteBuffer.wrap(bytes), out, true);
        String text = out.flip().toString();
        return new TextFile(
                text.startsWith(BYTE_ORDER_MARK) ? text.substring(BYTE_ORDER_MARK.length()) : text, !result.isError());
    }
}
