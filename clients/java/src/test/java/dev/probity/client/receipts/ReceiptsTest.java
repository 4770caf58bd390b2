package dev.probity.client.receipts;

import static dev.probity.client.receipts.Golden.flip;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.probity.v1.EvidenceFault;
import dev.probity.v1.KeyHistory;
import dev.probity.v1.Receipt;
import dev.probity.v1.ReceiptVerification;
import dev.probity.v1.TimestampState;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ReceiptsTest {
  private static final KeyHistory NO_HISTORY = KeyHistory.getDefaultInstance();

  private static LogKeys keys;
  private static Receipt plain;
  private static Receipt rotated; // Its key was replaced.

  @BeforeAll
  static void read() throws Exception {
    keys = Golden.keys();
    plain = golden("plain_receipt.json");
    rotated = golden("receipt.json");
  }

  private static Receipt golden(String name) throws Exception {
    return Golden.read(name, Receipt.newBuilder()).build();
  }

  /** The fault's name without its prefix. */
  private static String faultOf(ReceiptVerification verification) {
    boolean proven = Receipts.isProven(verification);
    assertEquals(proven, verification.getExplanation().isEmpty(), verification::toString);
    assertEquals(proven, !verification.getDecision().isEmpty(), verification::toString);
    return verification.getFault().name().replace("EVIDENCE_FAULT_", "");
  }

  private static String faultOf(byte[] file) {
    return faultOf(Receipts.verify(file, keys, NO_HISTORY));
  }

  @Test
  void goldenReceiptsAreProvenInBothForms() throws Exception {
    for (String name : List.of("plain_receipt.json", "receipt.json")) {
      assertEquals("NONE", faultOf(Golden.file(name)), name);
      assertEquals("NONE", faultOf(golden(name).toByteArray()), name);
    }
  }

  @Test
  void saysWhatIsProven() {
    ReceiptVerification expected = ReceiptVerification.newBuilder().setFault(EvidenceFault.EVIDENCE_FAULT_NONE)
        .setDecision(plain.getDecision()).setTime(plain.getTime()).setLogId(plain.getHead().getLogId())
        .setLeafIndex(plain.getInclusion().getLeafIndex()).setTreeSize(plain.getHead().getTreeSize())
        .setHeadTime(plain.getHead().getTime()).setKeyId(plain.getHead().getKeyId())
        .setTimestamp(TimestampState.TIMESTAMP_STATE_NONE).build();
    assertEquals(expected, Receipts.verify(plain, keys, NO_HISTORY));
    assertFalse(Receipts.isProven(null));
    assertFalse(Receipts.isProven(ReceiptVerification.getDefaultInstance()));
  }

  @Test
  void aChangeOfAnyByteIsRefused() {
    byte[] whole = plain.toByteArray();
    for (int place = 0; place < whole.length; place++) {
      whole[place] ^= 1;
      assertNotEquals("NONE", faultOf(whole), "byte " + place);
      whole[place] ^= 1;
    }
  }

  private static void changed(Receipt golden, String fault, String says, Consumer<Receipt.Builder> change) {
    Receipt.Builder receipt = golden.toBuilder();
    change.accept(receipt);
    ReceiptVerification found = Receipts.verify(receipt.build(), keys, NO_HISTORY);
    assertEquals(fault, faultOf(found), found::toString);
    assertTrue(found.getExplanation().contains(says), found::getExplanation);
  }

  @Test
  void changesAndTheirFaults() {
    changed(plain, "NOT_INCLUDED", "issued: core", receipt -> receipt.setCore(flip(receipt.getCore())));
    changed(plain, "NOT_INCLUDED", "issued: bundle digest",
        receipt -> receipt.setBundleDigest(flip(receipt.getBundleDigest())));
    changed(plain, "NOT_INCLUDED", "issued: salt", receipt -> receipt.setSalt(flip(receipt.getSalt())));
    changed(plain, "MALFORMED", "the field salt", Receipt.Builder::clearSalt);
    changed(plain, "MALFORMED", "the field decision", Receipt.Builder::clearDecision);
    changed(plain, "HEAD_SIGNATURE", "does not fit the head",
        receipt -> receipt.getHeadBuilder().setRootHash(flip(receipt.getHead().getRootHash())));
    changed(plain, "MALFORMED", "head's field time",
        receipt -> receipt.getHeadBuilder().getTimeBuilder().setNanos(receipt.getHead().getTime().getNanos() + 1));
    changed(plain, "MALFORMED", "inclusion.tree_size", receipt -> receipt.getInclusionBuilder().setTreeSize(99));
    changed(plain, "MALFORMED", "changed since", Receipt.Builder::clearHead);
    changed(plain, "PART_DIGESTS", "table of digests", receipt -> receipt.removeParts(0));
    changed(plain, "PART_DIGESTS", "table of digests", receipt -> receipt.addParts(receipt.getParts(0)));
    changed(plain, "UNKNOWN_FORMAT", "format 2", receipt -> receipt.setFormat(2));
    changed(plain, "UNKNOWN_FORMAT", "format 4294967295 or", receipt -> receipt.setFormat(-1)); // It is unsigned.
    changed(rotated, "KEY_STATEMENT", "the log's rotation has a wrong signature", receipt -> receipt.getKeysBuilder()
        .getRotationsBuilder(0).setSignature(flip(receipt.getKeys().getRotations(0).getSignature())));
    changed(rotated, "KEY_STATEMENT", "is of another log", receipt -> receipt.getKeysBuilder()
        .getRotationsBuilder(0).setLogId(flip(receipt.getKeys().getRotations(0).getLogId())));
  }

  @Test
  void keysThatNobodyPublishedAndThatWereRevoked() {
    assertEquals("KEY_NOT_TRUSTED", faultOf(Receipts.verify(plain, LogKeys.none(), NO_HISTORY)));
    KeyHistory ofAnotherKey =
        KeyHistory.newBuilder().addAllRevocations(rotated.getKeys().getRevocationsList()).build();
    assertTrue(ofAnotherKey.getRevocationsCount() > 0);
    assertEquals("KEY_STATEMENT", faultOf(Receipts.verify(plain, keys, ofAnotherKey)));
  }

  @Test
  void filesThatAreNoReceipts() throws Exception {
    for (String text : List.of("", "{", "{}", "hello", "\u00ff".repeat(50), "{\"a\": 1}", "{\u00ff}", "   ")) {
      assertEquals("UNREADABLE", faultOf(text.getBytes(StandardCharsets.ISO_8859_1)), text);
    }
    assertEquals("UNREADABLE", faultOf(Golden.file("act_receipt.json")));
    ByteArrayOutputStream unknown = new ByteArrayOutputStream();
    unknown.writeBytes(plain.toByteArray());
    unknown.writeBytes(new byte[] {(byte) 0xfa, 0x3e, 1, 'x'}); // field 1007
    assertEquals("UNKNOWN_FORMAT", faultOf(unknown.toByteArray()));
  }

  @Test
  void keysOfAnotherKindAreRefused() throws Exception {
    byte[] pem = Golden.file("plain_key.pem");
    for (String text : List.of("", "no key", Base64.getEncoder().encodeToString(pem),
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        "-----BEGIN PUBLIC KEY-----\n????\n-----END PUBLIC KEY-----\n")) {
      assertThrows(IllegalArgumentException.class, () -> LogKeys.parse(text), text);
    }
  }
}
