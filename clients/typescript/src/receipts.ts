/** Receipts of decisions, verified without a server: what the log's operator published is enough
 * (docs/EVIDENCE.md). Same answers as `probity decision verify`; time stamps from outside are for
 * the command line. */
import { create, isMessage } from "@bufbuild/protobuf";
import {
  field,
  HASH_BYTES,
  headBytes,
  instant,
  leafOf,
  micros,
  number,
  revocationBytes,
  rotationBytes,
  SALT_BYTES,
  sha256,
} from "./evidence_bytes.js";
import { checkFormat, parseEitherForm } from "./evidence_forms.js";
import { checkProof, provenBy } from "./evidence_proof.js";
import { Fault, rawKey } from "./evidence_trust.js";
import {
  type ActVerification,
  EvidenceFault,
  type InclusionProof,
  InclusionProofSchema,
  type KeyHistory,
  type LogHead,
  LogHeadSchema,
  type Receipt,
  ReceiptPart,
  ReceiptSchema,
  type ReceiptVerification,
  ReceiptVerificationSchema,
  TimestampState,
} from "./generated/v1.js";

const FORMAT = 1;

/** Only NONE is proof; a verification that says nothing is none. */
export function isProven(verification: ReceiptVerification | ActVerification): boolean {
  return verification.fault === EvidenceFault.NONE;
}

/**
 * Whether the receipt proves that its decision stands in the log.
 *
 * `receipt`: a file's content in either form, or the message.
 * `publicKeys`: PEM of Ed25519 keys that the log's operator published. TypeError for others.
 * `history`: what else is known of the log's keys, for example revocations since.
 *
 * Never throws for a bad receipt: `fault` says what is wrong, `explanation` says it in English;
 * other fields are set only when it is proven.
 */
export function verifyReceipt(
  receipt: Uint8Array | string | Receipt,
  publicKeys: readonly (Uint8Array | string)[],
  history?: KeyHistory,
): ReceiptVerification {
  const trusted = publicKeys.map(rawKey);
  let altered: Part[] = [];
  try {
    const message = isMessage(receipt, ReceiptSchema) ? receipt : parse(receipt);
    altered = PARTS.filter((part) => isAltered(part, message));
    check(message, trusted, history, altered.length === 0);
    return proven(message);
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    return create(ReceiptVerificationSchema, {
      fault: fault.kind,
      explanation: explain(fault, altered),
      alteredParts: altered.map(({ part }) => part),
    });
  }
}

function parse(file: Uint8Array | string): Receipt {
  const receipt = parseEitherForm(ReceiptSchema, file);
  checkOwnFormat(receipt); // Parts of another format are not compared.
  return receipt;
}

/** A part that has a digest of its own in the receipt. */
interface Part {
  readonly part: ReceiptPart;
  readonly name: string;
  data(receipt: Receipt): Uint8Array;
}

function inclusionBytes(proof: InclusionProof = create(InclusionProofSchema)): Buffer {
  const hashes = proof.hashes.map(field);
  return Buffer.concat([number(proof.leafIndex), number(proof.treeSize), ...hashes]);
}

function signedHead(head: LogHead = create(LogHeadSchema)): Buffer {
  return Buffer.concat([field(headBytes(head)), field(head.signature)]);
}

function keyBytes({ keys }: Receipt): Buffer {
  const rotations = keys?.rotations ?? [];
  const revocations = keys?.revocations ?? [];
  return Buffer.concat([
    ...rotations.flatMap((each) => [field(rotationBytes(each)), field(each.signature)]),
    ...revocations.flatMap((each) => [field(revocationBytes(each)), field(each.signature)]),
  ]);
}

function timestampBytes({ timestamp }: Receipt): Buffer {
  return Buffer.concat([
    field(signedHead(timestamp?.head)),
    field(inclusionBytes(timestamp?.inclusion)),
    field(timestamp?.token ?? ""),
  ]);
}

const PARTS: readonly Part[] = [
  { part: ReceiptPart.DECISION, name: "decision", data: (r) => Buffer.from(r.decision) },
  { part: ReceiptPart.TIME, name: "time", data: (r) => instant(r.time) },
  { part: ReceiptPart.CORE, name: "core", data: (r) => r.core },
  { part: ReceiptPart.BUNDLE_DIGEST, name: "bundle digest", data: (r) => r.bundleDigest },
  { part: ReceiptPart.SALT, name: "salt", data: (r) => r.salt },
  {
    part: ReceiptPart.INCLUSION,
    name: "inclusion proof",
    data: (r) => inclusionBytes(r.inclusion),
  },
  { part: ReceiptPart.HEAD, name: "head", data: (r) => signedHead(r.head) },
  { part: ReceiptPart.KEYS, name: "keys", data: keyBytes },
  { part: ReceiptPart.TIMESTAMP, name: "time stamp", data: timestampBytes },
];

function isThere({ part }: Part, receipt: Receipt): boolean {
  return part !== ReceiptPart.TIMESTAMP || receipt.timestamp !== undefined;
}

function isAltered(part: Part, receipt: Receipt): boolean {
  const said = receipt.parts.filter((digest) => digest.part === part.part);
  if (said.length === 0) return isThere(part, receipt);
  const is = sha256(part.data(receipt));
  return !said.some((digest) => is.equals(digest.sha256));
}

/** The first fault on the way from the file to the trusted key. */
function check(
  receipt: Receipt,
  trusted: readonly Uint8Array[],
  history: KeyHistory | undefined,
  isAsIssued: boolean,
): void {
  checkOwnFormat(receipt);
  checkProof(receipt, malformedField(receipt), "decision", leafOf(receipt), trusted, history);
  // Each part once, in order, and nothing else.
  const wanted = PARTS.filter((part) => isThere(part, receipt)).map(({ part }) => part);
  const listed = receipt.parts.map(({ part }) => part);
  if (!isAsIssued || listed.join() !== wanted.join()) {
    throw new Fault(
      EvidenceFault.PART_DIGESTS,
      "the decision is in the log, but the receipt's table of digests was changed",
    );
  }
}

function checkOwnFormat(receipt: Receipt): void {
  checkFormat(ReceiptSchema, receipt, FORMAT, "the receipt");
}

/** Name of the first field that has not its form; "": none. */
function malformedField(receipt: Receipt): string {
  if (!receipt.decision) return "decision";
  if (micros(receipt.time) === undefined) return "time";
  if (receipt.bundleDigest.length !== HASH_BYTES) return "bundle_digest";
  if (receipt.salt.length !== SALT_BYTES) return "salt";
  const said = receipt.inclusion?.treeSize ?? 0n;
  return said === (receipt.head?.treeSize ?? 0n) ? "" : "inclusion.tree_size";
}

function explain(fault: Fault, altered: readonly Part[]): string {
  if (fault.kind === EvidenceFault.PART_DIGESTS || altered.length === 0) return fault.message;
  const names = altered.map(({ name }) => name).join(", ");
  return `${fault.message}; changed since the receipt was issued: ${names}`;
}

function proven(receipt: Receipt): ReceiptVerification {
  const { decision, timestamp } = receipt;
  return create(ReceiptVerificationSchema, {
    ...provenBy(receipt),
    decision,
    timestamp: timestamp ? TimestampState.NOT_VERIFIED : TimestampState.NONE,
  });
}
