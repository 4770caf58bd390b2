/** What lets a purchase through, and what never does. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type DescMessage, fromBinary, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import {
  atExactRevision,
  atLeastAsFresh,
  byIdentifier,
  byVendor,
  create,
  explain,
  fromDay,
  knownAt,
  mayBuy,
  minimizeLatency,
  toDay,
  v1,
  verdictName,
} from "probity-client";

const NEWER = 77 as v1.Verdict; // A verdict that no release has yet.

/** The same decision in each answer that may hold it. */
function answers(core: MessageInitShape<typeof v1.DecisionCoreSchema>) {
  const decision = create(v1.DecisionSchema, { core });
  const response = create(v1.ScreenSupplierResponseSchema, { decision });
  const item = create(v1.BatchScreenItemResultSchema, {
    answer: { case: "response", value: response },
  });
  const made: [DescMessage, object][] = [
    [v1.DecisionCoreSchema, create(v1.DecisionCoreSchema, core)],
    [v1.DecisionSchema, decision],
    [v1.ScreenSupplierResponseSchema, response],
    [v1.BatchScreenItemResultSchema, item],
    [v1.GetDecisionResponseSchema, create(v1.GetDecisionResponseSchema, { decision })],
    [
      v1.StreamScreenSuppliersResponseSchema,
      create(v1.StreamScreenSuppliersResponseSchema, { message: { case: "result", value: item } }),
    ],
  ];
  // As they come over the wire.
  return made.map(([schema, message]) => fromBinary(schema, toBinary(schema, message as never)));
}

describe("mayBuy", () => {
  it("is true of CLEAR alone", () => {
    for (const answer of answers({ verdict: v1.Verdict.CLEAR })) {
      assert.equal(mayBuy(answer), true, answer.$typeName);
    }
    const others = [v1.Verdict.UNSPECIFIED, v1.Verdict.REVIEW, v1.Verdict.BLOCK, NEWER, -1];
    for (const verdict of others) {
      for (const answer of answers({ verdict })) assert.equal(mayBuy(answer), false);
    }
  });

  it("is false of a verdict that is newer than this client, which is named", () => {
    for (const answer of answers({ verdict: NEWER })) {
      assert.equal(verdictName(answer), "UNKNOWN(77)");
      assert.match(explain(answer), /treat it as a hold/);
    }
  });

  it("is false of anything else", () => {
    const error = create(v1.ItemErrorSchema, { code: 5 });
    const others = [
      undefined,
      null,
      true,
      1,
      "CLEAR",
      {},
      v1.Verdict.CLEAR,
      { decision: { core: { verdict: v1.Verdict.CLEAR } } },
      create(v1.ScreenSupplierResponseSchema),
      create(v1.BatchScreenItemResultSchema, { answer: { case: "error", value: error } }),
      create(v1.StreamScreenSuppliersResponseSchema, { message: { case: "opened", value: {} } }),
      create(v1.WatchedVerdictSchema, { verdict: v1.Verdict.CLEAR }),
      create(v1.ReplayDecisionResponseSchema, { core: { verdict: v1.Verdict.CLEAR } }),
    ];
    for (const answer of others) {
      assert.equal(mayBuy(answer), false);
      assert.equal(verdictName(answer), "NONE");
      assert.match(explain(answer), /nothing may be bought/);
    }
  });

  it("of a decision that was kept is true on its days", () => {
    const kept = { asOf: fromDay("2026-11-30"), validUntil: fromDay("2026-12-02") };
    const days = ["2026-11-29", "2026-11-30", "2026-12-01", "2026-12-02", "2026-12-03"];
    for (const answer of answers({ verdict: v1.Verdict.CLEAR, ...kept })) {
      assert.deepEqual(
        days.map((day) => mayBuy(answer, day)),
        [false, true, true, true, false],
      );
    }
    for (const answer of answers({ verdict: v1.Verdict.REVIEW, ...kept })) {
      assert.equal(mayBuy(answer, "2026-12-01"), false);
    }
  });

  it("of a decision without days is false on any", () => {
    const asOf = fromDay("2026-11-27");
    for (const days of [{}, { asOf }, { validUntil: asOf }, { asOf, validUntil: { year: 2027 } }]) {
      for (const answer of answers({ verdict: v1.Verdict.CLEAR, ...days })) {
        assert.equal(mayBuy(answer, "2026-11-27"), false);
      }
    }
  });

  it("refuses what is no day", () => {
    for (const day of ["", "27.11.2026", "2026-02-30", "2026-1-1", "tomorrow"]) {
      assert.throws(() => mayBuy(undefined, day), /is no day/);
      assert.throws(() => fromDay(day), RangeError);
    }
  });
});

describe("explain", () => {
  it("names rules, laws and what is missing", () => {
    const core = create(v1.DecisionCoreSchema, {
      verdict: v1.Verdict.BLOCK,
      validUntil: { year: 2026, month: 12, day: 1 },
      findings: [{ ruleId: "M-BAR", legalBasis: "Invented Act § 1", subject: "subject" }],
      notChecked: [{ input: "items[0].origin", required: true }, { input: "items[0].value" }],
    });
    assert.equal(
      explain(core),
      "BLOCK: Hold: a binding ground is in force.\n" +
        "- M-BAR (Invented Act § 1), about subject\n" +
        "- not checked: items[0].origin\n" +
        "Stands until 2026-12-01 if nothing new is learnt.",
    );
  });
});

describe("consistency", () => {
  const token = create(v1.RevisionTokenSchema, { storeLineage: "l", revision: 2n ** 63n });
  const stamp = create(v1.AnswerStampSchema, { revision: token });

  it("takes answers, stamps and tokens", () => {
    for (const seen of [token, stamp, create(v1.ListVendorsResponseSchema, { stamp })]) {
      const wanted = { case: "atLeastAsFresh", value: token };
      assert.deepEqual(atLeastAsFresh(seen).requirement, wanted);
      assert.equal(atExactRevision(seen).requirement.value, token);
    }
    assert.equal(minimizeLatency().requirement.value, true);
  });

  it("refuses what has no revision, and no instant", () => {
    const none = [
      undefined,
      {},
      create(v1.ListVendorsResponseSchema),
      create(v1.AnswerStampSchema),
      create(v1.RevisionTokenSchema),
      7,
    ];
    for (const seen of none) assert.throws(() => atLeastAsFresh(seen as object), /no revision/);
    for (const instant of [new Date("no"), "2026-01-01"]) {
      assert.throws(() => knownAt(instant as Date), /valid Date/);
    }
  });
});

describe("subjects", () => {
  it("are what they say", () => {
    const subject = byIdentifier("GB-COH", "04830352", "Žluťoučký kůň");
    assert.equal(subject.name, "Žluťoučký kůň");
    assert.equal(subject.ref?.ref.case, "identifier");
  });

  it("refuse a number that lost its zeros", () => {
    assert.throws(() => byVendor("SAP", 1 as unknown as string), /loses its leading zeros/);
  });

  it("days that are not precise are none", () => {
    assert.equal(toDay(create(v1.DateSchema, { year: 2026, month: 5 })), undefined);
    assert.equal(toDay(undefined), undefined);
  });
});
