/** probity-client/testing: what a test sets is what the client gets, and what it did not set fails. */
import assert, { AssertionError } from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import {
  atLeastAsFresh,
  byIdentifier,
  byVendor,
  Client,
  Code,
  create,
  DeadlineExceeded,
  Exhausted,
  explain,
  fromItem,
  mayBuy,
  NotAllowed,
  NotFound,
  PermissionDenied,
  ProbityError,
  ServerFault,
  Unauthenticated,
  Unavailable,
  v1,
  vendorItems,
  vendorNumber,
  verdictName,
} from "probity-client";
import {
  block,
  certification,
  clear,
  error,
  FakeProbity,
  review,
  unavailable,
} from "probity-client/testing";
import { ERROR_CODES } from "../dist/generated/error_codes.js";
import { cases } from "./corpus.js";
import { failure } from "./world.js";

const { screenSupplier, streamScreenSuppliers } = v1.ScreeningService.method;
const { getSupplier } = v1.SupplierService.method;
const GOOD = byVendor("SAP-PRD", "000017");
const BAD = byVendor("SAP-PRD", "000018");
const SITE = create(v1.SubjectRefSchema, { ref: { case: "supplier", value: "suppliers/1" } });

let fake: FakeProbity;
let client: Client;

beforeEach(async () => {
  fake = await FakeProbity.start();
  client = new Client(fake.address);
});

afterEach(async () => {
  client.close();
  await fake.stop();
});

type Request = Parameters<Client["screening"]["screenSupplier"]>[0];

function screen(subject: v1.ScreenedSubject, more: Request = {}) {
  return client.screening.screenSupplier({ ...more, subject } as Request);
}

async function all<T>(source: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const each of source) found.push(each);
  return found;
}

