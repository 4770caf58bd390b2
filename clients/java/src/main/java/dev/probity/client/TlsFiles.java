package dev.probity.client;

import java.nio.file.Path;
import java.util.Objects;

/**
 * Files in PEM that a connection is encrypted by. Files that are renewed are read again within ten seconds and
 * used for the next connection; while one of them is damaged, the last good ones are.
 *
 * @param ca the authority that the server's certificate leads to
 * @param cert the caller's own certificate, with those between it and its authority; null: none
 * @param key the certificate's key in PKCS #8, without a password; null: none
 */
public record TlsFiles(Path ca, Path cert, Path key) {
  /** Cert and key belong together. */
  public TlsFiles {
    Objects.requireNonNull(ca, "ca");
    if (cert == null && key != null) {
      throw new ConfigurationException("cert and key belong together: cert is missing");
    }
    if (cert != null && key == null) {
      throw new ConfigurationException("cert and key belong together: key is missing");
    }
  }

  /** Encrypts without a certificate of the caller's, as for callers with a token. */
  public static TlsFiles of(Path ca) {
    return new TlsFiles(ca, null, null);
  }
}
