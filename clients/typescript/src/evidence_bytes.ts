/** The bytes that are hashed and signed, and the Merkle tree over them; both are described in the
 * server's evidence/signed_bytes.h and evidence/merkle.h, and in docs/EVIDENCE.md. */
import { createHash } from "node:crypto";
import type { Timestamp } from "@bufbuild/protobuf/wkt";
import type { ActReceipt, KeyRevocation, KeyRotation, LogHead, Receipt } from "./generated/v1.js";

export const HASH_BYTES = 32;
export const SALT_BYTES = 32;
export const LOG_ID_BYTES = 16;
export const KEY_BYTES = 32;
export const SIGNATURE_BYTES = 64;
// The years 1 to 9999.
const FIRST_SECOND = -62135596800n;
const LAST_SECOND = 253402300799n;

export function sha256(...parts: Uint8Array[]): Buffer {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
}

export function field(data: Uint8Array | string): Buffer {
  const bytes = Buffer.from(data as string);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** Of 64 bits, whatever its sign. */
export function number(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt.asUintN(64, value));
  return field(bytes);
}

/** Whole microseconds since 1970; undefined for any other instant, and for none. */
export function micros(time: Timestamp | undefined): bigint | undefined {
  const { seconds, nanos } = time ?? { seconds: 0n, nanos: 0 };
  const isRight = FIRST_SECOND <= seconds && seconds <= LAST_SECOND && 0 <= nanos && nanos < 1e9;
  if (!isRight || nanos % 1000 !== 0) return undefined;
  return seconds * 1_000_000n + BigInt(nanos / 1000);
}

export function instant(time: Timestamp | undefined): Buffer {
  return number(micros(time) ?? 0n);
}

export function headBytes(head: LogHead): Buffer {
  return Buffer.concat([
    field("probity.v1.LogHead"),
    field(head.logId),
    number(head.treeSize),
    field(head.rootHash),
    instant(head.time),
    field(head.keyId),
  ]);
}

export function rotationBytes(rotation: KeyRotation): Buffer {
  return Buffer.concat([
    field("probity.v1.KeyRotation"),
    field(rotation.logId),
    field(rotation.fromKey),
    field(rotation.toKey),
    number(rotation.treeSize),
    instant(rotation.time),
  ]);
}

export function revocationBytes(revocation: KeyRevocation): Buffer {
  return Buffer.concat([
    field("probity.v1.KeyRevocation"),
    field(revocation.logId),
    field(revocation.keyId),
    number(revocation.lastTrustedTreeSize),
    instant(revocation.time),
    field(revocation.signerKey),
  ]);
}

/** Hash of the leaf that the decision is. */
export function leafOf(receipt: Receipt): Buffer {
  const text = Buffer.concat([
    field("probity.v1.Decision"),
    field(receipt.decision),
    instant(receipt.time),
    field(receipt.bundleDigest),
    field(sha256(receipt.core)),
  ]);
  return sha256(Buffer.of(0), sha256(receipt.salt, text));
}

/** Hash of the leaf that the act is. */
export function actLeafOf(receipt: ActReceipt): Buffer {
  const text = Buffer.concat([
    field("probity.v1.Act"),
    field(receipt.act),
    instant(receipt.time),
    field(sha256(receipt.core)),
  ]);
  return sha256(Buffer.of(0), sha256(receipt.salt, text));
}

/** RFC 9162, 2.1.3.2. False for anything that is not the one right proof. */
export function isIncluded(
  index: bigint,
  size: bigint,
  leaf: Buffer,
  path: readonly Uint8Array[],
  root: Uint8Array,
): boolean {
  if (index >= size || path.some((sibling) => sibling.length !== HASH_BYTES)) return false;
  let at = index;
  let last = size - 1n;
  let found = leaf;
  for (const sibling of path) {
    if (last === 0n) return false;
    if (at & 1n || at === last) {
      found = sha256(Buffer.of(1), sibling, found);
      while (!(at & 1n) && at) {
        at >>= 1n;
        last >>= 1n;
      }
    } else found = sha256(Buffer.of(1), found, sibling);
    at >>= 1n;
    last >>= 1n;
  }
  return last === 0n && found.equals(root);
}