describe("verdicts", () => {
  it("are each subject's own", async () => {
    fake
      .onScreening(GOOD, clear())
      .onScreening(BAD, block("M-BAR", { legalBasis: "Invented Act s. 1" }))
      .onScreening(byIdentifier("GB-COH", "1"), review(["ALLEGATION", "STALE_SOURCE"]))
      .onScreening(create(v1.ScreenedSubjectSchema, { name: "Ёж" }), review([], { rule: "N-1" }));
    assert.equal(mayBuy(await screen(GOOD)), true);
    assert.match(
      explain(await screen(BAD)),
      /^BLOCK.*\n- M-BAR \(Invented Act s\. 1\), about subject$/m,
    );
    const { decision } = await screen(byIdentifier("GB-COH", "1", "whatever it is called"));
    assert.equal(verdictName(decision), "REVIEW");
    const reasons = decision?.core?.reasons.map((reason) => v1.ReviewReason[reason]);
    assert.deepEqual(reasons, ["ALLEGATION", "STALE_SOURCE"]);
    const named = await screen(create(v1.ScreenedSubjectSchema, { name: "Ёж" }));
    assert.match(explain(named), /N-1/);
  });

  it("of a vendor look at system, company code and number", async () => {
    const companyCode = "1000";
    fake.onScreening(byVendor("S", "1", { companyCode }), clear());
    fake.onScreening(byVendor("S", "1"), block("A"));
    assert.equal(mayBuy(await screen(byVendor("S", "1", { companyCode }))), true);
    assert.equal(mayBuy(await screen(byVendor("S", "1"))), false);
  });

  it("come in whole decisions", async () => {
    fake.onScreening(null, clear({ validUntil: "2027-01-31" }));
    const first = await screen(GOOD, { asOf: { year: 2026, month: 11, day: 27 } });
    const second = await screen(BAD);
    assert.equal(mayBuy(first, "2026-12-01"), true);
    assert.equal(mayBuy(first, "2027-02-01"), false);
    assert.notEqual(first.decision?.name, second.decision?.name);
    assert.equal(second.decision?.core?.subjects[0]?.path, "subject");
    assert.ok(second.decision.core.asOf && second.decision.recordedAt);
    atLeastAsFresh(second);
  });

  it("may be freezes", async () => {
    fake.onScreening(null, block("UN-EU-HR", { freeze: true, hearingRequired: true }));
    const core = (await screen(GOOD)).decision?.core;
    const finding = core?.findings[0];
    const told = [finding?.freeze, core?.weighsFreezes, core?.hearingRequired];
    assert.deepEqual(told, [true, true, true]);
  });

  it("may depend on the purchase, and be newer than the client", async () => {
    fake.onScreening(GOOD, async ({ purchase }) => {
      if (purchase?.purpose === v1.Purpose.PAYMENT) return clear();
      throw error("NO_ACTIVE_POLICY");
    });
    const paying = await screen(GOOD, { purchase: { purpose: v1.Purpose.PAYMENT } });
    assert.equal(mayBuy(paying), true);
    assert.equal((await failure(NotAllowed, screen(GOOD))).reason, "NO_ACTIVE_POLICY");
    fake.onScreening(BAD, create(v1.DecisionCoreSchema, { verdict: 7 as v1.Verdict }));
    assert.equal(verdictName(await screen(BAD)), "UNKNOWN(7)");
  });

  it("are drawn once for each request id", async () => {
    fake.onScreening(GOOD, review(), clear());
    const first = await screen(GOOD, { requestId: "po-1" });
    const again = await screen(GOOD, { requestId: "po-1" });
    assert.deepEqual([again.decision, again.repeatedRequest], [first.decision, true]);
    assert.equal(verdictName(await screen(GOOD, { requestId: "po-2" })), "CLEAR");
    const { reason, metadata } = await failure(ProbityError, screen(BAD, { requestId: "po-1" }));
    assert.deepEqual([reason, metadata], ["REQUEST_ID_REUSED", { request_id: "po-1" }]);
  });

  it("are the same in batches and streams", async () => {
    const fieldViolations = [{ field: "subject.ref", description: "swapped" }];
    fake.onScreening(GOOD, clear());
    fake.onScreening(BAD, error("IDENTIFIER_CHECK_FAILED", { fieldViolations }));
    const items = await all(vendorItems("SAP-PRD", ["000017", "000018"]));
    const batch = await client.screening.batchScreenSuppliers({ items });
    const streamed = await all(client.screenStream(items, { policy: "policies/p" }));
    const results = streamed.map(({ message }) => message.value as v1.BatchScreenItemResult);
    for (const answered of [batch.results, results]) {
      assert.deepEqual(
        answered.map((result) => [result.correlationId, mayBuy(result)]),
        [
          ["000017", true],
          ["000018", false],
        ],
      );
      const failed = answered[1]?.answer;
      assert.ok(failed?.case === "error");
      assert.equal(fromItem(failed.value).fieldViolations[0]?.field, "subject.ref");
    }
  });

  it("in streams take what the settings say, and go on behind a cut", async () => {
    fake.onScreening(null, ({ purchase }) =>
      purchase?.authorityCountry === "DE" ? clear() : block("A"),
    );
    fake.onScreening(BAD, unavailable(), clear());
    const purchase = { authorityCountry: "DE" };
    const own = { request: { subject: GOOD, purchase: { authorityCountry: "FR" } } };
    const stream = client.screenStream([{ request: { subject: GOOD } }, own], { purchase });
    assert.deepEqual(
      (await all(stream)).map((answer) => mayBuy(answer)),
      [true, false],
    );
    const numbers = ["1", "000018", "2"];
    const answers = await all(client.screenStream(vendorItems("SAP-PRD", numbers), { purchase }));
    assert.deepEqual(
      answers.map((answer) => mayBuy(answer)),
      [true, true, true],
    );
  });
});

