/** Streams that are cut, refused and slow, against a server that is scripted. */
import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { create, equals, type Message } from "@bufbuild/protobuf";
import type { ServerDuplexStream } from "@grpc/grpc-js";
import {
  Client,
  Code,
  type Items,
  NotAllowed,
  PermissionDenied,
  type StreamOptions,
  Unavailable,
  v1,
} from "probity-client";
import { FakeServer, Refusal, type StreamAnswer } from "./fake.js";
import { failure } from "./world.js";

const EVERY = 10; // Results from one resume token to the next.
const SHUT_DOWN = new Refusal(Code.UNAVAILABLE, "shut down");

function opened(position: number): v1.StreamScreenSuppliersResponse {
  return create(v1.StreamScreenSuppliersResponseSchema, {
    position: BigInt(position),
    resumeToken: String(position),
    message: { case: "opened", value: { streamId: "run" } },
  });
}

function result(position: number, correlationId = "x"): v1.StreamScreenSuppliersResponse {
  return create(v1.StreamScreenSuppliersResponseSchema, {
    position: BigInt(position),
    resumeToken: position % EVERY === EVERY - 1 ? String(position + 1) : "",
    message: { case: "result", value: { correlationId } },
  });
}

function refuse(stream: ServerDuplexStream<Message, Message>, refusal: Refusal): void {
  stream.emit("error", refusal.asStatus());
}

/** Decides items as a server does; ends a stream behind the places in `cuts`, in order. */
class Log {
  readonly openings: v1.StreamScreenSettings[] = [];
  private readonly decided: Message[] = [];

  constructor(
    private readonly cuts: number[] = [],
    private readonly ends: Refusal[] = [],
  ) {}

  readonly answer: StreamAnswer = (stream) => {
    let position = 0;
    let cut: number | undefined;
    let isOver = false;
    stream.on("data", ({ message }: v1.StreamScreenSuppliersRequest) => {
      if (isOver) return;
      if (message.case === "settings") {
        this.openings.push(message.value);
        position = Number(message.value.resumeToken || 0);
        cut = this.cuts.shift();
        stream.write(opened(position));
      } else if (cut !== undefined && position >= cut) {
        isOver = true;
        refuse(stream, this.ends.shift() ?? SHUT_DOWN);
      } else if (message.case === "item") {
        this.decided[position] ??= message.value;
        const known = this.decided[position] as v1.BatchScreenItem;
        assert.ok(equals(v1.BatchScreenItemSchema, known, message.value));
        stream.write(result(position++, message.value.correlationId));
      }
    });
    stream.on("end", () => isOver || stream.end());
  };
}

function* items(count: number, first = 0) {
  for (let i = first; i < first + count; i++) yield { correlationId: `v${i}` };
}

function whole(count: number, first = 0): string[] {
  return [...items(count, first)].map(({ correlationId }, i) => `${first + i} ${correlationId}`);
}

let server: FakeServer;
let client: Client;

async function serve(answer: StreamAnswer): Promise<void> {
  server = await new FakeServer({}, { streamScreenSuppliers: answer }).start();
  client = new Client(server.address);
}

function label({ position, message }: v1.StreamScreenSuppliersResponse): string {
  return `${position} ${message.case === "result" ? message.value.correlationId : message.case}`;
}

async function screen(source: Items, options: StreamOptions = {}): Promise<string[]> {
  const answers: string[] = [];
  for await (const answer of client.screenStream(source, options)) answers.push(label(answer));
  return answers;
}

afterEach(() => {
  client.close();
  server.stop();
});

