package dev.holdfast.gateway;

/** The version of Holdfast that runs. */
public final class Version {

    private Version() {}

    /** As the jar's manifest says; "dev" when the classes did not come from a jar. */
    public static String current() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "dev" : version;
    }
}
