/** Where the server is and who calls: what a Client is given, checked before anything is sent. */
import { readFileSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { type ChannelCredentials, type ChannelOptions, credentials } from "@grpc/grpc-js";
import { ConfigurationError } from "./errors.js";
import { VERSION } from "./generated/service_config.js";
import { configForGrpc } from "./policies.js";

/** The name of a PEM file, or its bytes. */
export type Pem = string | Uint8Array;

/** Who calls. Nothing: in the clear and unnamed, which a server takes on loopback alone. */
export interface ConnectionOptions {
  /** PEM of the authority that the server's certificate leads to. */
  ca?: Pem | undefined;
  /** PEM of the caller's own certificate and key. Files that are renewed are read again within ten
   * seconds, when they go together; calls under way end as they began. */
  cert?: Pem | undefined;
  key?: Pem | undefined;
  /** Instead of them, or a function that gives one that is fresh; never sent to another machine in
   * the clear. */
  token?: string | (() => string | Promise<string>) | undefined;
  /** A file that holds the token, read again for every call. */
  tokenFile?: string | undefined;
  /** Further options of the gRPC channel; with `"grpc.enable_retries": 0` no call is ever sent
   * again. */
  channelOptions?: ChannelOptions | undefined;
}

/** Bytes of an answer; as the command line takes. A server sends at most some MiB. */
const MAX_ANSWER_BYTES = 64 << 20;
// A server that comes back is found within a second, not within two minutes. A machine that is
// gone without a word is noticed by pings; the server allows one every 10 seconds.
const OPTIONS: ChannelOptions = {
  "grpc.max_receive_message_length": MAX_ANSWER_BYTES,
  "grpc.initial_reconnect_backoff_ms": 100,
  "grpc.max_reconnect_backoff_ms": 1000,
  "grpc.keepalive_time_ms": 30_000,
  "grpc.keepalive_timeout_ms": 20_000,
  "grpc.primary_user_agent": `probity-client-typescript/${VERSION}`,
  "grpc.service_config_disable_resolution": 1,
  // A client that is closed ends its own connections, and no other client's.
  "grpc.use_local_subchannel_pool": 1,
};
const ADDRESS = /^(?:dns:\/\/\/)?(\[[0-9A-Fa-f:.%]+\]|[^\s:/[\]]+):([0-9]{1,5})$/;
/** Visible ASCII, which is all that HTTP/2 takes in a header. */
const TOKEN = /^[\x21-\x7e]+$/;

/** Ms between two looks at whether files were renewed; the server's own default. */
export const LOOK = { everyMs: 10_000 };

/** Checked. */
export class Connection {
  readonly credentials: ChannelCredentials;
  readonly channelOptions: ChannelOptions;
  private readonly token: (() => string | Promise<string>) | undefined;
  private readonly files: readonly (readonly [path: string, changedAt: number])[];

  /** Sends nothing. Throws ConfigurationError. */
  constructor(
    readonly address: string,
    private readonly given: ConnectionOptions,
  ) {
    const local = isThisMachine(hostOf(address));
    const { ca, cert, key } = given;
    // Before they are read: what is changed meanwhile is read again.
    this.files = [ca, cert, key]
      .filter((pem): pem is string => typeof pem === "string")
      .map((path) => [path, changedAt(path)]);
    const tls = tlsOf(ca, cert, key);
    this.token = tokenOf(given);
    if (this.token && !tls && !local) {
      throw new ConfigurationError(
        `a token is not sent to ${address} in the clear, where others could take it; ` +
          "give `ca` for TLS",
      );
    }
    this.credentials = tls ?? credentials.createInsecure();
    this.channelOptions = {
      ...OPTIONS,
      "grpc.service_config": configForGrpc(),
      // A proxy would hear what is said in the clear, and asks its own machine.
      ...(local ? { "grpc.enable_http_proxy": 0 } : {}),
      ...given.channelOptions,
    };
  }

  /** Whether refused calls are sent again by this layer: gRPC's own switch counts for it. */
  get retries(): boolean {
    return this.channelOptions["grpc.enable_retries"] !== 0;
  }

  /** With the files as they are now, if they were changed; undefined while they were not, and while
   * they do not go together, as between two of them being replaced. */
  renewed(): Connection | undefined {
    if (this.files.every(([path, when]) => changedAt(path) === when)) return undefined;
    try {
      return new Connection(this.address, this.given);
    } catch {
      return undefined;
    }
  }

  /** What says who calls; asked for anew for every call, as tokens end. */
  async authorization(): Promise<string | undefined> {
    return this.token && `Bearer ${checkedToken(await this.token())}`;
  }
}

function changedAt(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function hostOf(address: string): string {
  const [, host, port] = (typeof address === "string" && ADDRESS.exec(address)) || [];
  if (!host || !(Number(port) > 0 && Number(port) < 65536)) {
    throw new ConfigurationError(
      `the address ${JSON.stringify(address)} is not HOST:PORT, for example ` +
        "probity.example.org:7443 or [::1]:7443",
    );
  }
  return host;
}

/** As the command line has it; of names, only localhost. */
function isThisMachine(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /^127\.[0-9.]+$/.test(host);
}

function tlsOf(
  ca: Pem | undefined,
  cert: Pem | undefined,
  key: Pem | undefined,
): ChannelCredentials | undefined {
  if ((cert === undefined) !== (key === undefined)) {
    const missing = key === undefined ? "key" : "cert";
    throw new ConfigurationError(`\`cert\` and \`key\` belong together: \`${missing}\` is missing`);
  }
  if (ca === undefined) {
    if (cert === undefined) return undefined;
    throw new ConfigurationError("`cert` and `key` are for TLS: `ca` is missing");
  }
  const authority = read("ca", ca, "CERTIFICATE");
  if (cert === undefined || key === undefined) return secure(authority, { ca });
  const chain = read("cert", cert, "CERTIFICATE");
  const own = read("key", key, "PRIVATE KEY");
  if (own.includes("ENCRYPTED")) {
    throw new ConfigurationError(`key: ${called(key)} is encrypted; give it without a password`);
  }
  return secure(authority, { ca, cert, key }, own, chain);
}

/** TLS of Node refuses here what does not go together. */
function secure(
  authority: Buffer,
  given: { ca: Pem; cert?: Pem; key?: Pem },
  key?: Buffer,
  chain?: Buffer,
): ChannelCredentials {
  try {
    return credentials.createSsl(authority, key ?? null, chain ?? null);
  } catch (error) {
    const { message } = error as Error;
    const what =
      given.cert && given.key
        ? `${called(given.key)} is not the key of ${called(given.cert)}, or one of them`
        : `ca: ${called(given.ca)}`;
    throw new ConfigurationError(`${what} is damaged (${message})`, { cause: error });
  }
}

function called(given: Pem): string {
  return typeof given === "string" ? given : "what was given";
}

function read(name: string, given: Pem, kind: string): Buffer {
  let data: Buffer;
  try {
    data = typeof given === "string" ? readFileSync(given) : Buffer.from(given);
  } catch (error) {
    throw unreadable(name, given, error);
  }
  if (!new RegExp(`-----BEGIN [A-Z ]*${kind}-----`).test(data.toString("latin1"))) {
    throw new ConfigurationError(`${name}: ${called(given)} holds no ${kind.toLowerCase()} in PEM`);
  }
  return data;
}

function unreadable(name: string, given: Pem, error: unknown): ConfigurationError {
  const { message } = error as Error;
  return new ConfigurationError(`${name}: ${called(given)} cannot be read: ${message}`, {
    cause: error,
  });
}

/** Read once here, so that a fault shows at once. */
function tokenOf(given: ConnectionOptions): (() => string | Promise<string>) | undefined {
  const { token, tokenFile } = given;
  if (token !== undefined && tokenFile !== undefined) {
    throw new ConfigurationError("give `token` or `tokenFile`, not both");
  }
  if (tokenFile !== undefined) {
    try {
      checkedToken(readFileSync(tokenFile, "utf8").trim());
    } catch (error) {
      throw error instanceof ConfigurationError ? error : unreadable("tokenFile", tokenFile, error);
    }
    return () => readToken(tokenFile);
  }
  if (token === undefined || typeof token === "function") return token;
  checkedToken(token);
  return () => token;
}

async function readToken(path: string): Promise<string> {
  try {
    return (await readFile(path, "utf8")).trim();
  } catch (error) {
    throw unreadable("tokenFile", path, error);
  }
}

/** The message does not repeat it. */
function checkedToken(token: string): string {
  if (typeof token !== "string" || !TOKEN.test(token)) {
    throw new ConfigurationError(
      "the token is empty, or has a space, a line's end or a letter outside ASCII in it",
    );
  }
  return token;
}
