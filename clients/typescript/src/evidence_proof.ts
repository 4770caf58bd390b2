/** What receipts of decisions and of acts have in common: the proof that what they are about stands
 * in the log under a head that a trusted key signed. */
import { create } from "@bufbuild/protobuf";
import { isIncluded, micros } from "./evidence_bytes.js";
import { checkHead, Fault } from "./evidence_trust.js";
import {
  type ActReceipt,
  EvidenceFault,
  InclusionProofSchema,
  type KeyHistory,
  LogHeadSchema,
  type Receipt,
} from "./generated/v1.js";

/** Throws Fault. `malformed`: a field that has not its form, or empty; `what`: a "decision" or an
 * "act"; `leaf`: the hash of its leaf. */
export function checkProof(
  receipt: Receipt | ActReceipt,
  malformed: string,
  what: string,
  leaf: Buffer,
  trusted: readonly Uint8Array[],
  history: KeyHistory | undefined,
): void {
  if (malformed) {
    throw new Fault(
      EvidenceFault.MALFORMED,
      `the field ${malformed} is missing, malformed or contradicts the head`,
    );
  }
  const head = receipt.head ?? create(LogHeadSchema);
  checkHead(head, receipt.keys, trusted, history);
  const { leafIndex, hashes } = receipt.inclusion ?? create(InclusionProofSchema);
  const isInside = isIncluded(leafIndex, head.treeSize, leaf, hashes, head.rootHash);
  if (!isInside || (micros(receipt.time) ?? 0n) > (micros(head.time) ?? 0n)) {
    throw new Fault(
      EvidenceFault.NOT_INCLUDED,
      `the proof does not lead from the ${what} to the root that the log signed`,
    );
  }
}

/** Fields of the verification of a receipt without a fault. */
export function provenBy({ time, head, inclusion }: Receipt | ActReceipt) {
  return {
    fault: EvidenceFault.NONE,
    ...(time && { time }),
    ...(inclusion && { leafIndex: inclusion.leafIndex }),
    ...(head && { logId: head.logId, treeSize: head.treeSize, keyId: head.keyId }),
    ...(head?.time && { headTime: head.time }),
  };
}
