package dev.probity.client.receipts;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import dev.probity.v1.ActReceipt;
import dev.probity.v1.InclusionProof;
import dev.probity.v1.KeyHistory;
import dev.probity.v1.KeyRevocation;
import dev.probity.v1.KeyRotation;
import dev.probity.v1.LogHead;
import dev.probity.v1.Receipt;
import dev.probity.v1.TimestampedHead;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.OptionalLong;

/**
 * The bytes that are hashed and signed; described in the server's evidence/signed_bytes.h and in docs/EVIDENCE.md. Each field
 * is its length in four bytes, big endian, and its content; a number is a field of eight bytes.
 */
final class SignedBytes {
  static final int HASH_BYTES = 32;
  static final int SALT_BYTES = 32;
  private static final long FIRST_SECOND = -62135596800L; // the years 1 to 9999
  private static final long LAST_SECOND = 253402300799L;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  private SignedBytes() {}

  static byte[] hash(byte[]... parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (byte[] part : parts) {
        digest.update(part);
      }
      return digest.digest();
    } catch (NoSuchAlgorithmException never) { // Every Java has it.
      throw new IllegalStateException(never);
    }
  }

  /** Whole microseconds since 1970; empty for any other instant. */
  static OptionalLong micros(Timestamp time) {
    boolean isInstant = time.getSeconds() >= FIRST_SECOND && time.getSeconds() <= LAST_SECOND && time.getNanos() >= 0
        && time.getNanos() < 1_000_000_000 && time.getNanos() % 1000 == 0;
    return isInstant ? OptionalLong.of(time.getSeconds() * 1_000_000 + time.getNanos() / 1000) : OptionalLong.empty();
  }

  private SignedBytes field(byte[] data) {
    bytes.writeBytes(ByteBuffer.allocate(4).putInt(data.length).array());
    bytes.writeBytes(data);
    return this;
  }

  private SignedBytes field(ByteString data) {
    return field(data.toByteArray());
  }

  private SignedBytes field(String text) {
    return field(text.getBytes(StandardCharsets.UTF_8));
  }

  private SignedBytes number(long value) {
    return field(ByteBuffer.allocate(8).putLong(value).array());
  }

  private SignedBytes time(Timestamp time) {
    return number(micros(time).orElse(0));
  }

  private byte[] all() {
    return bytes.toByteArray();
  }

  static byte[] instant(Timestamp time) {
    return new SignedBytes().time(time).all();
  }

  static byte[] head(LogHead head) {
    return new SignedBytes().field("probity.v1.LogHead").field(head.getLogId()).number(head.getTreeSize())
        .field(head.getRootHash()).time(head.getTime()).field(head.getKeyId()).all();
  }

  static byte[] signedHead(LogHead head) {
    return new SignedBytes().field(head(head)).field(head.getSignature()).all();
  }

  static byte[] rotation(KeyRotation rotation) {
    return new SignedBytes().field("probity.v1.KeyRotation").field(rotation.getLogId()).field(rotation.getFromKey())
        .field(rotation.getToKey()).number(rotation.getTreeSize()).time(rotation.getTime()).all();
  }

  static byte[] revocation(KeyRevocation revocation) {
    return new SignedBytes().field("probity.v1.KeyRevocation").field(revocation.getLogId()).field(revocation.getKeyId())
        .number(revocation.getLastTrustedTreeSize()).time(revocation.getTime()).field(revocation.getSignerKey()).all();
  }

  static byte[] keys(KeyHistory keys) {
    SignedBytes all = new SignedBytes();
    for (KeyRotation rotation : keys.getRotationsList()) {
      all.field(rotation(rotation)).field(rotation.getSignature());
    }
    for (KeyRevocation revocation : keys.getRevocationsList()) {
      all.field(revocation(revocation)).field(revocation.getSignature());
    }
    return all.all();
  }

  static byte[] inclusion(InclusionProof proof) {
    SignedBytes all = new SignedBytes().number(proof.getLeafIndex()).number(proof.getTreeSize());
    for (ByteString value : proof.getHashesList()) {
      all.field(value);
    }
    return all.all();
  }

  static byte[] timestamp(TimestampedHead stamp) {
    return new SignedBytes().field(signedHead(stamp.getHead())).field(inclusion(stamp.getInclusion()))
        .field(stamp.getToken()).all();
  }

  /** The hash of the leaf that the decision is. */
  static byte[] leaf(Receipt receipt) {
    byte[] text = new SignedBytes().field("probity.v1.Decision").field(receipt.getDecision()).time(receipt.getTime())
        .field(receipt.getBundleDigest()).field(hash(receipt.getCore().toByteArray())).all();
    return leaf(receipt.getSalt(), text);
  }

  /** The hash of the leaf that the act is. */
  static byte[] leaf(ActReceipt receipt) {
    byte[] text = new SignedBytes().field("probity.v1.Act").field(receipt.getAct()).time(receipt.getTime())
        .field(hash(receipt.getCore().toByteArray())).all();
    return leaf(receipt.getSalt(), text);
  }

  private static byte[] leaf(ByteString salt, byte[] text) {
    return hash(new byte[] {0}, hash(salt.toByteArray(), text));
  }
}