describe("other answers", () => {
  it("are those of certifications", async () => {
    fake
      .onCertification(SITE, certification("EXPIRED", { detail: "ended in May" }))
      .onCertification("FSC-1", certification("VALID", { validUntil: "2027-01-31" }))
      .onCertification(byIdentifier("GB-COH", "1"), error("UNKNOWN_SCHEME"));
    const expired = await client.certifications.checkCertification({ subject: SITE });
    const { result, causes } = expired;
    assert.deepEqual(
      [v1.CertificationResult[result], causes[0]?.detail],
      ["EXPIRED", "ended in May"],
    );
    const valid = await client.certifications.checkCertification({ certificateNo: "FSC-1" });
    assert.deepEqual([v1.CertificationResult[valid.result], valid.causes], ["VALID", []]);
    const wrong = byIdentifier("GB-COH", "1").ref;
    const items = [{ request: { subject: SITE } }, { request: wrong ? { subject: wrong } : {} }];
    const batch = await client.certifications.batchCheckCertifications({ items });
    assert.deepEqual(
      batch.results.map(({ answer }) => answer.case),
      ["response", "error"],
    );
  });

  it("are those of any method, one after the other", async () => {
    const supplier = { name: "suppliers/1" };
    fake.on(getSupplier, { supplier }, error("SUPPLIER_NOT_FOUND"));
    assert.equal((await client.suppliers.getSupplier({})).supplier?.name, "suppliers/1");
    await failure(NotFound, client.suppliers.getSupplier({}));
    await failure(NotFound, client.suppliers.getSupplier({}));
  });

  it("are those of vendors in bulk", async () => {
    const { batchUpsertVendors } = v1.VendorService.method;
    fake.on(batchUpsertVendors, ({ vendors }) => ({
      results: vendors.map(({ number }) => ({
        ...(number && { number }),
        change: v1.VendorChange.CREATED,
      })),
    }));
    const vendors = Array.from({ length: 1500 }, (_, i) => ({ number: vendorNumber("S", `${i}`) }));
    assert.equal((await all(client.registerVendors(vendors))).length, 1500);
    const sizes = fake.requests(batchUpsertVendors).map((request) => request.vendors.length);
    assert.deepEqual(sizes, [1000, 500]);
  });

  it("are those of listings and of the server's streams", async () => {
    const { listVendors } = v1.VendorService.method;
    const page = { vendors: [{ displayName: "a" }], nextPageToken: "2" };
    fake.on(listVendors, page, { vendors: [{ displayName: "b" }] });
    const names = (await all(client.vendors.listVendors({}))).map(({ displayName }) => displayName);
    assert.deepEqual(names, ["a", "b"]);
    fake.on(v1.DatasetService.method.downloadRejectedFile, [{}, {}, error("DISK_FULL")]);
    let received = 0;
    const download = (async () => {
      for await (const _ of client.datasets.downloadRejectedFile({})) received += 1;
    })();
    await failure(Exhausted, download);
    assert.equal(received, 2);
  });

  it("are those of a watch", async () => {
    const change = (id: bigint) => create(v1.VerdictChangeSchema, { id });
    fake.onWatch(change(1n), error("WATCH_UNAVAILABLE"), change(2n));
    const told: bigint[] = [];
    const watch = client.watchVerdicts();
    for await (const { message } of watch) {
      if (message.case !== "change") continue;
      told.push(message.value.id);
      if (message.value.id === 2n) fake.onWatch(change(3n));
      if (message.value.id === 3n) break;
    }
    assert.deepEqual(told, [1n, 2n, 3n]);
    const again = client.watchVerdicts({ cursor: watch.cursor, patienceMs: 0 });
    const messages = again[Symbol.asyncIterator]();
    assert.equal((await messages.next()).value?.message.case, "checkpoint");
    await fake.outage(() => failure(Unavailable, messages.next()));
  });
});

