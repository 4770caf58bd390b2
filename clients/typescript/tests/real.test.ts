/** Against a real server: certificates that are refused, a server that is slow or restarted, tokens,
 * and receipts as the command line verifies them. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import {
  byIdentifier,
  byVendor,
  Client,
  DeadlineExceeded,
  fromJsonString,
  isProven,
  mayBuy,
  toBinary,
  toJsonString,
  Unauthenticated,
  Unavailable,
  v1,
  vendorItems,
  vendorNumber,
  verifyActReceipt,
  verifyReceipt,
} from "probity-client";
import { BAD, failure, GOOD, PURCHASE, World } from "./world.js";

let world: World;
let client: Client;

async function screen(subject: v1.ScreenedSubject, by = client, timeoutMs = 20_000) {
  return by.screening.screenSupplier({ subject, purchase: PURCHASE }, { timeoutMs });
}

function saidOf({ fault, act, core }: v1.ActVerification) {
  return [fault, act, core && toJsonString(v1.ActCoreSchema, core)];
}

/** A member's first verdict is no event. */
async function decided(portfolio: string): Promise<void> {
  for (;;) {
    for await (const { verdict } of client.portfolios.listMembers({ portfolio })) {
      if (verdict) return;
    }
    await sleep(50);
  }
}

describe("over mTLS", () => {
  before(async () => {
    world = await World.start("mtls");
    client = world.client();
  });

  after(async () => {
    client?.close();
    await world?.stop();
  });

  async function refused(by: Client): Promise<string> {
    const { userMessage } = await failure(Unavailable, by.server.getServerInfo({}));
    by.close();
    assert.match(userMessage, /Nothing was decided/);
    return userMessage;
  }

  it("a certificate of another authority, an ended one and none are refused", async () => {
    const rogue = world.told.rogue;
    const pair = { cert: `${rogue}/erp.pem`, key: `${rogue}/erp.key` };
    assert.match(await refused(world.client("erp", pair)), /was not revoked/);
    assert.match(await refused(world.client("erp", { ca: `${rogue}/ca.pem` })), /`ca`/);
    assert.match(await refused(world.client("old")), /has not ended/);
    assert.match(await refused(new Client(world.address)), /give `ca`/);
  });

  it("receipts are verified as by the command line", async () => {
    const { decision } = await screen(byIdentifier(...GOOD));
    const { receipt } = await client.screening.getReceipt({ name: decision?.name ?? "" });
    assert.ok(receipt);
    const key = await world.logKey();
    writeFileSync(world.file("log.pub"), key);
    const whole = Buffer.from(toBinary(v1.ReceiptSchema, receipt));
    for (const place of [-1, 0, Math.floor(whole.length / 2), whole.length - 1]) {
      const changed = Buffer.from(whole);
      if (place >= 0) changed[place] = (changed[place] ?? 0) ^ 1;
      writeFileSync(world.file("receipt"), changed);
      const [file, log] = [world.file("receipt"), world.file("log.pub")];
      const theirs = await world.probity("--json", "decision", "verify", file, "--key", log);
      const mine = verifyReceipt(changed, [key]);
      assert.equal(isProven(mine), place < 0);
      assert.equal(theirs.code === 0, place < 0, theirs.err);
      const fault = v1.EvidenceFault[mine.fault] ?? "";
      if (place >= 0) assert.ok(theirs.out.includes(fault), `${fault}: ${theirs.out}`);
    }
  });

  it("receipts of acts are verified as by the command line", async () => {
    const log = world.file("log.pub");
    const key = await world.logKey();
    writeFileSync(log, key);
    let name = "";
    for await (const act of client.screening.listActs({})) {
      if (act.core?.method === "DatasetService.CommitLoad") name = act.name;
    }
    const { receipt } = await client.screening.getActReceipt({ name });
    assert.ok(receipt);
    const whole = Buffer.from(toBinary(v1.ActReceiptSchema, receipt));
    for (const place of [-1, 0, Math.floor(whole.length / 2), whole.length - 1]) {
      const changed = Buffer.from(whole);
      if (place >= 0) changed[place] = (changed[place] ?? 0) ^ 1;
      const file = world.file("act");
      writeFileSync(file, changed);
      const { out } = await world.probity("--json", "log", "verify-act", file, "--key", log);
      const theirs = fromJsonString(v1.ActVerificationSchema, out);
      const mine = verifyActReceipt(changed, [key]);
      assert.equal(isProven(mine), place < 0, mine.explanation);
      assert.deepEqual(saidOf(mine), saidOf(theirs));
    }
  });

  it("a watch tells changes, and goes on over a restart", async () => {
    const name = "portfolios/watched";
    await client.portfolios.putPortfolio({ portfolio: { name, purchase: PURCHASE } });
    const members = [{ name: `${name}/members/1`, subject: byVendor("W", "1") }];
    await client.portfolios.batchPutMembers({ portfolio: name, members });
    await decided(name);
    const number = vendorNumber("W", "1");
    const target = { case: "sourceRecord", value: "datasets/reg/records/bad" } as const;
    const told: string[] = [];
    const watch = client.watchVerdicts({ portfolio: name });
    for await (const { message, cursor } of watch) {
      assert.equal(watch.cursor, cursor);
      if (message.case === "checkpoint" && told.length === 0) {
        const vendors = [{ number, target, confirmed: true, displayName: "Brackish Kilns Ltd" }];
        await client.vendors.batchUpsertVendors({ vendors });
      } else if (message.case === "change") {
        const { before: was, after: is } = message.value;
        told.push(`${v1.Verdict[was?.verdict ?? 0]} ${v1.Verdict[is?.verdict ?? 0]}`);
        if (told.length === 2) break;
        await world.do("restart");
        await client.vendors.deleteVendors({ numbers: [number] });
      }
    }
    assert.deepEqual(told, ["REVIEW BLOCK", "BLOCK REVIEW"]);
  });

  it("a slow server ends in a deadline, and a restart is waited out by a stream", async () => {
    await world.do("pause");
    await failure(DeadlineExceeded, screen(byIdentifier(...GOOD), client, 500));
    await world.do("go_on");
    const numbers = Array.from({ length: 2000 }, (_, i) => String(i));
    const answered: string[] = [];
    let again: Promise<null> | undefined;
    const options = { purchase: PURCHASE };
    for await (const { message } of client.screenStream(vendorItems("S", numbers), options)) {
      again ??= world.do("restart");
      if (message.case === "result") answered.push(message.value.correlationId);
      if (answered.length === 300) await again;
    }
    assert.deepEqual(answered, numbers);
    assert.equal(mayBuy(await screen(byIdentifier(...BAD))), false);
  });
});

describe("with a token", () => {
  it("who has it is known, and nobody else", async () => {
    const tokens = await World.start("token");
    const known = tokens.client();
    const { decision } = await screen(byIdentifier(...BAD), known);
    assert.match(decision?.name ?? "", /^authorities\/ministry\/decisions\//);
    known.close();
    for (const token of ["token-of-somebody-else-who-is-not-known", undefined]) {
      const stranger = new Client(tokens.address, { token });
      const error = await failure(Unauthenticated, stranger.server.getServerInfo({}));
      stranger.close();
      assert.equal(error.reason, "UNAUTHENTICATED");
      assert.ok(!error.message.includes("somebody-else"));
    }
    await tokens.stop();
  });
});
