/** Calls over a channel that is made with the first of them; another one is made when the files of
 * certificates were renewed. */
import {
  type DescMessage,
  type DescMethod,
  fromBinary,
  type Message,
  type MessageInitShape,
  toBinary,
} from "@bufbuild/protobuf";
import {
  Client as Channel,
  type ClientDuplexStream,
  type ClientReadableStream,
  type CallOptions as GrpcCallOptions,
  Metadata,
  type ServiceError,
} from "@grpc/grpc-js";
import { type Connection, LOOK } from "./connection.js";
import { Cancelled, Code, fromRpc, type ProbityError } from "./errors.js";
import { tellDeprecated } from "./notice.js";
import { Pages } from "./pages.js";
import { policyOf } from "./policies.js";
import { requestIdOf, toMessage, withIds } from "./requests.js";
import { Deadline, pause, waitBefore } from "./retry.js";

/** What a caller may say of one call. */
export interface CallOptions {
  /** For the whole call, attempts and waits included; Infinity: none. Otherwise as
   * service_config.json has it. */
  timeoutMs?: number | undefined;
  /** Gives the call up: it ends with Cancelled. */
  signal?: AbortSignal | undefined;
  /** Further headers. */
  metadata?: Readonly<Record<string, string>> | undefined;
}

/** Ms after which a channel that was replaced is closed: the longest deadline of the service
 * config. Streams go on behind that; only their connection takes no more. */
const CLOSE_AFTER_MS = 600_000;

const asIs = (bytes: Buffer): Buffer => bytes;

function encoded(schema: DescMessage, message: Message): Buffer {
  const { buffer, byteOffset, byteLength } = toBinary(schema, message);
  return Buffer.from(buffer, byteOffset, byteLength);
}

export class Calls {
  private channel: Channel | undefined;
  private lookAt = 0;

  constructor(private connection: Connection) {}

  get address(): string {
    return this.connection.address;
  }