describe("errors", () => {
  it("are what the client throws", async () => {
    const given = error("PERMISSION_DENIED", {
      message: "not for you",
      metadata: { permission: "SCREEN" },
      fieldViolations: [{ field: "purchase", description: "of another authority" }],
    });
    fake.onScreening(GOOD, given);
    const got = await failure(PermissionDenied, screen(GOOD));
    const parts = ["code", "reason", "domain", "serverMessage", "metadata"] as const;
    for (const part of [...parts, "fieldViolations", "retryAfter"] as const) {
      assert.deepEqual(got[part], given[part], part);
    }
    assert.match(got.userMessage, /for the permission SCREEN/);
    assert.ok(got.isKnownReason && got.requestId && got.callId);
  });

  it("have the code of their reason, as the corpus has it", () => {
    const reasons: string[] = Object.values(ERROR_CODES).flat();
    assert.equal(reasons.length, new Set(reasons).size);
    for (const reason of reasons) assert.ok(reason in v1.ErrorReason, reason);
    let checkedCount = 0;
    for (const [, each] of cases()) {
      for (const { error: told } of each.steps ?? [each]) {
        if (!told?.reason) continue;
        assert.equal(Code[error(String(told.reason)).code], told.code);
        checkedCount += 1;
      }
    }
    assert.ok(checkedCount > 30);
  });

  it("that are none are refused", async () => {
    assert.throws(() => error(), /a reason or a code/);
    assert.throws(() => error("QUOTA_EXCEDED"), /"QUOTA_EXCEDED" is no reason/);
    assert.throws(() => error("ROW_DATE"), /of one row of a load/);
    fake.onScreening(GOOD, error("SUNDAY", { code: Code.FAILED_PRECONDITION }));
    assert.equal((await failure(NotAllowed, screen(GOOD))).isKnownReason, false);
  });

  it("that name a time are waited for", async () => {
    fake.onScreening(GOOD, error("QUOTA_EXCEEDED", { retryAfter: 0.2 }), clear());
    const begun = performance.now();
    assert.equal(mayBuy(await screen(GOOD)), true);
    assert.ok(performance.now() - begun >= 200);
    const [first, second] = fake.requests(screenSupplier);
    assert.deepEqual(first, second);
  });

  it("of who is away are asked about again only where an answer follows", async () => {
    fake.onScreening(GOOD, unavailable(), unavailable(), clear());
    fake.onScreening(BAD, unavailable());
    assert.equal(mayBuy(await screen(GOOD)), true);
    assert.equal(fake.calls.length, 3);
    const { userMessage } = await failure(Unavailable, screen(BAD));
    assert.ok(
      userMessage.includes(`${fake.address}: connect ECONNREFUSED. No server listens there`),
    );
    assert.equal(fake.calls.length, 4);
  });

  it("come with an outage, and go with it", async () => {
    fake.onScreening(null, clear());
    await fake.outage(async () => {
      await failure(Unavailable, screen(GOOD));
      const stream = client.screenStream(vendorItems("S", ["1"]), { patienceMs: 0 });
      await failure(Unavailable, all(stream));
    });
    assert.equal(mayBuy(await screen(GOOD)), true);
  });

  it("of a whole method count before those of subjects", async () => {
    fake.onScreening(GOOD, clear()).on(screenSupplier, error("UNAUTHENTICATED"));
    await failure(Unauthenticated, screen(GOOD));
    fake.on(streamScreenSuppliers, error("TOO_MANY_STREAMS"));
    await failure(Exhausted, all(client.screenStream(vendorItems("S", ["1"]))));
    fake.on(getSupplier, error("", { code: Code.DEADLINE_EXCEEDED }));
    await failure(DeadlineExceeded, client.suppliers.getSupplier({}));
  });
});

