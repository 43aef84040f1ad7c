package dev.holdfast.gateway.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Addresses to listen on. Never asks a name server: a host name other than localhost is left unresolved. */
final class Addresses {

    /** What an address looks like. */
    static final String PATTERN = "(\\[[^\\]]*\\]|[^:]*):([0-9]{1,5})";

    private static final Pattern HOST_AND_PORT = Pattern.compile(PATTERN);
    private static final Pattern TARGET = Pattern.compile("[a-z]+://(\\[[^\\]]*]|[^:/]*):([0-9]{1,5})(?:/.*)?");
    private static final String BYTE = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
    private static final Pattern IPV4 = Pattern.compile("(" + BYTE + "\\.){3}" + BYTE);
    private static final Pattern NUMBERS_AND_DOTS = Pattern.compile("[0-9.]+");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,252}");
    private static final int MAX_PORT = 65_535;

    private Addresses() {}

    static InetSocketAddress parse(String text) throws Refused {
        Matcher matcher = HOST_AND_PORT.matcher(text);
        if (!matcher.matches()) {
            throw new Refused(
                    text.indexOf(':') != text.lastIndexOf(':') && text.indexOf('[') < 0
                            ? "is not an address: an IPv6 address stands in brackets, [::1]:1883"
                            : "is not an address with a port");
        }
        int port = Integer.parseInt(matcher.group(2));
        if (port > MAX_PORT) {
            throw new Refused("has a port that is too large");
        }
        String host = matcher.group(1);
        if (host.startsWith("[") || NUMBERS_AND_DOTS.matcher(host).matches()) {
            return new InetSocketAddress(literal(host), port);
        }
        if (host.equals("localhost")) {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        }
        if (!NAME.matcher(host).matches()) {
            throw new Refused(host.isEmpty() ? "has no host before the port" : "has a host that can't be one");
        }
        return InetSocketAddress.createUnresolved(host, port);
    }

    private static InetAddress literal(String host) throws Refused {
        try {
            if (host.indexOf(':') >= 0 || IPV4.matcher(host).matches()) { // else Java might look it up as a name
                return InetAddress.getByName(host);
            }
        } catch (UnknownHostException e) {
            // said below
        }
        throw new Refused("has an IP address that can't be one");
    }

    /** Whether who connects to the target, a URL, by an address of this machine would reach the listener. */
    static boolean leadsTo(String target, InetSocketAddress listener) {
        Matcher matcher = TARGET.matcher(target);
        if (!matcher.matches() || Integer.parseInt(matcher.group(2)) != listener.getPort()) {
            return false;
        }
        String host = matcher.group(1);
        boolean here = host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]");
        boolean listensHere = isAny(listener)
                || (!listener.isUnresolved() && listener.getAddress().isLoopbackAddress());
        return (here && listensHere) || host.equals(listener.getHostString());
    }

    /** Whether two URLs with a port lead to the same server, as far as it is plain to see. */
    static boolean same(String one, String other) {
        Matcher first = TARGET.matcher(one);
        Matcher second = TARGET.matcher(other);
        return first.matches()
                && second.matches()
                && first.group(2).equals(second.group(2))
                && host(first.group(1)).equals(host(second.group(1)));
    }

    private static String host(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.equals("[::1]") || lower.startsWith("127.") ? "localhost" : lower;
    }

    /** Whether one of these URLs leads to the same server as one of those. */
    static boolean anySame(List<String> these, List<String> those) {
        return these.stream().anyMatch(one -> those.stream().anyMatch(other -> same(one, other)));
    }

    /** Whether two listeners can't have both. */
    static boolean clash(InetSocketAddress one, InetSocketAddress other) {
        if (one.getPort() == 0 || one.getPort() != other.getPort()) {
            return false;
        }
        return isAny(one) || isAny(other) || one.equals(other);
    }

    private static boolean isAny(InetSocketAddress address) {
        return !address.isUnresolved() && address.getAddress().isAnyLocalAddress();
    }
}
