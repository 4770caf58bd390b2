/** All of tests/corpus against a fresh sandbox, and that the runner can fail. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import {
  create,
  type DescMethod,
  fromJson,
  type JsonObject,
  type JsonValue,
  type Message,
  toJson,
} from "@bufbuild/protobuf";
import { type Duration, DurationSchema } from "@bufbuild/protobuf/wkt";
import { Client, Code, ProbityError } from "probity-client";
import { Calls } from "../dist/calls.js";
import { Connection } from "../dist/connection.js";
import { SERVICES } from "../dist/services.js";
import { type Answer, cases, differences, run, type Step } from "./corpus.js";
import { World } from "./world.js";

const NO_RETRIES = { channelOptions: { "grpc.enable_retries": 0 } };
type Methods = Record<string, (request: Message, options: object) => unknown>;

let world: World;
let client: Client;
let calls: Calls; // Of the client, for streams both ways.

/** One call, by the client's method of that name where it has one. */
async function ask(step: Step): Promise<Answer> {
  const [attribute, method] = methodOf(step.method);
  const requests = (step.requests ?? [step.request ?? {}]).map((one) =>
    fromJson(method.input, one),
  );
  const responses: JsonValue[] = [];
  const take = (message: Message) => responses.push(toJson(method.output, message));
  try {
    if (method.methodKind === "bidi_streaming") await converse(method, requests, take);
    else {
      const metadata = step.token ? { authorization: `Bearer ${step.token}` } : {};
      const service = client[attribute] as unknown as Methods;
      const begun = service[method.localName]?.(requests[0] as Message, { metadata });
      if (begun instanceof Promise) take(await begun);
      else for await (const message of streamOf(begun)) take(message);
    }
  } catch (error) {
    if (!(error instanceof ProbityError)) throw error;
    return { responses, error: errorOf(error) };
  }
  return { responses };
}

function methodOf(path: string): [keyof typeof SERVICES, DescMethod] {
  const [service, name] = path.split("/");
  for (const [attribute, known] of Object.entries(SERVICES)) {
    const method = known.methods.find((one) => one.name === name);
    if (known.typeName === service && method) return [attribute as keyof typeof SERVICES, method];
  }
  throw new Error(`the client has no ${path}`);
}

/** A stream of the server, or the one page that a call of a listing is. */
async function* streamOf(begun: unknown): AsyncGenerator<Message> {
  const isListing = typeof begun === "object" && begun !== null && "pages" in begun;
  const all = (
    isListing ? (begun.pages as () => unknown).call(begun) : begun
  ) as AsyncIterable<Message>;
  for await (const message of all) {
    yield message;
    if (isListing) return;
  }
}

async function converse(
  method: DescMethod,
  requests: Message[],
  take: (message: Message) => void,
): Promise<void> {
  const stream = await calls.bothWays(method);
  for (const request of requests) stream.write(request);
  stream.end();
  try {
    for await (const message of stream) take(message as Message);
  } catch (fault) {
    throw calls.errorOf(fault, { name: method.name, requestId: "" });
  }
}

/** As the README of the corpus writes it. */
function errorOf(error: ProbityError): JsonObject {
  const told: JsonObject = {
    code: Code[error.code],
    reason: error.reason || null,
    metadata: { ...error.metadata },
    fieldViolations: error.fieldViolations.map((violation) => violation.field),
  };
  if (error.retryAfter !== undefined) {
    told.retryDelay = toJson(DurationSchema, durationOf(error.retryAfter));
  }
  return told;
}

function durationOf(all: number): Duration {
  const seconds = Math.floor(all);
  const nanos = Math.round((all - seconds) * 1e9);
  return create(DurationSchema, { seconds: BigInt(seconds), nanos });
}

describe("the corpus", () => {
  before(async () => {
    world = await World.start("sandbox");
    client = new Client(world.address, NO_RETRIES);
    calls = new Calls(new Connection(world.address, NO_RETRIES));
  });

  after(async () => {
    client?.close();
    calls?.close();
    await world?.stop();
  });

  const all = cases();
  it("is there", () => assert.ok(all.length >= 171, `${all.length} cases`));
  for (const [name, one] of all) {
    it(name, async () => assert.deepEqual(await run(one, ask), []));
  }
});

describe("the runner", () => {
  it("says what is different", () => {
    const table: [JsonValue, JsonValue, string[]][] = [
      [{ a: { b: "x" } }, { a: { b: "y" }, c: 1 }, ['.a.b: "x" expected, not "y"']],
      [{ a: { b: 1 } }, {}, [".a.b: 1 expected, not null"]],
      [{ a: { b: 1 } }, { a: 1 }, [".a: an object expected, not 1"]],
      [[1, 2], [1], [": 2 expected, not 1: [1]"]],
      [
        [1, 2],
        [2, 1],
        ["[0]: 1 expected, not 2", "[1]: 2 expected, not 1"],
      ],
      [{ a: [1] }, {}, [".a: 1 expected, not 0: null"]],
      ["2", 2, [': "2" expected, not 2']],
      [1, true, [": 1 expected, not true"]],
      [false, true, [": false expected, not true"]],
      [{ a: "", b: "0", c: 0, d: false, e: null, f: [], g: {} }, {}, []],
      [{ a: [{ b: 1 }, {}] }, { a: [{ b: 1, c: 2 }, { d: 1 }] }, []],
    ];
    for (const [expected, answer, said] of table) {
      assert.deepEqual(differences(expected, answer), said);
    }
  });

  it("fails where a case expects anything else", async () => {
    const clear = { responses: [{ verdict: "VERDICT_CLEAR" }] };
    const missing = { responses: [], error: { code: "NOT_FOUND", reason: null } };
    const table: [Partial<Step>, Answer, boolean][] = [
      [{ expect: { verdict: "VERDICT_BLOCK" } }, clear, false],
      [{ expect: {} }, { responses: [] }, false],
      [{ expect: {} }, missing, false],
      [{ responses: [] }, clear, false],
      [{ error: { code: "NOT_FOUND" } }, clear, false],
      [{ error: { code: "NOT_FOUND", reason: "SUPPLIER_NOT_FOUND" } }, missing, false],
      [{ error: { code: "UNAVAILABLE" } }, missing, false],
      [{ expect: { verdict: "VERDICT_CLEAR" } }, clear, true],
      [{ error: { code: "NOT_FOUND" }, responses: [] }, missing, true],
    ];
    for (const [wanted, answer, passes] of table) {
      const one = { name: "", method: "m", request: {}, ...wanted };
      const found = await run(one, async () => answer);
      assert.equal(found.length === 0, passes, JSON.stringify([wanted, found]));
    }
  });

  it("passes on what steps save", async () => {
    const asked: unknown[] = [];
    const steps = [
      { method: "a", request: {}, expect: {}, save: { it: "results.0.name" } },
      // biome-ignore lint/suspicious/noTemplateCurlyInString: as cases write it.
      { method: "b", request: { x: ["${it}/y"] }, expect: {} },
    ];
    const found = await run({ name: "", method: "", steps }, async (step) => {
      asked.push(step.request);
      return { responses: [{ results: [{ name: "suppliers/1" }] }] };
    });
    assert.deepEqual([found, asked[1]], [[], { x: ["suppliers/1/y"] }]);
  });
});