describe("what was not set", () => {
  /** Fails twice: where it is asked, and at the end. */
  async function unset(ask: () => Promise<unknown>, said: RegExp): Promise<void> {
    fake.onScreening(GOOD, clear());
    const { serverMessage } = await failure(ServerFault, ask());
    assert.match(serverMessage, /^FakeProbity: /);
    assert.match(serverMessage, said);
    const { message } = await failure(AssertionError, fake.stop());
    assert.match(message, said);
  }

  it("is told of a subject", () =>
    unset(
      () => screen(byIdentifier("GB-COH", "0123")),
      /no answer is set to ScreeningService\/ScreenSupplier about byIdentifier\("GB-COH", "0123"\); set it by fake\.onScreening\(byIdentifier\("GB-COH", "0123"\), \.\.\.\) \(set are byVendor\("SAP-PRD", "000017"\)\)/,
    ));

  it("is told of an item of a stream", () =>
    unset(
      () => all(client.screenStream(vendorItems("SAP-PRD", ["000017", "17"]))),
      /about byVendor\("SAP-PRD", "17"\)/,
    ));

  it("is told of an item of a batch", async () => {
    const items = await all(vendorItems("SAP-PRD", ["000017", "17"]));
    const ask = () => client.screening.batchScreenSuppliers({ items });
    await unset(ask, /about byVendor\("SAP-PRD", "17"\)/);
  });

  it("is told of a certificate", () =>
    unset(
      () => client.certifications.checkCertification({ certificateNo: "FSC-1" }),
      /about "FSC-1"; set it by fake\.onCertification\("FSC-1", \.\.\.\) \(none is\)/,
    ));

  it("is told of a method", () =>
    unset(
      () => client.suppliers.getSupplier({}),
      /fake\.on\(v1\.SupplierService\.method\.getSupplier, \{ \.\.\. \}\)/,
    ));

  it("is told of a stream", () =>
    unset(
      () => all(client.datasets.exportDataset({})),
      /fake\.on\(v1\.DatasetService\.method\.exportDataset, \[\{ \.\.\. \}\]\)/,
    ));

  it("is told of a watch", () => unset(() => all(client.watchVerdicts()), /fake\.onWatch/));

  it("and functions that fail are told too", async () => {
    fake.onScreening(GOOD, () => {
      throw new TypeError("of the test");
    });
    fake.onScreening(BAD, (() => "CLEAR") as never);
    await failure(ServerFault, screen(GOOD));
    await failure(ServerFault, screen(BAD));
    const { message } = await failure(AssertionError, fake.stop());
    assert.match(message, /of the test.*a DecisionCore, .* not a string/s);
  });

  it("is refused where it can be no answer", () => {
    const wrong: [() => unknown, RegExp][] = [
      [() => fake.onScreening(GOOD), /no answer to ScreeningService\/ScreenSupplier is given/],
      [() => fake.onScreening(GOOD, "CLEAR" as never), /is a DecisionCore, a ScreenSupplierResp/],
      [() => fake.onCertification("1", clear() as never), /is a CheckCertificationResponse, an er/],
      [() => fake.on(getSupplier, { suplier: {} } as never), /has no field "suplier"/],
      [() => fake.onWatch(clear() as never), /is a VerdictChange, or an error/],
      [() => fake.on(v1.PortfolioService.method.watchVerdicts, []), /is answered by onWatch\(\)/],
      [() => fake.on(v1.DatasetService.method.exportDataset, {} as never), /an array of messages/],
      [
        () => review(["ALEGATION" as never]),
        /"ALEGATION" is no ReviewReason; there are .*ALLEGATI/,
      ],
      [() => certification("VALUD" as never), /"VALUD" is no CertificationResult/],
    ];
    for (const [set, said] of wrong) assert.throws(set, said);
  });
});

describe("calls", () => {
  it("are kept as they came", async () => {
    fake.onScreening(GOOD, clear());
    const named = new Client(fake.address, { token: "a-token" });
    const request = { subject: GOOD, requestId: "PO-4711-1" };
    await named.screening.screenSupplier(request, { timeoutMs: 100_000 });
    const policy = "policies/p";
    await all(named.screenStream(vendorItems("SAP-PRD", ["000017"]), { policy }));
    named.close();
    const [first, settings, item] = fake.calls;
    assert.equal(first?.method, "ScreeningService/ScreenSupplier");
    assert.equal(first.metadata.authorization, "Bearer a-token");
    assert.ok(first.timeoutMs > 50_000 && first.timeoutMs <= 100_001);
    assert.deepEqual([fake.requests(screenSupplier)[0]?.requestId], ["PO-4711-1"]);
    assert.equal(item?.timeoutMs, Number.POSITIVE_INFINITY);
    const sent = fake.requests(streamScreenSuppliers).map(({ message }) => message.case);
    assert.deepEqual(
      [settings?.request.$typeName, sent],
      [item.request.$typeName, ["settings", "item"]],
    );
  });
});
