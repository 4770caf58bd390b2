/** A real probityd for a whole file of tests; clients/testing/real_server.py says what it holds. */
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { Client, type ConnectionOptions, v1 } from "probity-client";

export const GOOD = ["GB-COH", "04830352"] as const;
export const BAD = ["GB-COH", "01234567"] as const;
export const PURCHASE = {
  authorityCountry: "GB",
  purpose: v1.Purpose.QUALIFICATION,
  noOtherParties: true,
};

/** As real_server.py prints it. */
interface Told {
  address: string;
  folder: string;
  tls?: string;
  rogue?: string;
  token_file?: string;
}

/** Of a run of the command line. */
export interface Ran {
  code: number;
  out: string;
  err: string;
}

export class World {
  private constructor(
    private readonly process: ChildProcess,
    private readonly lines: AsyncIterator<string>,
    readonly told: Told,
  ) {}

  static async start(kind: "mtls" | "token" | "sandbox"): Promise<World> {
    const script = new URL("../../testing/real_server.py", import.meta.url).pathname;
    const process = spawn("python3", ["-B", script, kind], { stdio: ["pipe", "pipe", "inherit"] });
    const lines = createInterface({ input: process.stdout })[Symbol.asyncIterator]();
    const first = await lines.next();
    if (first.done) throw new Error("no server could be started");
    return new World(process, lines, JSON.parse(first.value));
  }

  get address(): string {
    return this.told.address;
  }

  file(name: string): string {
    return `${this.told.folder}/${name}`;
  }

  /** A command of real_server.py, and its answer. */
  async do<T = null>(...words: string[]): Promise<T> {
    this.process.stdin?.write(`${JSON.stringify(words)}\n`);
    const answer = await this.lines.next();
    if (answer.done) throw new Error(`no answer to ${words[0]}`);
    return JSON.parse(answer.value);
  }

  probity(...words: string[]): Promise<Ran> {
    return this.do<Ran>("probity", ...words);
  }

  /** The log's public key, as its operator publishes it. */
  async logKey(): Promise<Buffer> {
    const { code, out, err } = await this.probity("log", "keys", "--pem");
    if (code !== 0) throw new Error(err);
    return Buffer.from(out);
  }

  options(who = "erp"): ConnectionOptions {
    const { tls, token_file: tokenFile } = this.told;
    if (!tls) return { tokenFile };
    return { ca: `${tls}/ca.pem`, cert: `${tls}/${who}.pem`, key: `${tls}/${who}.key` };
  }

  client(who = "erp", more: ConnectionOptions = {}): Client {
    return new Client(this.address, { ...this.options(who), ...more });
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.process.once("exit", resolve));
    this.process.stdin?.end();
    await ended;
  }
}

/** Of a promise that must fail. */
export async function failure<T extends Error>(
  kind: abstract new (...given: never[]) => T,
  promise: Promise<unknown>,
): Promise<T> {
  const error = await promise.then(
    () => new Error("nothing failed"),
    (fault: unknown) => fault,
  );
  if (error instanceof kind) return error;
  throw error;
}
