/** What a client cannot be made of, what is said, and certificates that are renewed. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  copyFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { create } from "@bufbuild/protobuf";
import * as grpc from "@grpc/grpc-js";
import {
  Client,
  ConfigurationError,
  type ConnectionOptions,
  Unavailable,
  v1,
} from "probity-client";
import { LOOK } from "../dist/connection.js";
import { FakeServer } from "./fake.js";
import { failure } from "./world.js";

const directory = mkdtempSync(join(tmpdir(), "probity-client-"));
const path = (name: string): string => join(directory, name);
const pem = (name: string): Buffer => readFileSync(path(name));

function openssl(...words: string[]): void {
  execFileSync("openssl", words, { stdio: "ignore", cwd: directory });
}

/** A key and a certificate that it signs itself. */
function authority(name: string): void {
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  const files = ["-keyout", `${name}.key`, "-out", `${name}.pem`];
  openssl("req", "-x509", ...key, "-days", "2", "-subj", `/CN=Invented ${name}`, ...files);
}

/** A pair that the authority "ca" signs. */
function issue(name: string, names: string, days = "2"): void {
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  openssl("req", ...key, "-subj", `/CN=${name}`, "-keyout", `${name}.key`, "-out", "csr");
  writeFileSync(path("ext"), `subjectAltName=${names}\n`);
  const by = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-extfile", "ext"];
  openssl("x509", "-req", "-in", "csr", ...by, "-days", days, "-out", `${name}.pem`);
}

before(() => {
  for (const name of ["ca", "other"]) authority(name);
  openssl("ec", "-in", "ca.key", "-aes256", "-passout", "pass:word", "-out", "locked.key");
  issue("server", "IP:127.0.0.1");
});

after(() => rmSync(directory, { recursive: true }));

function refused(
  text: RegExp,
  options: ConnectionOptions = {},
  address = "probity.example.org:7443",
) {
  assert.throws(
    () => new Client(address, options),
    (error) => {
      assert.ok(error instanceof ConfigurationError);
      assert.match(error.message, text);
      return true;
    },
  );
}

describe("what no client is made of", () => {
  it("addresses", () => {
    const wrong = [
      "",
      "host",
      "host:",
      "host:0",
      "host:70000",
      "https://host:1",
      "a b:1",
      "host:1/",
      "::1:7443",
      null,
      7443,
      "host:١",
    ];
    for (const address of wrong) refused(/is not HOST:PORT/, {}, address as string);
    for (const address of ["host:1", "[::1]:7443", "127.0.0.1:65535", "dns:///host:1"]) {
      new Client(address).close();
    }
  });

  it("files", () => {
    const ca = path("ca.pem");
    const pair = { cert: ca, key: path("ca.key") };
    refused(/`key` is missing/, { ca, cert: ca });
    refused(/`cert` is missing/, { ca, key: path("ca.key") });
    refused(/`ca` is missing/, pair);
    refused(/ca: .*absent cannot be read: ENOENT/, { ca: path("absent") });
    refused(/ca: .* cannot be read/, { ca: directory });
    refused(/ca: .*ca\.key holds no certificate/, { ca: path("ca.key") });
    refused(/cert: .*holds no certificate/, { ca, cert: path("ca.key"), key: path("ca.key") });
    refused(/key: what was given holds no private key/, { ca, cert: ca, key: Buffer.from("x") });
    refused(/other\.key is not the key of .*ca\.pem/, { ca, cert: ca, key: path("other.key") });
    refused(/is not the key of what was given/, { ca, cert: pem("ca.pem"), key: pem("other.key") });
    refused(/locked\.key is encrypted/, { ca, cert: ca, key: path("locked.key") });
    new Client("host:1", { ca, ...pair }).close();
    new Client("host:1", { ca: pem("ca.pem") }).close();
  });

  it("tokens that would leave this machine in the clear", () => {
    for (const host of ["probity.example.org", "192.0.2.1", "127.example.org", "localhost.org"]) {
      refused(/in the clear/, { token: "a.b.c" }, `${host}:1`);
      refused(/in the clear/, { token: () => "a.b.c" }, `${host}:1`);
    }
    for (const host of ["localhost", "127.0.0.1", "127.1.2.3", "[::1]"]) {
      new Client(`${host}:1`, { token: "a.b.c" }).close();
    }
    new Client("probity.example.org:1", { token: "a.b.c", ca: path("ca.pem") }).close();
  });

  it("tokens that are none, which no message repeats", () => {
    for (const token of ["", "a b", "a\n", "tökén", 7]) {
      refused(/the token is empty, or has/, { token: token as string }, "localhost:1");
    }
    refused(/not both/, { token: "a", tokenFile: path("t") }, "localhost:1");
    refused(/tokenFile: .*absent cannot be read/, { tokenFile: path("absent") }, "localhost:1");
    refused(/^(?!.*secret)/, { token: "very secret" }, "localhost:1");
  });

  it("an environment without a server", () => {
    assert.throws(() => Client.fromEnvironment({}), /PROBITY_SERVER is not set/);
    const given = { PROBITY_SERVER: "host:1", PROBITY_CA: path("absent") };
    assert.throws(() => Client.fromEnvironment(given), /ca: .*absent/);
  });
});

