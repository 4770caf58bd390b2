/** A watch that goes on where it was cut, and one that cannot. */
import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";
import { create, type Message } from "@bufbuild/protobuf";
import type * as grpc from "@grpc/grpc-js";
import { Cancelled, Client, Code, NotAllowed, Unavailable, v1 } from "probity-client";
import { FakeServer, Refusal } from "./fake.js";
import { failure } from "./world.js";

const AWAY = new Refusal(Code.UNAVAILABLE, "the server shuts down");

function checkpoint(cursor: string): v1.WatchVerdictsResponse {
  const value = create(v1.WatchCheckpointSchema, { revision: 1n });
  return create(v1.WatchVerdictsResponseSchema, { message: { case: "checkpoint", value }, cursor });
}

function change(cursor: string): v1.WatchVerdictsResponse {
  const value = create(v1.VerdictChangeSchema, { id: 1n });
  return create(v1.WatchVerdictsResponseSchema, { message: { case: "change", value }, cursor });
}

let server: FakeServer;
let client: Client;
/** With which each call began. */
let cursors: string[];

/** `calls`: of each, the messages, and at the end a Refusal where it fails. */
async function serve(...calls: (Message | Refusal)[][]): Promise<void> {
  cursors = [];
  const watchVerdicts = (stream: grpc.ServerDuplexStream<Message, Message>): void => {
    stream.once("data", (request: v1.WatchVerdictsRequest) => {
      cursors.push(request.cursor);
      for (const step of calls.shift() ?? []) {
        if (step instanceof Refusal) stream.emit("error", step.asStatus());
        else stream.write(step);
      }
    });
  };
  server = await new FakeServer({}, { watchVerdicts }).start();
  client = new Client(server.address, { channelOptions: { "grpc.enable_retries": 0 } });
}

/** Cursors of the messages up to the change at `last`. */
async function seen(watch: AsyncIterable<v1.WatchVerdictsResponse>, last: string) {
  const found: string[] = [];
  for await (const { message, cursor } of watch) {
    found.push(cursor);
    if (message.case === "change" && cursor === last) break;
  }
  return found;
}

describe("a watch", () => {
  afterEach(() => {
    client.close();
    server.stop();
  });

  it("goes on behind the last message", async () => {
    await serve(
      [checkpoint("a"), change("1"), change("2"), AWAY],
      [AWAY],
      [checkpoint("2"), change("3"), AWAY],
      [checkpoint("3"), change("4"), change("5")],
    );
    const watch = client.watchVerdicts({ portfolio: "portfolios/p", cursor: "0" });
    assert.deepEqual(await seen(watch, "4"), ["a", "1", "2", "2", "3", "3", "4"]);
    assert.deepEqual(cursors, ["0", "2", "2", "3"]);
    assert.equal(watch.cursor, "4");
  });

  it("ends with what cannot be waited out, and goes on when it is iterated again", async () => {
    const expired = new Refusal(Code.FAILED_PRECONDITION, "gone", { reason: "CURSOR_EXPIRED" });
    await serve([expired], [checkpoint("a"), change("1")]);
    const watch = client.watchVerdicts({ cursor: "old" });
    const error = await failure(NotAllowed, seen(watch, "1"));
    assert.deepEqual([error.reason, watch.cursor, cursors], ["CURSOR_EXPIRED", "old", ["old"]]);
    assert.deepEqual(await seen(watch, "1"), ["a", "1"]);
  });

  it("is given up with its patience, though the server lets it begin", async () => {
    await serve(...Array.from({ length: 50 }, () => [checkpoint("a"), AWAY]));
    const begun = performance.now();
    await failure(Unavailable, seen(client.watchVerdicts({ patienceMs: 200 }), "1"));
    assert.ok(performance.now() - begun >= 200);
    assert.ok(cursors.length < 10, `${cursors.length} calls`);
  });

  it("is opened again when the server said", async () => {
    const told = { reason: "TOO_MANY_STREAMS", retryAfter: 0.3 };
    const refused = new Refusal(Code.RESOURCE_EXHAUSTED, "many", told);
    await serve([refused], [checkpoint("a"), change("1")]);
    const begun = performance.now();
    await seen(client.watchVerdicts(), "1");
    assert.ok(performance.now() - begun >= 300);
  });

  it("ends when its caller says so", async () => {
    await serve([checkpoint("a")], [checkpoint("a"), AWAY], [AWAY], [AWAY], [AWAY], [AWAY]);
    const ended = AbortSignal.timeout(300);
    await failure(Cancelled, seen(client.watchVerdicts({ signal: ended }), "1"));
    assert.equal(cursors.length, 1);
    await failure(Cancelled, seen(client.watchVerdicts({ signal: ended }), "1"));
    assert.equal(cursors.length, 1);
    const ending = AbortSignal.timeout(300); // Between two calls, or in one.
    await failure(Cancelled, seen(client.watchVerdicts({ signal: ending }), "1"));
  });
});
