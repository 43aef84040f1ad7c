package dev.holdfast.gateway.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The files that a listener needs for TLS. None of them is read by reading the configuration.
 *
 * @param certificate the certificate and its chain, PEM
 * @param key its private key, PEM
 * @param clientCa whose certificates clients may show, PEM
 * @param clientCertificateRequired whether they must; else they may
 */
public record TlsConfig(Path certificate, Path key, Optional<Path> clientCa, boolean clientCertificateRequired) {}
