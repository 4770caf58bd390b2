package dev.probity.client.receipts;

import static dev.probity.client.receipts.Golden.flip;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import dev.probity.v1.ActCore;
import dev.probity.v1.ActReceipt;
import dev.probity.v1.ActVerification;
import dev.probity.v1.EvidenceFault;
import dev.probity.v1.KeyHistory;
import dev.probity.v1.KeyRevocation;
import dev.probity.v1.Receipt;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ActReceiptsTest {
  private static final KeyHistory NO_HISTORY = KeyHistory.getDefaultInstance();

  private static LogKeys keys;
  private static ActReceipt golden;

  @BeforeAll
  static void read() throws Exception {
    keys = Golden.keys();
    golden = Golden.read("act_receipt.json", ActReceipt.newBuilder()).build();
  }

  /** The fault's name without its prefix. */
  private static String faultOf(ActVerification verification) {
    boolean proven = ActReceipts.isProven(verification);
    assertEquals(proven, verification.getExplanation().isEmpty(), verification::toString);
    assertEquals(proven, !verification.getAct().isEmpty(), verification::toString);
    assertEquals(proven, verification.hasCore(), verification::toString);
    return verification.getFault().name().replace("EVIDENCE_FAULT_", "");
  }

  private static String faultOf(byte[] file) {
    return faultOf(ActReceipts.verify(file, keys, NO_HISTORY));
  }

  @Test
  void theGoldenReceiptIsProvenInBothForms() throws Exception {
    assertEquals("NONE", faultOf(Golden.file("act_receipt.json")));
    assertEquals("NONE", faultOf(golden.toByteArray()));
  }

  @Test
  void saysWhatIsProven() throws Exception {
    ActCore core = ActCore.parseFrom(golden.getCore());
    assertFalse(core.getPrincipal().isEmpty());
    ActVerification expected = ActVerification.newBuilder().setFault(EvidenceFault.EVIDENCE_FAULT_NONE)
        .setAct(golden.getAct()).setCore(core).setTime(golden.getTime()).setLogId(golden.getHead().getLogId())
        .setLeafIndex(golden.getInclusion().getLeafIndex()).setTreeSize(golden.getHead().getTreeSize())
        .setHeadTime(golden.getHead().getTime()).setKeyId(golden.getHead().getKeyId()).build();
    assertEquals(expected, ActReceipts.verify(golden, keys, NO_HISTORY));
    assertFalse(ActReceipts.isProven(null));
    assertFalse(ActReceipts.isProven(ActVerification.getDefaultInstance()));
  }

  @Test
  void aChangeOfAnyByteIsRefused() {
    byte[] whole = golden.toByteArray();
    for (int place = 0; place < whole.length; place++) {
      whole[place] ^= 1;
      assertNotEquals("NONE", faultOf(whole), "byte " + place);
      whole[place] ^= 1;
    }
  }

  private static void changed(String fault, String says, Consumer<ActReceipt.Builder> change) {
    ActReceipt.Builder receipt = golden.toBuilder();
    change.accept(receipt);
    ActVerification found = ActReceipts.verify(receipt.build(), keys, NO_HISTORY);
    assertEquals(fault, faultOf(found), found::toString);
    assertTrue(found.getExplanation().contains(says), found::getExplanation);
  }

  @Test
  void changesAndTheirFaults() {
    changed("NOT_INCLUDED", "from the act to the root", receipt -> receipt.setCore(flip(receipt.getCore())));
    changed("NOT_INCLUDED", "from the act to the root", receipt -> receipt.setAct(receipt.getAct() + "0"));
    changed("NOT_INCLUDED", "from the act to the root", receipt -> receipt.setSalt(flip(receipt.getSalt())));
    changed("MALFORMED", "the field act", ActReceipt.Builder::clearAct);
    changed("MALFORMED", "the field salt", ActReceipt.Builder::clearSalt);
    changed("MALFORMED", "the field time", receipt -> receipt.getTimeBuilder().setNanos(1));
    changed("MALFORMED", "inclusion.tree_size", receipt -> receipt.getInclusionBuilder().clearTreeSize());
    changed("HEAD_SIGNATURE", "does not fit the head",
        receipt -> receipt.getHeadBuilder().setRootHash(flip(receipt.getHead().getRootHash())));
    changed("UNKNOWN_FORMAT", "the receipt of an act has format 2", receipt -> receipt.setFormat(2));
    changed("UNKNOWN_FORMAT", "fields that this release does not know",
        receipt -> receipt.setUnknownFields(UnknownFieldSet.newBuilder().mergeVarintField(1007, 1).build()));
  }

  @Test
  void keysThatNobodyPublishedAndStatementsOfOthers() {
    assertEquals("KEY_NOT_TRUSTED", faultOf(ActReceipts.verify(golden, LogKeys.none(), NO_HISTORY)));
    KeyHistory wrong = KeyHistory.newBuilder().addRevocations(KeyRevocation.newBuilder()
        .setLogId(golden.getHead().getLogId()).setKeyId(ByteString.copyFrom(new byte[32]))).build();
    ActVerification refused = ActReceipts.verify(golden, keys, wrong);
    assertEquals("KEY_STATEMENT", faultOf(refused));
    assertTrue(refused.getExplanation().startsWith("the verifier's revocation"), refused::getExplanation);
  }

  /** A log of one act, which a new key signs. */
  private static ActVerification verifyInNewLog(ActReceipt.Builder act) throws Exception {
    KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    byte[] der = pair.getPublic().getEncoded();
    byte[] key = Arrays.copyOfRange(der, der.length - LogKeys.KEY_BYTES, der.length);
    act.getInclusionBuilder().clear().setTreeSize(1);
    act.clearKeys().getHeadBuilder().setTreeSize(1).setRootHash(ByteString.copyFrom(SignedBytes.leaf(act.build())))
        .setKeyId(ByteString.copyFrom(SignedBytes.hash(key)));
    Signature signing = Signature.getInstance("Ed25519");
    signing.initSign(pair.getPrivate());
    signing.update(SignedBytes.head(act.getHead()));
    act.getHeadBuilder().setSignature(ByteString.copyFrom(signing.sign()));
    String pem = "-----BEGIN PUBLIC KEY-----\n" + Base64.getEncoder().encodeToString(der) + "\n-----END PUBLIC KEY-----\n";
    return ActReceipts.verify(act.build(), LogKeys.parse(pem), NO_HISTORY);
  }

  @Test
  void whatStandsInTheLogAndIsNotUnderstoodIsNotProven() throws Exception {
    assertEquals("NONE", faultOf(verifyInNewLog(golden.toBuilder())));
    ByteString newer = golden.getCore().concat(UnknownFieldSet.newBuilder().mergeVarintField(1007, 1).build().toByteString());
    for (ByteString core : List.of(newer, ByteString.copyFromUtf8("no message"))) {
      ActVerification refused = verifyInNewLog(golden.toBuilder().setCore(core));
      assertEquals("UNKNOWN_FORMAT", faultOf(refused));
      assertTrue(refused.getExplanation().startsWith("the act is in the log, but says what"), refused::getExplanation);
    }
    ActReceipt.Builder late = golden.toBuilder();
    late.getTimeBuilder().setSeconds(golden.getHead().getTime().getSeconds() + 1);
    assertEquals("NOT_INCLUDED", faultOf(verifyInNewLog(late)));
  }

  @Test
  void filesThatAreNoReceiptsOfActs() throws Exception {
    for (String text : List.of("", "{", "{}", "hello", "\u00ff".repeat(50),
        new String(Golden.file("plain_receipt.json"), StandardCharsets.ISO_8859_1))) {
      assertEquals("UNREADABLE", faultOf(text.getBytes(StandardCharsets.ISO_8859_1)), text);
    }
    assertNotEquals("NONE", faultOf(Golden.read("plain_receipt.json", Receipt.newBuilder()).build().toByteArray()));
    assertFalse(Receipts.isProven(Receipts.verify(golden.toByteArray(), keys, NO_HISTORY)));
  }
}
