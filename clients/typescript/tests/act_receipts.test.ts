/** Receipts of acts, verified without a server: a golden one, and what was changed in it. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import {
  fromBinary,
  fromJsonString,
  isProven,
  toBinary,
  v1,
  verifyActReceipt,
  verifyReceipt,
} from "probity-client";

const DATA = new URL("../../../tests/testdata/evidence/", import.meta.url);
const file = (name: string): Buffer => readFileSync(new URL(name, DATA));
const KEY = file("plain_key.pem");
const GOLDEN = file("act_receipt.json");

type Whole = v1.ActReceipt & { head: v1.LogHead; inclusion: v1.InclusionProof };

/** Changed by `edit`. */
function receipt(edit: (receipt: Whole) => unknown = () => undefined): v1.ActReceipt {
  const read = fromJsonString(v1.ActReceiptSchema, GOLDEN.toString());
  edit(read as Whole);
  return read;
}

function bytes(message: v1.ActReceipt): Buffer {
  return Buffer.from(toBinary(v1.ActReceiptSchema, message));
}

function flipped(data: Uint8Array, place = 0): Buffer {
  const copy = Buffer.from(data);
  copy[place] = (copy[place] ?? 0) ^ 1;
  return copy;
}

function fault(of: Uint8Array | string | v1.ActReceipt, keys: readonly Buffer[] = [KEY]) {
  const verification = verifyActReceipt(of, keys);
  assert.equal(verification.explanation === "", isProven(verification));
  assert.equal(verification.act !== "", isProven(verification));
  return v1.EvidenceFault[verification.fault];
}

describe("verifyActReceipt", () => {
  it("proves the golden receipt in all forms", () => {
    for (const form of [GOLDEN, GOLDEN.toString(), bytes(receipt()), receipt()]) {
      assert.equal(fault(form), "NONE");
    }
  });

  it("says what is proven", () => {
    const golden = receipt();
    const proven = verifyActReceipt(golden, [KEY]);
    const { act, time, head, inclusion, core } = golden;
    assert.deepEqual([proven.act, proven.time], [act, time]);
    assert.deepEqual(proven.core, fromBinary(v1.ActCoreSchema, core));
    assert.ok(proven.core?.principal);
    assert.deepEqual(
      [proven.logId, proven.treeSize, proven.headTime, proven.keyId, proven.leafIndex],
      [head?.logId, head?.treeSize, head?.time, head?.keyId, inclusion?.leafIndex],
    );
  });

  it("refuses a change of any byte", () => {
    const whole = bytes(receipt());
    for (let place = 0; place < whole.length; place++) {
      assert.notEqual(fault(flipped(whole, place)), "NONE", String(place));
    }
  });

  it("tells what was changed", () => {
    const changes: [(r: Whole) => unknown, string][] = [
      [(r) => Object.assign(r, { core: flipped(r.core) }), "NOT_INCLUDED"],
      [(r) => Object.assign(r, { act: `${r.act}0` }), "NOT_INCLUDED"],
      [(r) => Object.assign(r, { salt: flipped(r.salt) }), "NOT_INCLUDED"],
      [(r) => Object.assign(r, { act: "" }), "MALFORMED"],
      [(r) => Object.assign(r, { salt: Buffer.of() }), "MALFORMED"],
      [(r) => Object.assign(r.inclusion, { treeSize: 0n }), "MALFORMED"],
      [(r) => Object.assign(r.head, { rootHash: flipped(r.head.rootHash) }), "HEAD_SIGNATURE"],
      [(r) => Object.assign(r, { format: 2 }), "UNKNOWN_FORMAT"],
    ];
    for (const [edit, expected] of changes) assert.equal(fault(receipt(edit)), expected);
  });

  it("refuses keys that nobody published, and what is no key", () => {
    assert.equal(fault(receipt(), []), "KEY_NOT_TRUSTED");
    assert.throws(() => verifyActReceipt(receipt(), ["no key"]), /no Ed25519 key/);
  });

  it("refuses what is no receipt of an act", () => {
    for (const each of ["", "{", "{}", "hello", Buffer.alloc(50, 0xff)]) {
      assert.equal(fault(each), "UNREADABLE", String(each));
    }
    const decision = fromJsonString(v1.ReceiptSchema, file("plain_receipt.json").toString());
    assert.notEqual(fault(Buffer.from(toBinary(v1.ReceiptSchema, decision))), "NONE");
    assert.equal(isProven(verifyReceipt(bytes(receipt()), [KEY])), false);
  });
});