  async unary(method: DescMethod, given: object, options: CallOptions = {}): Promise<Message> {
    const call = this.prepare(method, given, options);
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.once(call);
      } catch (fault) {
        const error = this.errorOf(fault, call);
        const wait = waitBefore(error, attempt, call.policy.attempts, call.deadline);
        if (wait === undefined || !this.connection.retries) throw error;
        await pause(wait, options.signal);
      }
    }
  }

  /** The answers of a server's stream; the call begins with the first and is given up when the
   * iterator is left. */
  async *stream(
    method: DescMethod,
    given: object,
    options: CallOptions = {},
  ): AsyncGenerator<Message, void, undefined> {
    const call = this.prepare(method, given, options);
    const metadata = await this.metadata(call.options);
    checkNotAborted(call);
    const stream: ClientReadableStream<Message> = this.opened().makeServerStreamRequest(
      call.path,
      asIs,
      call.decode,
      call.bytes,
      metadata,
      this.grpcOptions(call),
    );
    stream.on("metadata", tellDeprecated);
    const release = onAbort(options.signal, () => stream.cancel());
    try {
      for await (const answer of stream) yield answer as Message;
    } catch (fault) {
      throw this.errorOf(fault, call);
    } finally {
      release();
      quietly(stream);
    }
  }

  /** What a listing names, over all its pages. */
  pages(method: DescMethod, given: object, options: CallOptions = {}): Pages<Message, Message> {
    const items = itemsOf(method);
    if (items === undefined) throw new TypeError(`${method.name} is no listing`);
    const request = toMessage(method.input, given as MessageInitShape<DescMessage>);
    return new Pages(method.input, request, items, (page) => this.unary(method, page, options));
  }

  /** A call whose requests the caller writes. */
  async bothWays(method: DescMethod): Promise<ClientDuplexStream<Message, Message>> {
    const call = this.opened().makeBidiStreamRequest(
      pathOf(method),
      (message: Message) => encoded(method.input, message),
      (bytes: Buffer) => fromBinary(method.output, bytes),
      await this.metadata({}),
    );
    return call.on("metadata", tellDeprecated);
  }

  /** Closes the connection; a later call makes another one. */
  close(): void {
    this.channel?.close();
    this.channel = undefined;
  }

  errorOf(fault: unknown, call: { name: string; requestId: string }): ProbityError {
    if (!isServiceError(fault)) throw fault;
    // A server that says it before an error keeps gRPC from sending the call again.
    tellDeprecated(fault.metadata);
    return fromRpc(fault, {
      method: call.name,
      target: this.address,
      requestId: call.requestId,
    });
  }

  private prepare(method: DescMethod, given: object, options: CallOptions) {
    const made = toMessage(method.input, given as MessageInitShape<DescMessage>);
    const request = withIds(method.input, made);
    const name = nameOf(method);
    const policy = policyOf(name);
    const timeoutMs = options.timeoutMs ?? policy.timeoutMs;
    if (!(timeoutMs >= 0)) throw new RangeError(`timeoutMs: ${timeoutMs} is no number of ms`);
    return {
      name,
      policy,
      options,
      path: pathOf(method),
      bytes: encoded(method.input, request),
      decode: (bytes: Buffer): Message => fromBinary(method.output, bytes),
      requestId: requestIdOf(request),
      deadline: new Deadline(timeoutMs),
    };
  }

  private async once(call: Prepared): Promise<Message> {
    const metadata = await this.metadata(call.options);
    const { signal } = call.options;
    checkNotAborted(call);
    return new Promise((resolve, reject) => {
      const done = (error: ServiceError | null, answer?: Message): void => {
        release();
        if (answer) resolve(answer);
        else reject(error);
      };
      const grpcOptions = this.grpcOptions(call);
      const running = this.opened().makeUnaryRequest(
        call.path,
        asIs,
        call.decode,
        call.bytes,
        metadata,
        grpcOptions,
        done,
      );
      running.on("metadata", tellDeprecated);
      const release = onAbort(signal, () => running.cancel());
    });
  }

  private grpcOptions(call: Prepared): GrpcCallOptions {
    return { deadline: call.deadline.asDate() };
  }

  private async metadata(options: CallOptions): Promise<Metadata> {
    const metadata = new Metadata();
    const authorization = await this.connection.authorization();
    if (authorization) metadata.set("authorization", authorization);
    for (const [key, value] of Object.entries(options.metadata ?? {})) metadata.set(key, value);
    return metadata;
  }

  /** A channel of files that were renewed is left to the calls that are under way on it. */
  private opened(): Channel {
    const now = performance.now();
    if (now >= this.lookAt) {
      this.lookAt = now + LOOK.everyMs;
      const renewed = this.connection.renewed();
      if (renewed) {
        const before = this.channel;
        setTimeout(() => before?.close(), CLOSE_AFTER_MS).unref();
        this.channel = undefined;
        this.connection = renewed;
      }
    }
    const { address, credentials, channelOptions } = this.connection;
    this.channel ??= new Channel(address, credentials, channelOptions);
    return this.channel;
  }
}

type Prepared = ReturnType<Calls["prepare"]>;

function checkNotAborted({ options, name, requestId }: Prepared): void {
  if (options.signal?.aborted) {
    throw new Cancelled(Code.CANCELLED, "by the caller", { method: name, requestId });
  }
}

/** "ScreeningService/ScreenSupplier". */
export function nameOf(method: DescMethod): string {
  return `${method.parent.name}/${method.name}`;
}

export function pathOf(method: DescMethod): string {
  return `/${method.parent.typeName}/${method.name}`;
}

/** Of a listing, the field of the answer that holds what is listed: the first repeated message. */
export function itemsOf(method: DescMethod): string | undefined {
  const { output, name } = method;
  if (!/^(List|Search)/.test(name) || !("nextPageToken" in output.field)) return undefined;
  return output.fields.find((field) => field.fieldKind === "list" && field.message)?.localName;
}

function isServiceError(fault: unknown): fault is ServiceError {
  return fault instanceof Error && "code" in fault && "details" in fault;
}

function onAbort(signal: AbortSignal | undefined, giveUp: () => void): () => void {
  signal?.addEventListener("abort", giveUp, { once: true });
  return () => signal?.removeEventListener("abort", giveUp);
}

/** Ends a stream; what it then says of its end is nobody's concern. */
export function quietly(stream: { on(event: "error", f: () => void): unknown; cancel(): void }) {
  stream.on("error", () => undefined);
  stream.cancel();
}
