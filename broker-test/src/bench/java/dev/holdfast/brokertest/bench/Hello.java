package dev.holdfast.brokertest.bench;

/** The least that a JVM can do: says that it is there. */
final class Hello {

    private Hello() {}

    /** Says it. */
    public static void main(String[] args) {
        System.out.println("hello");
    }
}
