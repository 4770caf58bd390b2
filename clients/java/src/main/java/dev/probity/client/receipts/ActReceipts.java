package dev.probity.client.receipts;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.probity.v1.ActCore;
import dev.probity.v1.ActReceipt;
import dev.probity.v1.ActVerification;
import dev.probity.v1.EvidenceFault;
import dev.probity.v1.KeyHistory;

/**
 * Verifies receipts of acts of administration without a server, as "probity log verify-act" does and with the same answer
 * (docs/EVIDENCE.md). Keys and history are as of {@link Receipts}.
 */
public final class ActReceipts {
  private ActReceipts() {}

  /** True for EVIDENCE_FAULT_NONE alone; a verification that says nothing is no proof. */
  public static boolean isProven(ActVerification verification) {
    return verification != null && verification.getFault() == EvidenceFault.EVIDENCE_FAULT_NONE;
  }

  /**
   * Whether the content of a receipt's file, in either form, proves that its act stands in the log, and what the act says. Of a
   * bad receipt, fault and explanation say what is wrong; other fields are set only when it is proven.
   *
   * @param history what else is known of the log's keys, for example revocations since; may be empty
   */
  public static ActVerification verify(byte[] file, LogKeys trusted, KeyHistory history) {
    ActReceipt.Builder read = ActReceipt.newBuilder();
    try {
      Forms.read(file, read);
    } catch (Fault fault) {
      return refusal(fault);
    }
    return verify(read.build(), trusted, history);
  }

  /** The same of a receipt as GetActReceipt gives it. */
  public static ActVerification verify(ActReceipt receipt, LogKeys trusted, KeyHistory history) {
    ActCore core;
    try {
      Forms.checkFormat(receipt, receipt.getFormat(), "the receipt of an act");
      Proof.of(receipt).check(malformed(receipt), trusted, history);
      core = readCore(receipt);
    } catch (Fault fault) {
      return refusal(fault);
    }
    return ActVerification.newBuilder().setFault(EvidenceFault.EVIDENCE_FAULT_NONE).setAct(receipt.getAct()).setCore(core)
        .setTime(receipt.getTime()).setLogId(receipt.getHead().getLogId())
        .setLeafIndex(receipt.getInclusion().getLeafIndex()).setTreeSize(receipt.getHead().getTreeSize())
        .setHeadTime(receipt.getHead().getTime()).setKeyId(receipt.getHead().getKeyId()).build();
  }

  /** What is in the log is what the receipt says; whether this release understands all of it is another question. */
  private static ActCore readCore(ActReceipt receipt) throws Fault {
    try {
      ActCore core = ActCore.parseFrom(receipt.getCore());
      if (!Forms.hasUnknownFields(core)) {
        return core;
      }
    } catch (InvalidProtocolBufferException unreadable) {
      // Told below.
    }
    throw new Fault(EvidenceFault.EVIDENCE_FAULT_UNKNOWN_FORMAT,
        "the act is in the log, but says what this release does not know; use a newer one");
  }

  /** The name of the first field that has not its form; null: none. */
  private static String malformed(ActReceipt receipt) {
    if (receipt.getAct().isEmpty()) {
      return "act";
    }
    if (SignedBytes.micros(receipt.getTime()).isEmpty()) {
      return "time";
    }
    if (receipt.getSalt().size() != SignedBytes.SALT_BYTES) {
      return "salt";
    }
    return receipt.getInclusion().getTreeSize() == receipt.getHead().getTreeSize() ? null : "inclusion.tree_size";
  }

  private static ActVerification refusal(Fault fault) {
    return ActVerification.newBuilder().setFault(fault.kind()).setExplanation(fault.getMessage()).build();
  }
}