describe("a stream", () => {
  it("answers each item in order", async () => {
    await serve(new Log().answer);
    for (const count of [0, 1, EVERY, 1500]) {
      assert.deepEqual(await screen(items(count)), whole(count));
    }
    assert.deepEqual(await screen(items(25), { window: 1 }), whole(25));
  });

  it("goes on where it was cut", async () => {
    const log = new Log([3, 17, 17, 500]);
    await serve(log.answer);
    assert.deepEqual(await screen(items(1000), { window: 64 }), whole(1000));
    const tokens = log.openings.map(({ resumeToken }) => resumeToken);
    assert.deepEqual(tokens, ["", "0", "10", "10", "500"]);
    assert.ok(log.openings[0]?.streamId);
    assert.equal(new Set(log.openings.map(({ streamId }) => streamId)).size, 1);
  });

  it("is taken up by another process", async () => {
    await serve(new Log().answer);
    const first = client.screenStream(items(100), { window: 8 });
    for await (const answer of first) if (answer.position === 57n) break;
    assert.equal(first.resumePosition, 50n);
    const rest = await screen(items(50, 50), { resumeToken: first.resumeToken });
    assert.deepEqual(rest, whole(50, 50));
  });

  it("waits out a budget and idleness", async () => {
    const told = { reason: "QUOTA_EXCEEDED", retryAfter: 0.2 };
    const quota = new Refusal(Code.RESOURCE_EXHAUSTED, "budget", told);
    const idle = new Refusal(Code.DEADLINE_EXCEEDED, "idle", { reason: "STREAM_IDLE" });
    await serve(new Log([5, 15], [quota, idle]).answer);
    const begun = performance.now();
    assert.deepEqual(await screen(items(30)), whole(30));
    assert.ok(performance.now() - begun >= 200);
  });

  it("throws an error that stays, and keeps the token", async () => {
    const gone = new Refusal(Code.FAILED_PRECONDITION, "gone", { reason: "REVISION_EXPIRED" });
    await serve(new Log([25], [gone]).answer);
    const answers = client.screenStream(items(100), { window: 8 });
    const error = await failure(
      NotAllowed,
      (async () => {
        for await (const _ of answers);
      })(),
    );
    assert.equal(error.reason, "REVISION_EXPIRED");
    assert.equal(error.method, "ScreeningService/StreamScreenSuppliers");
    assert.equal(answers.resumeToken, "20");
    assert.equal((await answers.next()).done, true); // It has ended.
    client.close();
    server.stop();
    await serve(new Log([0], [new Refusal(Code.PERMISSION_DENIED, "no")]).answer);
    await failure(PermissionDenied, screen(items(1)));
  });

  it("is given up when the server stays away, or is never there again", async () => {
    await serve(new Log(Array.from({ length: 99 }, () => 0)).answer);
    await failure(Unavailable, screen(items(10), { patienceMs: 300 }));
    server.stop();
    await failure(Unavailable, screen(items(10), { patienceMs: 300 }));
  });

  it("takes no more than its window ahead of who takes the answers", async () => {
    await serve(new Log([100]).answer);
    let taken = 0;
    let answered = 0;
    let most = 0;
    async function* source() {
      for (const item of items(300)) {
        most = Math.max(most, ++taken - answered);
        yield item;
      }
    }
    for await (const answer of client.screenStream(source(), { window: 16 })) {
      answered = Number(answer.position) + 1;
      if (answered === 50) await sleep(50);
    }
    assert.deepEqual([taken, answered], [300, 300]);
    assert.ok(most <= 17, String(most));
  });

  it("is not held up by a slow source", async () => {
    await serve(new Log().answer);
    const seen: number[] = [];
    const answered: string[] = [];
    async function* source() {
      for (const item of items(5)) {
        seen.push(answered.length);
        yield item;
        await sleep(60);
      }
    }
    for await (const answer of client.screenStream(source())) answered.push(label(answer));
    assert.equal(answered.length, 5);
    assert.ok((seen.at(-1) ?? 0) > 0, String(seen));
  });

  it("ends with the fault of its source", async () => {
    await serve(new Log().answer);
    function* broken() {
      yield* items(3);
      throw new URIError("no more rows");
    }
    await assert.rejects(screen(broken()), /no more rows/);
    const misspelt = [{ correlationID: "v0" }] as Items;
    await assert.rejects(screen(misspelt), /BatchScreenItem has no field "correlationID"/);
  });

  it("gives its source back when it is left", async () => {
    await serve(new Log().answer);
    let isReleased = false;
    function* source() {
      try {
        yield* items(100);
      } finally {
        isReleased = true;
      }
    }
    for await (const _ of client.screenStream(source(), { window: 4 })) break;
    await sleep(0);
    assert.ok(isReleased);
  });

  it("that ends too early, or is counted otherwise, is no answer", async () => {
    const wrong: [RegExp, v1.StreamScreenSuppliersResponse[]][] = [
      [/before all items were answered/, [opened(0)]],
      [/answered item 1 of the stream/, [opened(0), result(1)]],
      [/goes on at item 3 of the stream/, [opened(3)]],
      [/answered item 3 of the stream/, [opened(0), ...[0, 1, 2, 3].map((i) => result(i))]],
    ];
    for (const [message, answers] of wrong) {
      await serve((stream) => {
        stream.on("data", () => undefined);
        stream.on("end", () => {
          for (const answer of answers) stream.write(answer);
          stream.end();
        });
      });
      await assert.rejects(screen(items(3)), message);
      client.close();
      server.stop();
    }
  });

  it("has a window", async () => {
    await serve(new Log().answer);
    for (const window of [0, -1, 1.5, Number.NaN]) {
      assert.throws(() => client.screenStream([], { window }), /window/);
    }
  });
});
