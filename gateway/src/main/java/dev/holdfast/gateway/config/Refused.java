package dev.holdfast.gateway.config;

/**
 * A text is not a value of its type. The message continues a sentence that begins with the key and the value, such as
 * "is not a whole number"; it quotes nothing of the text, which may be secret.
 */
final class Refused extends Exception {

    private static final long serialVersionUID = 1L;

    Refused(String complaint) {
        super(complaint);
    }
}