/** A server with TLS, told callers' headers in `calls`. */
async function tlsServer(name: string, clients = false): Promise<FakeServer> {
  const info = create(v1.GetServerInfoResponseSchema, { version: "9" });
  const pair = { private_key: pem(`${name}.key`), cert_chain: pem(`${name}.pem`) };
  const own = grpc.ServerCredentials.createSsl(pem("ca.pem"), [pair], clients);
  return new FakeServer({ getServerInfo: () => info }).start(own);
}

describe("certificates of a server", () => {
  async function said(name: string, ca = "ca.pem"): Promise<string> {
    const server = await tlsServer(name);
    const client = new Client(server.address, { ca: path(ca), token: () => "a.b.c" });
    const asked = client.server.getServerInfo({}, { timeoutMs: 20_000 });
    const { userMessage } = await failure(Unavailable, asked);
    client.close();
    server.stop();
    assert.match(userMessage, /Nothing was decided/);
    return userMessage;
  }

  it("good ones are called, with a token", async () => {
    const server = await tlsServer("server");
    const client = new Client(server.address, { ca: path("ca.pem"), token: async () => "a.b.c" });
    assert.equal((await client.server.getServerInfo({})).version, "9");
    assert.equal(server.calls[0]?.headers.authorization, "Bearer a.b.c");
    client.close();
    server.stop();
  });

  it("that have ended", async () => {
    issue("ended", "IP:127.0.0.1", "-1");
    assert.match(await said("ended"), /certificate has ended, or this machine's clock is ahead/);
  });

  it("of another name", async () => {
    issue("elsewhere", "IP:127.0.0.2");
    assert.match(await said("elsewhere"), /another name than this address/);
  });

  it("of another authority", async () => {
    assert.match(await said("server", "other.pem"), /does not lead to the authority in `ca`/);
  });
});

describe("files that are renewed", () => {
  it("are used when they go together", async (context) => {
    context.after(() => {
      LOOK.everyMs = 10_000;
    });
    LOOK.everyMs = 0;
    for (const name of ["first", "second"]) issue(name, "URI:spiffe://example.org/erp");
    const renew = (file: string, name: string, at: number): void => {
      copyFileSync(path(`${name}.${file}`), path(`own.${file}`));
      utimesSync(path(`own.${file}`), at, at); // However coarse the clock of the disk is.
    };
    const seen: string[] = [];
    const server = await tlsServer("server", true);
    const ask = async (): Promise<void> => {
      await client.server.getServerInfo({});
    };
    renew("pem", "first", 1);
    renew("key", "first", 1);
    const client = new Client(server.address, {
      ca: path("ca.pem"),
      cert: path("own.pem"),
      key: path("own.key"),
    });
    const channels = (): unknown =>
      (client as unknown as { calls: { channel: unknown } }).calls.channel;
    await ask();
    const before = channels();
    renew("key", "second", 2); // Of which the certificate is not there yet.
    await ask();
    seen.push(channels() === before ? "kept" : "renewed");
    renew("pem", "second", 2);
    await ask();
    seen.push(channels() === before ? "kept" : "renewed");
    client.close();
    server.stop();
    assert.deepEqual(seen, ["kept", "renewed"]);
  });
});
