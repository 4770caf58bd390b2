package dev.probity.client.receipts;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Public keys of Ed25519 that the log's operator published, each as its 32 bytes. */
public final class LogKeys {
  static final int KEY_BYTES = 32;
  static final int SIGNATURE_BYTES = 64;
  /** What an Ed25519 key in DER begins with (RFC 8410). */
  private static final byte[] DER_HEAD = {0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00};
  private static final Pattern BLOCK = Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \\1-----", Pattern.DOTALL);

  private final List<byte[]> keys;

  private LogKeys(List<byte[]> keys) {
    this.keys = keys;
  }

  /**
   * Reads the keys of a PEM file, which "probity log keys --pem" writes.
   *
   * @throws IllegalArgumentException where it holds none, or one of another kind
   */
  public static LogKeys parse(String pem) {
    List<byte[]> found = new ArrayList<>();
    for (Matcher block = BLOCK.matcher(pem); block.find();) {
      found.add(keyIn(block.group(1), block.group(2)));
    }
    if (found.isEmpty()) {
      throw new IllegalArgumentException("the file holds no public key in PEM");
    }
    return new LogKeys(found);
  }

  /** No key: nothing is trusted. */
  public static LogKeys none() {
    return new LogKeys(List.of());
  }

  private static byte[] keyIn(String kind, String base64) {
    byte[] der = {};
    try {
      der = Base64.getMimeDecoder().decode(base64);
    } catch (IllegalArgumentException damaged) {
      // Told below.
    }
    if (!kind.equals("PUBLIC KEY") || der.length != DER_HEAD.length + KEY_BYTES
        || !Arrays.equals(der, 0, DER_HEAD.length, DER_HEAD, 0, DER_HEAD.length)) {
      throw new IllegalArgumentException("a " + kind + " in the file is no public key of Ed25519");
    }
    return Arrays.copyOfRange(der, DER_HEAD.length, der.length);
  }

  List<byte[]> keys() {
    return keys;
  }

  static boolean isSigned(byte[] key, byte[] text, byte[] signature) {
    if (key.length != KEY_BYTES || signature.length != SIGNATURE_BYTES) {
      return false;
    }
    byte[] der = Arrays.copyOf(DER_HEAD, DER_HEAD.length + KEY_BYTES);
    System.arraycopy(key, 0, der, DER_HEAD.length, KEY_BYTES);
    try {
      PublicKey named = KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(der));
      Signature check = Signature.getInstance("Ed25519");
      check.initVerify(named);
      check.update(text);
      return check.verify(signature);
    } catch (GeneralSecurityException noSuchKeyOrForm) {
      return false;
    }
  }
}
