package dev.probity.client.receipts;

import static dev.probity.client.receipts.LogKeys.isSigned;

import com.google.protobuf.ByteString;
import dev.probity.v1.EvidenceFault;
import dev.probity.v1.KeyHistory;
import dev.probity.v1.KeyRevocation;
import dev.probity.v1.KeyRotation;
import dev.probity.v1.LogHead;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

/**
 * The keys of one log. Trust goes from a key to the one that it names as its follower, never back. A revoked key is trusted
 * for heads up to the size that the revocation names, and so are the followers that it named up to there. Rules and words are
 * those of the server's evidence/trust.h. Sizes are unsigned.
 */
final class KeyRing {
  private static final int LOG_ID_BYTES = 16;

  /** A key as the statements of the log tell of it. */
  private static final class LogKey {
    final byte[] bytes;
    boolean trusted;
    long firstSize; // named by the key before it
    long lastSize = -1; // replaced then; the largest: never
    long revokedAfter = -1;

    LogKey(byte[] bytes) {
      this.bytes = bytes;
    }
  }

  private final ByteString logId;
  private final Map<ByteString, LogKey> keys = new HashMap<>(); // by id
  private final Map<ByteString, KeyRotation> rotations = new HashMap<>(); // by the key that goes

  private KeyRing(ByteString logId) {
    this.logId = logId;
  }

  /**
   * Fails where the head may not be believed.
   *
   * @param cameWith the keys in the receipt
   * @param trusted what the verifier brings along
   * @param known what else it knows of the keys
   */
  static void checkHead(LogHead head, KeyHistory cameWith, LogKeys trusted, KeyHistory known) throws Fault {
    String field = malformed(head);
    if (field != null) {
      throw new Fault(EvidenceFault.EVIDENCE_FAULT_MALFORMED, "the head's field " + field + " is missing or malformed");
    }
    KeyRing ring = new KeyRing(head.getLogId());
    for (byte[] key : trusted.keys()) {
      ring.know(key).trusted = true;
    }
    ring.add(known, "the verifier's");
    ring.add(cameWith, "the log's");
    ring.spreadTrust();
    ring.check(head);
  }

  private static String malformed(LogHead head) {
    if (head.getLogId().size() != LOG_ID_BYTES) {
      return "log_id";
    }
    if (head.getRootHash().size() != SignedBytes.HASH_BYTES) {
      return "root_hash";
    }
    if (head.getKeyId().size() != SignedBytes.HASH_BYTES) {
      return "key_id";
    }
    if (head.getSignature().size() != LogKeys.SIGNATURE_BYTES) {
      return "signature";
    }
    return SignedBytes.micros(head.getTime()).isEmpty() ? "time" : null;
  }

  /** Takes statements in; whose begins the explanation of a fault. */
  private void add(KeyHistory history, String whose) throws Fault {
    KeyRotation before = null;
    for (KeyRotation rotation : history.getRotationsList()) {
      refuse(rotationFault(rotation, before), whose + " rotation ");
      take(rotation);
      before = rotation;
    }
    for (KeyRevocation revocation : history.getRevocationsList()) {
      refuse(revocationFault(revocation), whose + " revocation ");
      LogKey key = keys.get(revocation.getKeyId());
      key.revokedAfter = smaller(key.revokedAfter, revocation.getLastTrustedTreeSize());
    }
  }

  private static void refuse(String wrong, String what) throws Fault {
    if (wrong != null) {
      throw new Fault(EvidenceFault.EVIDENCE_FAULT_KEY_STATEMENT, what + wrong);
    }
  }

  private String rotationFault(KeyRotation rotation, KeyRotation before) {
    KeyRotation known = rotations.get(rotation.getFromKey());
    byte[] text = SignedBytes.rotation(rotation);
    if (!rotation.getLogId().equals(logId)) {
      return "is of another log";
    }
    if (rotation.getToKey().size() != LogKeys.KEY_BYTES || SignedBytes.micros(rotation.getTime()).isEmpty()) {
      return "is malformed";
    }
    if (!isSigned(rotation.getFromKey().toByteArray(), text, rotation.getSignature().toByteArray())) {
      return "has a wrong signature";
    }
    if (before != null && (!before.getToKey().equals(rotation.getFromKey())
        || Long.compareUnsigned(before.getTreeSize(), rotation.getTreeSize()) > 0)) {
      return "does not begin where the one before it ends";
    }
    return known != null && !Arrays.equals(SignedBytes.rotation(known), text)
        ? "contradicts another one of the same key" : null;
  }

