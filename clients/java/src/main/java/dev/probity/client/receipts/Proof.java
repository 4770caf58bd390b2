package dev.probity.client.receipts;

import com.google.protobuf.Timestamp;
import dev.probity.v1.ActReceipt;
import dev.probity.v1.EvidenceFault;
import dev.probity.v1.InclusionProof;
import dev.probity.v1.KeyHistory;
import dev.probity.v1.LogHead;
import dev.probity.v1.Receipt;

/**
 * What receipts of decisions and of acts have in common: the proof that what they are about stands in the log under a head that
 * a trusted key signed.
 *
 * @param what a "decision" or an "act"
 * @param time when it was recorded
 * @param leaf the hash of its leaf
 */
record Proof(String what, Timestamp time, byte[] leaf, InclusionProof inclusion, LogHead head, KeyHistory keys) {
  static Proof of(Receipt receipt) {
    return new Proof("decision", receipt.getTime(), SignedBytes.leaf(receipt), receipt.getInclusion(), receipt.getHead(),
        receipt.getKeys());
  }

  static Proof of(ActReceipt receipt) {
    return new Proof("act", receipt.getTime(), SignedBytes.leaf(receipt), receipt.getInclusion(), receipt.getHead(),
        receipt.getKeys());
  }

  /**
   * Gives the first fault on the way from the receipt to the trusted key.
   *
   * @param malformed the field of the receipt that has not its form; null: none
   */
  void check(String malformed, LogKeys trusted, KeyHistory history) throws Fault {
    if (malformed != null) {
      throw new Fault(EvidenceFault.EVIDENCE_FAULT_MALFORMED,
          "the field " + malformed + " is missing, malformed or contradicts the head");
    }
    KeyRing.checkHead(head, keys, trusted, history);
    boolean inOrder = SignedBytes.micros(time).getAsLong() <= SignedBytes.micros(head.getTime()).getAsLong();
    if (!inOrder || !MerkleTree.isIncluded(inclusion.getLeafIndex(), head.getTreeSize(), leaf, inclusion.getHashesList(),
        head.getRootHash().toByteArray())) {
      throw new Fault(EvidenceFault.EVIDENCE_FAULT_NOT_INCLUDED,
          "the proof does not lead from the " + what + " to the root that the log signed");
    }
  }
}
