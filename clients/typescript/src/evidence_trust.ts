/**
 * Whether a signed head may be believed: whom the verifier trusts, and where the log's own
 * statements about its keys lead from there. Same rules and words as the server's evidence/trust.h.
 *
 * Trust goes from a key to the one that it names as its follower, never back. A revoked key is
 * trusted for heads up to the size that the revocation names, and so are the followers that it
 * named up to there.
 */
import { createPublicKey, type KeyObject, verify } from "node:crypto";
import {
  HASH_BYTES,
  headBytes,
  KEY_BYTES,
  LOG_ID_BYTES,
  micros,
  revocationBytes,
  rotationBytes,
  SIGNATURE_BYTES,
  sha256,
} from "./evidence_bytes.js";
import {
  EvidenceFault,
  type KeyHistory,
  type KeyRevocation,
  type KeyRotation,
  type LogHead,
} from "./generated/v1.js";

const FOREVER = 2n ** 64n - 1n;
/** What SubjectPublicKeyInfo of Ed25519 has before the key, RFC 8410. */
const SPKI = Buffer.from("302a300506032b6570032100", "hex");

/** What is wrong: an EvidenceFault, and the same in one English sentence. */
export class Fault extends Error {
  constructor(
    readonly kind: EvidenceFault,
    explanation: string,
  ) {
    super(explanation);
  }
}

interface Key {
  readonly bytes: Uint8Array;
  isTrusted: boolean;
  /** Named by the key before it. */
  firstSize: bigint;
  /** Replaced then. */
  lastSize: bigint;
  revokedAfter: bigint;
}

/** Of a public key in PEM. TypeError where it is none of Ed25519. */
export function rawKey(pem: Uint8Array | string): Buffer {
  let key: KeyObject | undefined;
  try {
    const text = Buffer.from(pem as string).toString("latin1");
    key = text.includes("-----BEGIN PUBLIC KEY-----") ? createPublicKey(text) : undefined;
  } catch {
    key = undefined;
  }
  if (key?.asymmetricKeyType !== "ed25519") {
    throw new TypeError("the public key is no Ed25519 key in PEM");
  }
  return key.export({ format: "der", type: "spki" }).subarray(SPKI.length);
}

function isSigned(publicKey: Uint8Array, text: Buffer, signature: Uint8Array): boolean {
  if (publicKey.length !== KEY_BYTES || signature.length !== SIGNATURE_BYTES) return false;
  try {
    const key = Buffer.concat([SPKI, publicKey]);
    return verify(null, text, createPublicKey({ key, format: "der", type: "spki" }), signature);
  } catch {
    return false;
  }
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const isSame = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;
const idOf = (key: Uint8Array): string => hex(sha256(key));
const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);
const most = (a: bigint, b: bigint): bigint => (a > b ? a : b);

/** Keys by id, as the statements of one log tell of them. */
class KeyRing {
  private readonly keys = new Map<string, Key>();
  /** By the key that goes. */
  private readonly rotations = new Map<string, KeyRotation>();

  constructor(
    private readonly logId: Uint8Array,
    trusted: readonly Uint8Array[],
  ) {
    for (const key of trusted) this.know(key).isTrusted = true;
  }

  /** Throws Fault; `whose` begins its explanation. */
  add(history: KeyHistory | undefined, whose: string): void {
    let before: KeyRotation | undefined;
    for (const rotation of history?.rotations ?? []) {
      refuse(`${whose} rotation`, this.rotationFault(rotation, before));
      this.take(rotation);
      before = rotation;
    }
    for (const revocation of history?.revocations ?? []) {
      refuse(`${whose} revocation`, this.revocationFault(revocation));
      const key = this.keys.get(hex(revocation.keyId));
      if (key) key.revokedAfter = least(key.revokedAfter, revocation.lastTrustedTreeSize);
    }
  }

  /** When all is added. */
  spreadTrust(): void {
    for (const _ of this.rotations) {
      for (const rotation of this.rotations.values()) {
        const key = this.know(rotation.fromKey);
        if (key.isTrusted && rotation.treeSize <= key.revokedAfter) {
          this.know(rotation.toKey).isTrusted = true;
        }
      }
    }
  }

