/** Receipts of acts of administration, verified without a server (docs/EVIDENCE.md), with the answers
 * of `probity log verify-act`. isProven() takes them too. */
import { create, fromBinary, isMessage } from "@bufbuild/protobuf";
import { actLeafOf, micros, SALT_BYTES } from "./evidence_bytes.js";
import { checkFormat, hasUnknownFields, parseEitherForm } from "./evidence_forms.js";
import { checkProof, provenBy } from "./evidence_proof.js";
import { Fault, rawKey } from "./evidence_trust.js";
import {
  type ActCore,
  ActCoreSchema,
  type ActReceipt,
  ActReceiptSchema,
  type ActVerification,
  ActVerificationSchema,
  EvidenceFault,
  type KeyHistory,
} from "./generated/v1.js";

const FORMAT = 1;

/**
 * Whether the receipt proves that its act stands in the log, and what the act says.
 *
 * `receipt`: a file's content in either form, or the message.
 * `publicKeys`: PEM of Ed25519 keys that the log's operator published. TypeError for others.
 * `history`: what else is known of the log's keys, for example revocations since.
 *
 * Never throws for a bad receipt: `fault` says what is wrong, `explanation` says it in English;
 * other fields are set only when it is proven.
 */
export function verifyActReceipt(
  receipt: Uint8Array | string | ActReceipt,
  publicKeys: readonly (Uint8Array | string)[],
  history?: KeyHistory,
): ActVerification {
  const trusted = publicKeys.map(rawKey);
  try {
    const message = isMessage(receipt, ActReceiptSchema)
      ? receipt
      : parseEitherForm(ActReceiptSchema, receipt);
    checkFormat(ActReceiptSchema, message, FORMAT, "the receipt of an act");
    checkProof(message, malformedField(message), "act", actLeafOf(message), trusted, history);
    const core = readCore(message.core);
    return create(ActVerificationSchema, { ...provenBy(message), act: message.act, core });
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    const { kind, message: explanation } = fault;
    return create(ActVerificationSchema, { fault: kind, explanation });
  }
}

/** What is in the log is what the receipt says; whether this release understands all of it is
 * another question. */
function readCore(data: Uint8Array): ActCore {
  const core = parsed(data);
  if (core && !hasUnknownFields(ActCoreSchema, core)) return core;
  throw new Fault(
    EvidenceFault.UNKNOWN_FORMAT,
    "the act is in the log, but says what this release does not know; use a newer one",
  );
}

function parsed(data: Uint8Array): ActCore | undefined {
  try {
    return fromBinary(ActCoreSchema, data);
  } catch {
    return undefined;
  }
}

/** Name of the first field that has not its form; "": none. */
function malformedField({ act, time, salt, inclusion, head }: ActReceipt): string {
  if (!act) return "act";
  if (micros(time) === undefined) return "time";
  if (salt.length !== SALT_BYTES) return "salt";
  return (inclusion?.treeSize ?? 0n) === (head?.treeSize ?? 0n) ? "" : "inclusion.tree_size";
}
