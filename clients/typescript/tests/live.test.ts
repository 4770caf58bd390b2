/** The client against a real server, over mTLS. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import {
  atExactRevision,
  atLeastAsFresh,
  byIdentifier,
  byVendor,
  type Client,
  create,
  explain,
  fromItem,
  InvalidRequest,
  knownAt,
  mayBuy,
  PermissionDenied,
  ProbityError,
  v1,
  vendorNumber,
  verdictName,
} from "probity-client";
import { BAD, failure, GOOD, PURCHASE, World } from "./world.js";

const SYSTEM = "SAP-ПРД"; // Not ASCII, as vendor systems are not.
const NAMES: Record<string, string> = {
  good: "Tidewater Stationery Ltd",
  bad: "Brackish Kilns Ltd",
};

let world: World;
let client: Client;

before(async () => {
  world = await World.start("mtls");
  client = world.client();
});

after(async () => {
  client?.close();
  await world?.stop();
});

function screen(subject: v1.ScreenedSubject, by = client, requestId = "") {
  return by.screening.screenSupplier({ subject, purchase: PURCHASE, requestId });
}

/** As somebody confirmed it. */
function vendor(number: string, record: string, name = NAMES[record] ?? "") {
  return {
    number: vendorNumber(SYSTEM, number),
    confirmed: true,
    displayName: name,
    target: { case: "sourceRecord" as const, value: `datasets/reg/records/${record}` },
  };
}

async function all<T>(source: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const each of source) found.push(each);
  return found;
}

describe("screening", () => {
  it("refuses a barred firm and says why", async () => {
    const answer = await screen(byIdentifier(...BAD, "Brackish Kilns Ltd"));
    assert.equal(verdictName(answer), "BLOCK");
    assert.equal(mayBuy(answer), false);
    assert.match(explain(answer), /M-BAR \(Invented Act s\. 1\)/);
  });

  it("lets another one through, for its days", async () => {
    const answer = await screen(byIdentifier(...GOOD, "Tidewater Stationery Ltd"));
    assert.equal(mayBuy(answer), true, explain(answer));
    assert.equal(mayBuy(answer, "2999-01-01"), false);
    const kept = await client.screening.getDecision({ name: answer.decision?.name ?? "" });
    assert.equal(mayBuy(kept), true);
  });

  it("makes one decision for one request id", async () => {
    const first = await screen(byIdentifier(...GOOD), client, "po-4711");
    const second = await screen(byIdentifier(...GOOD), client, "po-4711");
    assert.equal(first.decision?.name, second.decision?.name);
    assert.equal(second.repeatedRequest, true);
    const error = await failure(ProbityError, screen(byIdentifier(...BAD), client, "po-4711"));
    assert.equal(error.reason, "REQUEST_ID_REUSED");
    assert.equal(error.requestId, "po-4711");
  });

  it("does not let a supplier through that nobody can identify", async () => {
    const subject = create(v1.ScreenedSubjectSchema, { name: "Неизвестное товарищество «Ёж»" });
    assert.equal(mayBuy(await screen(subject)), false);
  });

  it("names the field at fault", async () => {
    const error = await failure(InvalidRequest, screen(create(v1.ScreenedSubjectSchema)));
    assert.equal(error.reason, "INVALID_FIELD");
    assert.match(error.metadata.field ?? "", /subject/);
    assert.ok(error.fieldViolations.length > 0);
  });

  it("says which scheme is unknown", async () => {
    const error = await failure(InvalidRequest, screen(byIdentifier("XX-WRONG", "1")));
    assert.equal(error.reason, "UNKNOWN_IDENTIFIER_SCHEME");
    assert.ok(error.isKnownReason);
    assert.match(error.userMessage, /XX-WRONG/);
    assert.ok(error.callId);
    assert.match(error.message, new RegExp(`call ${error.callId}`));
  });

  it("gives each item of a batch its own error", async () => {
    const item = (correlationId: string, subject: v1.ScreenedSubject) => ({
      correlationId,
      request: { subject, purchase: PURCHASE },
    });
    const { results } = await client.screening.batchScreenSuppliers({
      items: [item("a", byIdentifier(...GOOD)), item("b", byIdentifier("XX-WRONG", "1"))],
    });
    assert.deepEqual(
      results.map((result) => mayBuy(result)),
      [true, false],
    );
    const failed = results[1]?.answer;
    assert.ok(failed?.case === "error");
    assert.ok(fromItem(failed.value) instanceof InvalidRequest);
  });
});

