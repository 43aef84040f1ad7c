package dev.holdfast.gateway.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Users and their hashed passwords, in the form of Apache's htpasswd: {@code name:$2b$10$…}, one a line; empty lines and
 * those that begin with # are passed over. Of the hashes that htpasswd knows only bcrypt is taken: the others are no match
 * for the computers of today. Immutable.
 */
public final class Users {

    /** Cheaper ones are soon guessed; dearer ones would keep a small box busy for seconds. */
    static final int MIN_COST = 8;

    static final int MAX_COST = 14;

    private static final Pattern BCRYPT = Pattern.compile("\\$2[aby]\\$([0-9]{2})\\$[./A-Za-z0-9]{53}");

    private final Map<String, String> hashes;

    private Users(Map<String, String> hashes) {
        this.hashes = hashes;
    }

    /**
     * Reads the content of a file.
     *
     * @throws IllegalArgumentException with what is wrong and in which line; shows nothing of a hash
     */
    public static Users parse(byte[] content) {
        Map<String, String> hashes = new LinkedHashMap<>();
        List<String> lines = text(content).lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (!line.isBlank() && !line.startsWith("#")) {
                add(line, i + 1, hashes);
            }
        }
        if (hashes.isEmpty()) {
            throw new IllegalArgumentException("there is no user in it; add one by: holdfast passwd -f FILE NAME");
        }
        return new Users(hashes);
    }

    private static String text(byte[] content) {
        try {
            return UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("it is not UTF-8 text", e);
        }
    }

    private static void add(String line, int number, Map<String, String> hashes) {
        int colon = line.indexOf(':');
        if (colon < 0) {
            throw wrong(number, "has no colon; it must be NAME:HASH");
        }
        String name = line.substring(0, colon);
        String why = whyNoName(name);
        if (!why.isEmpty()) {
            throw wrong(number, "has a name that " + why);
        }
        checkHash(line.substring(colon + 1), number);
        if (hashes.put(name, line.substring(colon + 1)) != null) {
            throw wrong(number, "names \"" + name + "\" a second time");
        }
    }

    /** Why something can't be the name of a user, empty when it can. */
    public static String whyNoName(String name) {
        if (name.isEmpty()) {
            return "is empty";
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == ':' || c == '+' || c == '#' || c == '/' || Character.isISOControl(c)) {
                return "has a character that can't be in one: : + # / and control characters, since names stand in topics";
            }
        }
        return "";
    }

    private static void checkHash(String hash, int number) {
        var bcrypt = BCRYPT.matcher(hash);
        if (!bcrypt.matches()) {
            throw wrong(number, "has no bcrypt hash; make it by holdfast passwd, or by htpasswd -B");
        }
        int cost = Integer.parseInt(bcrypt.group(1));
        if (cost < MIN_COST || cost > MAX_COST) {
            throw wrong(
                    number,
                    "has a hash of cost " + cost + ", allowed are " + MIN_COST + " to " + MAX_COST
                            + "; make it anew by holdfast passwd");
        }
    }

    private static IllegalArgumentException wrong(int line, String what) {
        return new IllegalArgumentException("line " + line + " " + what);
    }

    /** The hash of a user's password, null when there is no such user. */
    @Nullable
    String hash(String name) {
        return hashes.get(name);
    }

    /** How many there are. */
    public int count() {
        return hashes.size();
    }
}
