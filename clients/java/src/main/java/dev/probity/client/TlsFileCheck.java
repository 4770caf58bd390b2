package dev.probity.client;

import io.grpc.util.CertificateUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.regex.Pattern;

/** Says of files what a handshake would only say by a closed connection. */
final class TlsFileCheck {
  private static final Pattern OTHER_KEY = Pattern.compile("-----BEGIN [A-Z]+ PRIVATE KEY-----");

  private TlsFileCheck() {}

  static void check(TlsFiles files) {
    certificates("ca", files.ca());
    if (files.cert() != null) {
      checkPair(files);
    }
  }

  private static void checkPair(TlsFiles files) {
    X509Certificate own = certificates("cert", files.cert())[0];
    PrivateKey key = privateKey(files.key());
    try {
      if (belongTogether(own.getPublicKey(), key)) {
        return;
      }
    } catch (GeneralSecurityException notOfOneKind) {
      // Told below.
    }
    throw new ConfigurationException(files.key() + " is not the key of " + files.cert());
  }

  private static boolean belongTogether(PublicKey named, PrivateKey key) throws GeneralSecurityException {
    Signature signature = Signature.getInstance(switch (named.getAlgorithm()) {
      case "RSA" -> "SHA256withRSA";
      case "EC" -> "SHA256withECDSA";
      default -> named.getAlgorithm();
    });
    signature.initSign(key);
    byte[] signed = signature.sign();
    signature.initVerify(named);
    return signature.verify(signed);
  }

  private static X509Certificate[] certificates(String name, Path path) {
    try (InputStream text = new ByteArrayInputStream(read(name, path).getBytes(StandardCharsets.UTF_8))) {
      X509Certificate[] found = CertificateUtils.getX509Certificates(text);
      if (found.length > 0) {
        return found;
      }
    } catch (IOException | GeneralSecurityException unreadable) {
      throw new ConfigurationException(name + ": " + path + " holds no certificate in PEM", unreadable);
    }
    throw new ConfigurationException(name + ": " + path + " holds no certificate in PEM");
  }

  private static PrivateKey privateKey(Path path) {
    String text = read("key", path);
    if (text.contains("ENCRYPTED")) {
      throw new ConfigurationException("key: " + path + " is encrypted; give it without a password");
    }
    if (OTHER_KEY.matcher(text).find()) {
      throw new ConfigurationException("key: " + path
          + " is not in PKCS #8; change it by: openssl pkcs8 -topk8 -nocrypt -in OLD -out NEW");
    }
    if (!text.contains("-----BEGIN PRIVATE KEY-----")) {
      throw new ConfigurationException("key: " + path + " holds no private key in PEM");
    }
    try (InputStream stream = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8))) {
      return CertificateUtils.getPrivateKey(stream);
    } catch (IOException | GeneralSecurityException | RuntimeException damaged) {
      throw new ConfigurationException("key: " + path + " is damaged", damaged);
    }
  }

  private static String read(String name, Path path) {
    try {
      return new String(Files.readAllBytes(path), StandardCharsets.ISO_8859_1);
    } catch (IOException unreadable) {
      throw new ConfigurationException(name + ": " + path + " cannot be read: " + unreadable, unreadable);
    }
  }
}
