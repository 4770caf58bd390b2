/** What the server tells of deprecated fields is warned of, once a name. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { afterEach, describe, it, mock } from "node:test";
import * as grpc from "@grpc/grpc-js";
import { Client, create, NotAllowed, NotFound, ServerFault, v1, vendorItems } from "probity-client";
import { clear, error, FakeProbity } from "probity-client/testing";
import { failure } from "./world.js";

// test.sh silences warnings of Node's own with --no-deprecation, and with them all.
const emitted = mock.method(process, "emitWarning", () => undefined);
let fake: FakeProbity;
let client: Client;

/** Each test has a name of its own: what was told stays told. */
async function serve(...deprecated: string[]): Promise<void> {
  fake = await FakeProbity.start({ deprecated });
  fake.onScreening(null, clear()).onWatch(create(v1.VerdictChangeSchema, { id: 1n }));
  fake.on(v1.SupplierService.method.getSupplier, error("SUPPLIER_NOT_FOUND"));
  fake.on(v1.DatasetService.method.exportDataset, [error("EXPORT_NOT_ALLOWED")]);
  client = new Client(fake.address);
}

function told(): string[] {
  const calls = emitted.mock.calls.map(({ arguments: given }) => given as unknown[]);
  emitted.mock.resetCalls();
  return calls.map(([text, options]) => {
    assert.deepEqual(options, { type: "DeprecationWarning", code: "PROBITY_DEPRECATED" });
    return String(text).split(" ")[1] ?? "";
  });
}

describe("what is deprecated", () => {
  afterEach(async () => {
    client.close();
    await fake.stop();
  });

  it("is told once a name", async () => {
    await serve("probity.v1.A.first", "probity.v1.A.second");
    await client.server.getServerInfo({});
    await client.server.getServerInfo({});
    assert.deepEqual(told(), ["probity.v1.A.first", "probity.v1.A.second"]);
  });

  it("is not told where there is nothing", async () => {
    await serve();
    await client.server.getServerInfo({});
    assert.deepEqual(told(), []);
  });

  it("is told with an error too", async () => {
    await serve("probity.v1.A.with_error");
    await failure(NotFound, client.suppliers.getSupplier({}));
    assert.deepEqual(told(), ["probity.v1.A.with_error"]);
  });

  it("is told of streams at their beginning", async () => {
    await serve("probity.v1.A.watched");
    for await (const _ of client.watchVerdicts()) break;
    assert.deepEqual(told(), ["probity.v1.A.watched"]);
    client.close();
    await fake.stop();
    await serve("probity.v1.A.screened");
    for await (const _ of client.screenStream(vendorItems("S", ["1"]))) break;
    assert.deepEqual(told(), ["probity.v1.A.screened"]);
    client.close();
    await fake.stop();
    await serve("probity.v1.A.exported");
    const exported = (async () => {
      for await (const _ of client.datasets.exportDataset({}));
    })();
    await failure(NotAllowed, exported);
    assert.deepEqual(told(), ["probity.v1.A.exported"]);
  });

  it("is seen in a program, and silenced as Node does it", async () => {
    await serve("probity.v1.A.seen");
    const script = `
      import { Client } from "probity-client";
      const client = new Client("${fake.address}");
      await client.server.getServerInfo({});
      client.close();`;
    for (const [options, seen] of [
      [[], true],
      [["--no-deprecation"], false],
    ] as const) {
      const words = [...options, "--input-type=module", "-e", script];
      const program = spawn(process.execPath, words, { stdio: ["ignore", "inherit", "pipe"] });
      let said = "";
      program.stderr.setEncoding("utf8").on("data", (text: string) => {
        said += text;
      });
      assert.deepEqual(await once(program, "close"), [0, null]);
      const line = "[PROBITY_DEPRECATED] DeprecationWarning: Probity: probity.v1.A.seen is deprec";
      assert.equal(said.includes(line), seen, said);
    }
  });
});

describe("an error that an answer had begun", () => {
  it("tells it too", async () => {
    const server = new grpc.Server();
    const asIs = (bytes: Buffer) => bytes;
    const info: grpc.MethodDefinition<Buffer, Buffer> = {
      path: "/probity.v1.ServerService/GetServerInfo",
      requestStream: false,
      responseStream: false,
      requestSerialize: asIs,
      requestDeserialize: asIs,
      responseSerialize: asIs,
      responseDeserialize: asIs,
    };
    const handle: grpc.handleUnaryCall<Buffer, Buffer> = (call, done) => {
      const metadata = new grpc.Metadata();
      metadata.set("probity-deprecated", "probity.v1.A.begun");
      call.sendMetadata(metadata);
      done({ code: grpc.status.INTERNAL, details: "a fault" });
    };
    server.addService({ info }, { info: handle });
    const port = await new Promise<number>((resolve) => {
      const credentials = grpc.ServerCredentials.createInsecure();
      server.bindAsync("127.0.0.1:0", credentials, (_, bound) => resolve(bound));
    });
    const asking = new Client(`127.0.0.1:${port}`);
    await failure(ServerFault, asking.server.getServerInfo({}));
    asking.close();
    server.forceShutdown();
    assert.deepEqual(told(), ["probity.v1.A.begun"]);
  });
});