describe("vendors", () => {
  const numbers = Array.from({ length: 1250 }, (_, i) => String(i).padStart(5, "0"));

  before(async () => {
    const vendors = numbers.map((number, i) => vendor(number, i % 7 === 0 ? "bad" : "good"));
    const results = await all(client.registerVendors(vendors));
    assert.deepEqual(
      results.map((result) => result.number?.number),
      numbers,
    );
    assert.ok(results.every((result) => result.change === v1.VendorChange.CREATED));
  });

  it("tells which of many failed", async () => {
    const wrong = {
      number: vendorNumber(SYSTEM, "9"),
      identifier: { scheme: "XX-WRONG", value: "1" },
    };
    const results = await all(client.registerVendors([wrong, vendor("8", "nobody")]));
    const reasons = results.map(({ error }) => error && fromItem(error).reason);
    assert.deepEqual(reasons, ["UNKNOWN_IDENTIFIER_SCHEME", "RECORD_NOT_FOUND"]);
    assert.deepEqual(await all(client.registerVendors([])), []);
  });

  it("are screened by their number", async () => {
    assert.equal(mayBuy(await screen(byVendor(SYSTEM, "00001"))), true);
    assert.equal(verdictName(await screen(byVendor(SYSTEM, "00007"))), "BLOCK");
    assert.equal(mayBuy(await screen(byVendor(SYSTEM, "7"))), false);
  });

  it("of another name than the register's are looked at", async () => {
    const number = "№ 1-株";
    await all(client.registerVendors([vendor(number, "good", "Žluťoučký kůň 株式会社")]));
    assert.equal(verdictName(await screen(byVendor(SYSTEM, number))), "REVIEW");
    await client.vendors.deleteVendors({ numbers: [vendorNumber(SYSTEM, number)] });
  });

  it("are listed to the end", async () => {
    const listing = client.vendors.listVendors({ system: SYSTEM, pageSize: 500 });
    const pages = await all(listing.pages());
    assert.deepEqual(
      pages.map((page) => page.vendors.length),
      [500, 500, 250],
    );
    const listed: v1.Vendor[] = await all(listing);
    assert.deepEqual(
      listed.map((each) => each.number?.number),
      numbers,
    );
  });

  it("are read as they were written, and as they were before", async () => {
    const list = (consistency: v1.Consistency) =>
      all(client.vendors.listVendors({ system: "other", consistency }));
    const before = await client.server.getServerInfo({});
    assert.equal(typeof before.revision?.revision, "bigint");
    const written = await client.vendors.batchUpsertVendors({
      vendors: [{ number: vendorNumber("other", "1") }],
    });
    assert.equal((await list(atLeastAsFresh(written))).length, 1);
    assert.equal((await list(atExactRevision(before))).length, 0);
    assert.equal((await list(knownAt(new Date()))).length, 1);
    const other = create(v1.RevisionTokenSchema, { storeLineage: "of-another", revision: 1n });
    const error = await failure(ProbityError, list(atLeastAsFresh(other)));
    assert.equal(error.reason, "WRONG_LINEAGE");
  });
});

describe("rights", () => {
  it("names the permission that is missing", async () => {
    const reader = world.client("reader");
    await reader.server.getServerInfo({});
    const error = await failure(PermissionDenied, screen(byIdentifier(...GOOD), reader));
    reader.close();
    assert.equal(error.reason, "PERMISSION_DENIED");
    assert.equal(error.metadata.permission, "SCREEN");
    assert.match(error.userMessage, /the permission SCREEN/);
  });

  it("waits for a budget that is used up", async () => {
    const poor = world.client("poor");
    for (let i = 0; i < 3; i++) await screen(byIdentifier(...GOOD), poor); // More than a second's.
    poor.close();
  });
});
