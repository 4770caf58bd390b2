package dev.probity.client.receipts;

import dev.probity.v1.EvidenceFault;
import dev.probity.v1.KeyHistory;
import dev.probity.v1.PartDigest;
import dev.probity.v1.Receipt;
import dev.probity.v1.ReceiptPart;
import dev.probity.v1.ReceiptVerification;
import dev.probity.v1.TimestampState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Verifies receipts of decisions without a server, as "probity decision verify" does and with the same answer
 * (docs/EVIDENCE.md).
 *
 * <pre>{@code
 * LogKeys keys = LogKeys.parse(Files.readString(path)); // from the log's operator, never from who sent the receipt
 * ReceiptVerification verification = Receipts.verify(file, keys, KeyHistory.getDefaultInstance());
 * if (!Receipts.isProven(verification)) System.out.println(verification.getExplanation());
 * }</pre>
 *
 * Time stamps (RFC 3161) are not verified here: "probity decision verify --tsa_ca" does. Receipts of acts of administration are
 * {@link ActReceipts}.
 */
public final class Receipts {
  private static final String WHAT = "the receipt";

  /** A part of a receipt that has a digest of its own in it. */
  private record Part(ReceiptPart part, String name, Function<Receipt, byte[]> data) {
    boolean isIn(Receipt receipt) {
      return part != ReceiptPart.RECEIPT_PART_TIMESTAMP || receipt.hasTimestamp();
    }

    boolean isAltered(Receipt receipt) {
      byte[] digest = SignedBytes.hash(data.apply(receipt));
      boolean said = false;
      for (PartDigest one : receipt.getPartsList()) {
        if (one.getPart() == part) {
          said = true;
          if (Arrays.equals(one.getSha256().toByteArray(), digest)) {
            return false;
          }
        }
      }
      return said || isIn(receipt);
    }
  }

  private static final List<Part> PARTS = List.of(
      new Part(ReceiptPart.RECEIPT_PART_DECISION, "decision", receipt -> receipt.getDecisionBytes().toByteArray()),
      new Part(ReceiptPart.RECEIPT_PART_TIME, "time", receipt -> SignedBytes.instant(receipt.getTime())),
      new Part(ReceiptPart.RECEIPT_PART_CORE, "core", receipt -> receipt.getCore().toByteArray()),
      new Part(ReceiptPart.RECEIPT_PART_BUNDLE_DIGEST, "bundle digest", receipt -> receipt.getBundleDigest().toByteArray()),
      new Part(ReceiptPart.RECEIPT_PART_SALT, "salt", receipt -> receipt.getSalt().toByteArray()),
      new Part(ReceiptPart.RECEIPT_PART_INCLUSION, "inclusion proof",
          receipt -> SignedBytes.inclusion(receipt.getInclusion())),
      new Part(ReceiptPart.RECEIPT_PART_HEAD, "head", receipt -> SignedBytes.signedHead(receipt.getHead())),
      new Part(ReceiptPart.RECEIPT_PART_KEYS, "keys", receipt -> SignedBytes.keys(receipt.getKeys())),
      new Part(ReceiptPart.RECEIPT_PART_TIMESTAMP, "time stamp",
          receipt -> SignedBytes.timestamp(receipt.getTimestamp())));

  private Receipts() {}

  /** True for EVIDENCE_FAULT_NONE alone; a verification that says nothing is no proof. */
  public static boolean isProven(ReceiptVerification verification) {
    return verification != null && verification.getFault() == EvidenceFault.EVIDENCE_FAULT_NONE;
  }

  /**
   * Whether the content of a receipt's file, in either form, proves that its decision stands in the log. Of a bad receipt,
   * fault and explanation say what is wrong; other fields are set only when it is proven.
   *
   * @param history what else is known of the log's keys, for example revocations since; may be empty
   */
  public static ReceiptVerification verify(byte[] file, LogKeys trusted, KeyHistory history) {
    Receipt.Builder read = Receipt.newBuilder();
    try {
      Forms.read(file, read);
      Forms.checkFormat(read.build(), read.getFormat(), WHAT); // Parts of another format are not compared.
    } catch (Fault fault) {
      return refusal(fault, List.of());
    }
    return verify(read.build(), trusted, history);
  }

  /** The same of a receipt as GetReceipt gives it. */
  public static ReceiptVerification verify(Receipt receipt, LogKeys trusted, KeyHistory history) {
    List<Part> altered = PARTS.stream().filter(part -> part.isAltered(receipt)).toList();
    try {
      check(receipt, trusted, history, altered.isEmpty());
    } catch (Fault fault) {
      return refusal(fault, altered);
    }
    return ReceiptVerification.newBuilder().setFault(EvidenceFault.EVIDENCE_FAULT_NONE)
        .setDecision(receipt.getDecision()).setTime(receipt.getTime()).setLogId(receipt.getHead().getLogId())
        .setLeafIndex(receipt.getInclusion().getLeafIndex()).setTreeSize(receipt.getHead().getTreeSize())
        .setHeadTime(receipt.getHead().getTime()).setKeyId(receipt.getHead().getKeyId())
        .setTimestamp(receipt.hasTimestamp() ? TimestampState.TIMESTAMP_STATE_NOT_VERIFIED
            : TimestampState.TIMESTAMP_STATE_NONE)
        .build();
  }

  /** Gives the first fault on the way from the receipt to the trusted key. */
  private static void check(Receipt receipt, LogKeys trusted, KeyHistory history, boolean asIssued) throws Fault {
    Forms.checkFormat(receipt, receipt.getFormat(), WHAT);
    Proof.of(receipt).check(malformed(receipt), trusted, history);
    if (!asIssued || !namesEachPartOnce(receipt)) {
      throw new Fault(EvidenceFault.EVIDENCE_FAULT_PART_DIGESTS,
          "the decision is in the log, but the receipt's table of digests was changed");
    }
  }

  /** Whether the table has each part, in order, and nothing else. */
  private static boolean namesEachPartOnce(Receipt receipt) {
    List<ReceiptPart> wanted = new ArrayList<>();
    PARTS.stream().filter(part -> part.isIn(receipt)).forEach(part -> wanted.add(part.part()));
    return receipt.getPartsList().stream().map(PartDigest::getPart).toList().equals(wanted);
  }

  /** The name of the first field that has not its form; null: none. */
  private static String malformed(Receipt receipt) {
    if (receipt.getDecision().isEmpty()) {
      return "decision";
    }
    if (SignedBytes.micros(receipt.getTime()).isEmpty()) {
      return "time";
    }
    if (receipt.getBundleDigest().size() != SignedBytes.HASH_BYTES) {
      return "bundle_digest";
    }
    if (receipt.getSalt().size() != SignedBytes.SALT_BYTES) {
      return "salt";
    }
    return receipt.getInclusion().getTreeSize() == receipt.getHead().getTreeSize() ? null : "inclusion.tree_size";
  }

  private static ReceiptVerification refusal(Fault fault, List<Part> altered) {
    String names = altered.stream().map(Part::name).collect(Collectors.joining(", "));
    boolean named = !names.isEmpty() && fault.kind() != EvidenceFault.EVIDENCE_FAULT_PART_DIGESTS;
    return ReceiptVerification.newBuilder().setFault(fault.kind())
        .setExplanation(fault.getMessage() + (named ? "; changed since the receipt was issued: " + names : ""))
        .addAllAlteredParts(altered.stream().map(Part::part).toList()).build();
  }
}