  private String revocationFault(KeyRevocation revocation) {
    byte[] signer = revocation.getSignerKey().toByteArray();
    if (!revocation.getLogId().equals(logId)) {
      return "is of another log";
    }
    if (SignedBytes.micros(revocation.getTime()).isEmpty()) {
      return "is malformed";
    }
    if (!keys.containsKey(revocation.getKeyId())) {
      return "is of a key that nothing else names";
    }
    if (!keys.containsKey(idOf(signer))) {
      return "is signed by an unknown key";
    }
    return isSigned(signer, SignedBytes.revocation(revocation), revocation.getSignature().toByteArray())
        ? null : "has a wrong signature";
  }

  private void take(KeyRotation rotation) {
    LogKey gone = know(rotation.getFromKey().toByteArray());
    LogKey follows = know(rotation.getToKey().toByteArray());
    gone.lastSize = smaller(gone.lastSize, rotation.getTreeSize());
    if (Long.compareUnsigned(follows.firstSize, rotation.getTreeSize()) < 0) {
      follows.firstSize = rotation.getTreeSize();
    }
    rotations.put(rotation.getFromKey(), rotation);
  }

  private LogKey know(byte[] key) {
    return keys.computeIfAbsent(idOf(key), id -> new LogKey(key));
  }

  private static ByteString idOf(byte[] key) {
    return ByteString.copyFrom(SignedBytes.hash(key));
  }

  private static long smaller(long one, long other) {
    return Long.compareUnsigned(one, other) < 0 ? one : other;
  }

  /** Called when all is added. Each round reaches one key further. */
  private void spreadTrust() {
    for (int round = 0; round < rotations.size(); round++) {
      for (KeyRotation rotation : rotations.values()) {
        LogKey key = know(rotation.getFromKey().toByteArray());
        if (key.trusted && Long.compareUnsigned(rotation.getTreeSize(), key.revokedAfter) <= 0) {
          know(rotation.getToKey().toByteArray()).trusted = true;
        }
      }
    }
  }

  private void check(LogHead head) throws Fault {
    LogKey key = keys.get(head.getKeyId());
    String name = "the key " + HexFormat.of().formatHex(head.getKeyId().toByteArray());
    long size = head.getTreeSize();
    if (key == null) {
      throw new Fault(EvidenceFault.EVIDENCE_FAULT_KEY_NOT_TRUSTED, "the head is signed by " + name
          + ", which is none of the trusted ones and not named by one");
    }
    if (!isSigned(key.bytes, SignedBytes.head(head), head.getSignature().toByteArray())) {
      throw new Fault(EvidenceFault.EVIDENCE_FAULT_HEAD_SIGNATURE, "the signature of the head does not fit the head");
    }
    if (!key.trusted) {
      throw new Fault(EvidenceFault.EVIDENCE_FAULT_KEY_NOT_TRUSTED, "no trusted key leads to " + name
          + " of the head; a rotation by a key that was revoked before does not count");
    }
    if (Long.compareUnsigned(size, key.revokedAfter) > 0) {
      throw new Fault(EvidenceFault.EVIDENCE_FAULT_KEY_REVOKED, name + " was revoked: heads up to size "
          + Long.toUnsignedString(key.revokedAfter) + " are valid, this one has " + Long.toUnsignedString(size));
    }
    if (Long.compareUnsigned(size, key.firstSize) < 0 || Long.compareUnsigned(size, key.lastSize) > 0) {
      throw new Fault(EvidenceFault.EVIDENCE_FAULT_KEY_NOT_IN_USE, name + " did not sign for the log at size "
          + Long.toUnsignedString(size) + ": it was replaced before, or took over later");
    }
  }
}
