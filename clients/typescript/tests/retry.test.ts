/** Deadlines, what is sent again and what never is, and errors as they arrive. */
import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";
import { create, type Message } from "@bufbuild/protobuf";
import {
  byIdentifier,
  Cancelled,
  Client,
  Code,
  type ConnectionOptions,
  DeadlineExceeded,
  Exhausted,
  mayBuy,
  ProbityError,
  ServerFault,
  Unavailable,
  v1,
} from "probity-client";
import { type Answer, FakeServer, Refusal } from "./fake.js";
import { failure } from "./world.js";

const AWAY = new Refusal(Code.UNAVAILABLE, "restarting", { reason: "INDEX_NOT_READY" });
const INFO = create(v1.GetServerInfoResponseSchema, { version: "9" });
const QUOTA = new Refusal(Code.RESOURCE_EXHAUSTED, "budget used up", {
  reason: "QUOTA_EXCEEDED",
  retryAfter: 0.05,
});
const CLEAR = create(v1.ScreenSupplierResponseSchema, {
  decision: { core: { verdict: v1.Verdict.CLEAR } },
});

let server: FakeServer;
let client: Client;

async function serve(
  answers: Record<string, Answer>,
  options: ConnectionOptions = {},
): Promise<void> {
  server = await new FakeServer(answers).start();
  client = new Client(server.address, options);
}

afterEach(() => {
  client.close();
  server.stop();
});

function ids(): string[] {
  return server.calls.map(({ request }) => (request as v1.ScreenSupplierRequest).requestId);
}

const failing =
  (times: number, refusal: Refusal, then: Message): Answer =>
  (_, attempt) =>
    attempt <= times ? refusal : then;

describe("sending again", () => {
  it("asks an unavailable server again, under the same request id", async () => {
    await serve({ screenSupplier: failing(2, AWAY, CLEAR) });
    const answer = await client.screening.screenSupplier({ subject: byIdentifier("GB-COH", "1") });
    assert.ok(mayBuy(answer));
    assert.equal(server.calls.length, 3);
    assert.match(ids()[0] ?? "", /^[0-9a-f-]{36}$/);
    assert.equal(new Set(ids()).size, 1);
  });

  it("gives each call its own id, and leaves the caller's alone", async () => {
    await serve({ screenSupplier: () => CLEAR });
    const request = create(v1.ScreenSupplierRequestSchema, {});
    for (const _ of [1, 2]) await client.screening.screenSupplier(request);
    assert.equal(request.requestId, "");
    assert.equal(new Set(ids()).size, 2);
    await client.screening.screenSupplier({ requestId: "po-1" });
    assert.equal(ids()[2], "po-1");
  });

  it("gives each item of a batch an id", async () => {
    await serve({ batchScreenSuppliers: () => create(v1.BatchScreenSuppliersResponseSchema) });
    await client.screening.batchScreenSuppliers({
      items: [{ request: { requestId: "a" } }, { request: {} }],
    });
    const sent = server.calls[0]?.request as v1.BatchScreenSuppliersRequest | undefined;
    const items = sent?.items ?? [];
    assert.equal(items[0]?.request?.requestId, "a");
    assert.match(items[1]?.request?.requestId ?? "", /^[0-9a-f-]{36}$/);
  });

  it("waits as long as the server says of a budget", async () => {
    await serve({ getServerInfo: failing(2, QUOTA, INFO) });
    const begun = performance.now();
    assert.equal((await client.server.getServerInfo({})).version, "9");
    assert.ok(performance.now() - begun >= 100);
    assert.equal(server.calls.length, 3);
  });

  it("does not wait behind the deadline", async () => {
    const late = new Refusal(Code.RESOURCE_EXHAUSTED, "no", { retryAfter: 0.9 });
    await serve({ getServerInfo: () => late });
    const asked = client.server.getServerInfo({}, { timeoutMs: 500 });
    const error = await failure(Exhausted, asked);
    assert.equal(error.retryAfter, 0.9);
    assert.match(error.userMessage, /Nothing was decided; ask again in 1 seconds/);
    assert.equal(server.calls.length, 1);
  });

  it("is not done of a full disk, of which nobody knows when", async () => {
    await serve({ getServerInfo: () => new Refusal(Code.RESOURCE_EXHAUSTED, "disk full") });
    await failure(Exhausted, client.server.getServerInfo({}));
    assert.equal(server.calls.length, 1);
  });

  it("is not done of what has no id, nor of other errors", async () => {
    await serve({
      erasePersonalTexts: () => AWAY,
      getServerInfo: () => new Refusal(Code.INTERNAL, "broken"),
    });
    await failure(Unavailable, client.screening.erasePersonalTexts({}));
    const fault = await failure(ServerFault, client.server.getServerInfo({}));
    assert.match(fault.userMessage, /tell your administrator/);
    assert.equal(server.calls.length, 2);
  });

  it("is not done where it was switched off", async () => {
    for (const refusal of [AWAY, QUOTA]) {
      await serve(
        { screenSupplier: () => refusal },
        { channelOptions: { "grpc.enable_retries": 0 } },
      );
      const { reason } = await failure(ProbityError, client.screening.screenSupplier({}));
      assert.deepEqual([reason, server.calls.length], [refusal.told.reason, 1]);
      client.close();
      server.stop();
    }
  });

  it("ends after as many attempts as the service config has", async () => {
    await serve({
      getServerInfo: () => new Refusal(Code.RESOURCE_EXHAUSTED, "", { retryAfter: 0.001 }),
    });
    await failure(Exhausted, client.server.getServerInfo({}));
    assert.equal(server.calls.length, 5);
  });
});

