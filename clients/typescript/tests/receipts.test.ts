/** Receipts, verified without a server: the golden ones, and what was changed in them. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { create, fromJsonString, isProven, toBinary, v1, verifyReceipt } from "probity-client";

const DATA = new URL("../../../tests/testdata/evidence/", import.meta.url);
const file = (name: string): Buffer => readFileSync(new URL(name, DATA));
const KEY = file("plain_key.pem");

function receipt(name = "plain_receipt.json"): v1.Receipt {
  return fromJsonString(v1.ReceiptSchema, file(name).toString());
}

function bytes(message: v1.Receipt): Buffer {
  return Buffer.from(toBinary(v1.ReceiptSchema, message));
}

function flipped(data: Uint8Array, place = 0): Buffer {
  const copy = Buffer.from(data);
  copy[place] = (copy[place] ?? 0) ^ 1;
  return copy;
}

function fault(
  of: Uint8Array | string | v1.Receipt,
  keys: readonly Buffer[] = [KEY],
  history?: v1.KeyHistory,
): string | undefined {
  const verification = verifyReceipt(of, keys, history);
  assert.equal(verification.explanation === "", isProven(verification));
  assert.equal(verification.decision !== "", isProven(verification));
  return v1.EvidenceFault[verification.fault];
}

type Whole = v1.Receipt & {
  head: v1.LogHead;
  inclusion: v1.InclusionProof;
  keys: v1.KeyHistory;
};

/** A receipt that was changed by `edit`. */
function edited(edit: (receipt: Whole) => void, name?: string): v1.Receipt {
  const changed = receipt(name);
  edit(changed as Whole);
  return changed;
}

function some<T>(value: T | undefined): T {
  assert.ok(value !== undefined);
  return value;
}

describe("verifyReceipt", () => {
  it("proves the golden receipts in all forms", () => {
    for (const name of ["plain_receipt.json", "receipt.json"]) {
      // The second one's key was replaced.
      const forms = [file(name), file(name).toString(), bytes(receipt(name)), receipt(name)];
      for (const form of forms) assert.equal(fault(form), "NONE", name);
    }
  });

  it("says what is proven", () => {
    const golden = receipt();
    const proven = verifyReceipt(golden, [KEY]);
    assert.equal(proven.decision, golden.decision);
    assert.deepEqual(proven.time, golden.time);
    assert.deepEqual(proven.logId, golden.head?.logId);
    assert.equal(proven.leafIndex, golden.inclusion?.leafIndex);
    assert.equal(proven.treeSize, golden.head?.treeSize);
    assert.deepEqual(proven.headTime, golden.head?.time);
    assert.equal(proven.timestamp, v1.TimestampState.NONE);
  });

  it("refuses a change of any byte", () => {
    const whole = bytes(receipt());
    for (let place = 0; place < whole.length; place++) {
      assert.notEqual(fault(flipped(whole, place)), "NONE", String(place));
    }
  });

  it("names the part that was changed", () => {
    const changes: [v1.ReceiptPart, string, (r: v1.Receipt) => void][] = [
      [
        v1.ReceiptPart.CORE,
        "core",
        (r) => {
          r.core = flipped(r.core);
        },
      ],
      [
        v1.ReceiptPart.SALT,
        "salt",
        (r) => {
          r.salt = flipped(r.salt);
        },
      ],
      [
        v1.ReceiptPart.BUNDLE_DIGEST,
        "bundle digest",
        (r) => {
          r.bundleDigest = flipped(r.bundleDigest);
        },
      ],
    ];
    for (const [part, name, change] of changes) {
      const refused = verifyReceipt(edited(change), [KEY]);
      assert.equal(refused.fault, v1.EvidenceFault.NOT_INCLUDED);
      assert.deepEqual(refused.alteredParts, [part]);
      assert.ok(refused.explanation.endsWith(`issued: ${name}`), refused.explanation);
    }
  });

  it("refuses changes of the head", () => {
    const root = edited(({ head }) => {
      head.rootHash = flipped(head.rootHash);
    });
    assert.equal(fault(root), "HEAD_SIGNATURE");
    assert.equal(
      fault(
        edited(({ head }) => {
          some(head.time).nanos += 1;
        }),
      ),
      "MALFORMED",
    );
    assert.equal(
      fault(
        edited(({ inclusion }) => {
          inclusion.treeSize += 1n;
        }),
      ),
      "MALFORMED",
    );
    assert.equal(
      fault(
        edited((r) => {
          delete (r as v1.Receipt).head;
        }),
      ),
      "MALFORMED",
    );
  });

  it("refuses a table of digests that was covered up", () => {
    assert.equal(
      fault(
        edited(({ parts }) => {
          parts.shift();
        }),
      ),
      "PART_DIGESTS",
    );
    assert.equal(
      fault(
        edited(({ parts }) => {
          parts.push(some(parts[0]));
        }),
      ),
      "PART_DIGESTS",
    );
  });

  it("refuses keys that nobody published", () => {
    assert.equal(fault(receipt(), []), "KEY_NOT_TRUSTED");
    const forged = edited(({ keys }) => {
      const rotation = some(keys.rotations[0]);
      rotation.signature = flipped(rotation.signature);
    }, "receipt.json");
    assert.equal(fault(forged), "KEY_STATEMENT");
    const cut = edited(({ keys }) => {
      keys.rotations = [];
    }, "receipt.json");
    assert.match(fault(cut) ?? "", /^KEY_/);
  });

  it("counts what the verifier knows", () => {
    const { revocations } = some(receipt("receipt.json").keys);
    const history = create(v1.KeyHistorySchema, { revocations });
    assert.equal(fault(receipt(), [KEY], history), "KEY_STATEMENT");
  });

  it("refuses files that are no receipts", () => {
    const files = [
      "",
      "{",
      "{}",
      "hello",
      Buffer.alloc(50, 0xff),
      '{"a": 1}',
      "   ",
      Buffer.from([0x7b, 0xff, 0x7d]),
      file("act_receipt.json"),
    ];
    for (const each of files) assert.equal(fault(each), "UNREADABLE", String(each));
  });

  it("refuses formats of a newer release", () => {
    assert.equal(
      fault(
        edited((newer) => {
          newer.format = 2;
        }),
      ),
      "UNKNOWN_FORMAT",
    );
    const unknown = Buffer.concat([bytes(receipt()), Buffer.from("fa3e0178", "hex")]); // Field 1007.
    assert.equal(fault(unknown), "UNKNOWN_FORMAT");
  });

  it("refuses keys of another kind, which are an error of the caller", () => {
    for (const key of ["no key", KEY.toString("base64"), "-----BEGIN PUBLIC KEY-----"]) {
      assert.throws(() => verifyReceipt(receipt(), [key]), /no Ed25519 key/);
    }
  });
});