  /** Throws Fault where the head may not be believed. */
  check(head: LogHead): void {
    const name = hex(head.keyId);
    const key = this.keys.get(name);
    if (!key) {
      throw new Fault(
        EvidenceFault.KEY_NOT_TRUSTED,
        `the head is signed by the key ${name}, which is none of the trusted ones and not named ` +
          "by one",
      );
    }
    if (!isSigned(key.bytes, headBytes(head), head.signature)) {
      throw new Fault(
        EvidenceFault.HEAD_SIGNATURE,
        "the signature of the head does not fit the head",
      );
    }
    if (!key.isTrusted) {
      throw new Fault(
        EvidenceFault.KEY_NOT_TRUSTED,
        `no trusted key leads to the key ${name} of the head; a rotation by a key that was ` +
          "revoked before does not count",
      );
    }
    checkUse(head.treeSize, name, key);
  }

  /** "": none. */
  private rotationFault(rotation: KeyRotation, before: KeyRotation | undefined): string {
    if (!isSame(rotation.logId, this.logId)) return "is of another log";
    if (rotation.toKey.length !== KEY_BYTES || micros(rotation.time) === undefined) {
      return "is malformed";
    }
    if (!isSigned(rotation.fromKey, rotationBytes(rotation), rotation.signature)) {
      return "has a wrong signature";
    }
    const follows =
      !before || (isSame(before.toKey, rotation.fromKey) && before.treeSize <= rotation.treeSize);
    if (!follows) return "does not begin where the one before it ends";
    const known = this.rotations.get(idOf(rotation.fromKey));
    const agrees = !known || isSame(rotationBytes(known), rotationBytes(rotation));
    return agrees ? "" : "contradicts another one of the same key";
  }

  /** "": none. */
  private revocationFault(revocation: KeyRevocation): string {
    const { logId, time, keyId, signerKey, signature } = revocation;
    if (!isSame(logId, this.logId)) return "is of another log";
    if (micros(time) === undefined) return "is malformed";
    if (!this.keys.has(hex(keyId))) return "is of a key that nothing else names";
    if (!this.keys.has(idOf(signerKey))) return "is signed by an unknown key";
    const signed = isSigned(signerKey, revocationBytes(revocation), signature);
    return signed ? "" : "has a wrong signature";
  }

  private take(rotation: KeyRotation): void {
    const gone = this.know(rotation.fromKey);
    const follower = this.know(rotation.toKey);
    gone.lastSize = least(gone.lastSize, rotation.treeSize);
    follower.firstSize = most(follower.firstSize, rotation.treeSize);
    this.rotations.set(idOf(rotation.fromKey), rotation);
  }

  private know(bytes: Uint8Array): Key {
    const id = idOf(bytes);
    const known = this.keys.get(id);
    if (known) return known;
    const key = {
      bytes,
      isTrusted: false,
      firstSize: 0n,
      lastSize: FOREVER,
      revokedAfter: FOREVER,
    };
    this.keys.set(id, key);
    return key;
  }
}

function refuse(what: string, fault: string): void {
  if (fault) throw new Fault(EvidenceFault.KEY_STATEMENT, `${what} ${fault}`);
}

function checkUse(size: bigint, name: string, key: Key): void {
  if (size > key.revokedAfter) {
    throw new Fault(
      EvidenceFault.KEY_REVOKED,
      `the key ${name} was revoked: heads up to size ${key.revokedAfter} are valid, this one has ` +
        `${size}`,
    );
  }
  if (size < key.firstSize || size > key.lastSize) {
    throw new Fault(
      EvidenceFault.KEY_NOT_IN_USE,
      `the key ${name} did not sign for the log at size ${size}: it was replaced before, or took ` +
        "over later",
    );
  }
}

/** Throws Fault. `cameWith`: the keys in the receipt; `trusted` and `known`: what the verifier
 * brings along. */
export function checkHead(
  head: LogHead,
  cameWith: KeyHistory | undefined,
  trusted: readonly Uint8Array[],
  known: KeyHistory | undefined,
): void {
  const fields: [string, boolean][] = [
    ["log_id", head.logId.length === LOG_ID_BYTES],
    ["root_hash", head.rootHash.length === HASH_BYTES],
    ["key_id", head.keyId.length === HASH_BYTES],
    ["signature", head.signature.length === SIGNATURE_BYTES],
    ["time", micros(head.time) !== undefined],
  ];
  const wrong = fields.find(([, isRight]) => !isRight);
  if (wrong) {
    throw new Fault(
      EvidenceFault.MALFORMED,
      `the head's field ${wrong[0]} is missing or malformed`,
    );
  }
  const ring = new KeyRing(head.logId, trusted);
  ring.add(known, "the verifier's");
  ring.add(cameWith, "the log's");
  ring.spreadTrust();
  ring.check(head);
}