describe("deadlines", () => {
  it("are those of the service config, unless the caller gives one", async () => {
    await serve({ getServerInfo: () => INFO, screenSupplier: () => CLEAR });
    await client.server.getServerInfo({});
    await client.screening.screenSupplier({});
    await client.server.getServerInfo({}, { timeoutMs: 3_600_000 });
    const seconds = server.calls.map(({ leftMs }) => leftMs / 1000);
    for (const [i, most] of [10, 15, 3600].entries()) {
      assert.ok((seconds[i] ?? 0) <= most + 1 && (seconds[i] ?? 0) > most / 2, String(seconds));
    }
    await client.server.getServerInfo({}, { timeoutMs: Number.POSITIVE_INFINITY });
    assert.ok(!((server.calls[3]?.leftMs ?? 0) < 1e9));
    await assert.rejects(client.server.getServerInfo({}, { timeoutMs: Number.NaN }), RangeError);
  });

  it("end a call that nobody answers", async () => {
    await serve({ screenSupplier: () => undefined });
    const asked = client.screening.screenSupplier({ requestId: "po-2" }, { timeoutMs: 200 });
    const error = await failure(DeadlineExceeded, asked);
    assert.equal(error.requestId, "po-2");
    assert.match(error.userMessage, /Nothing may be bought on this/);
  });

  it("a caller can give up", async () => {
    await serve({ screenSupplier: () => undefined });
    const giving = new AbortController();
    const asked = client.screening.screenSupplier({}, { signal: giving.signal });
    setTimeout(() => giving.abort(), 50);
    assert.equal((await failure(Cancelled, asked)).code, Code.CANCELLED);
    await failure(Cancelled, client.server.getServerInfo({}, { signal: AbortSignal.abort() }));
  });
});

describe("errors", () => {
  it("keep what the server says, also a reason that is newer than the client", async () => {
    const newer = new Refusal(Code.FAILED_PRECONDITION, "not on Sundays", {
      reason: "CLOSED_ON_SUNDAYS",
      metadata: { opens: "Monday" },
      fields: [{ field: "purchase.on", description: "a Sunday" }],
    });
    await serve({ screenSupplier: () => newer });
    const error = await failure(ProbityError, client.screening.screenSupplier({}));
    assert.equal(error.name, "NotAllowed");
    assert.equal(error.reason, "CLOSED_ON_SUNDAYS");
    assert.equal(error.isKnownReason, false);
    assert.equal(error.domain, "probity");
    assert.deepEqual(error.metadata, { opens: "Monday" });
    assert.deepEqual(error.fieldViolations, [{ field: "purchase.on", description: "a Sunday" }]);
    assert.equal(error.callId, "c0ffee");
    assert.equal(error.method, "ScreeningService/ScreenSupplier");
    assert.equal(
      error.userMessage,
      "Probity refused the request: not on Sundays (field purchase.on).",
    );
    assert.match(error.message, /FAILED_PRECONDITION\/CLOSED_ON_SUNDAYS, .*, call c0ffee, request/);
  });

  it("name an address where nobody is", async () => {
    await serve({});
    const nobody = new Client("127.0.0.1:9");
    const error = await failure(
      Unavailable,
      nobody.server.getServerInfo({}, { timeoutMs: 20_000 }),
    );
    nobody.close();
    assert.match(error.userMessage, /cannot be reached at 127\.0\.0\.1:9/);
    assert.match(error.userMessage, /No server listens there/);
  });
});

describe("requests", () => {
  it("with a field that nobody knows are not sent", async () => {
    await serve({ screenSupplier: () => CLEAR });
    const bad: [object, RegExp][] = [
      [{ purchse: {} }, /ScreenSupplierRequest has no field "purchse"/],
      [{ purchase: { country: "GB" } }, /ScreenSupplierRequest\.purchase has no field "country"/],
      [{ subject: { ref: { identifier: {} } } }, /has no field "identifier"; give ref: \{ case/],
      [{ subject: { ref: { ref: { case: "tax", value: 1 } } } }, /has no case "tax"/],
      [{ purchase: { items: [{}, { cost: 1 }] } }, /purchase\.items\[1\] has no field "cost"/],
      [create(v1.GetDecisionRequestSchema), /GetDecisionRequest/],
      [{ requestId: 7 }, /ScreenSupplierRequest\.requestId is text, not a number/],
      [{ subject: { ref: { ref: { case: "identifier", value: { value: 1 } } } } }, /value is text/],
    ];
    for (const [request, message] of bad) {
      await assert.rejects(client.screening.screenSupplier(request as never), message);
    }
    await assert.rejects(client.screening.screenSupplier(null as never), TypeError);
    assert.equal(server.calls.length, 0);
  });
});
