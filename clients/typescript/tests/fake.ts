/** A server in this process that answers as a test scripts it: what a real one gives only when it
 * is newer, full or cut off. */
import { create, type DescMessage, fromBinary, type Message, toBinary } from "@bufbuild/protobuf";
import { type Any, anyPack } from "@bufbuild/protobuf/wkt";
import * as grpc from "@grpc/grpc-js";
import { v1 } from "probity-client";
import * as rpc from "../dist/generated/rpc_status_pb.js";

/** A status with details, as a server sends it. */
export class Refusal {
  constructor(
    readonly code: grpc.status,
    readonly message = "",
    readonly told: {
      reason?: string;
      metadata?: Record<string, string>;
      retryAfter?: number;
      fields?: { field: string; description: string }[];
    } = {},
  ) {}

  asStatus(): Partial<grpc.StatusObject> {
    const { reason, metadata = {}, retryAfter, fields } = this.told;
    const details: Any[] = [];
    if (reason) {
      const info = create(rpc.ErrorInfoSchema, { reason, domain: "probity", metadata });
      details.push(packed("ErrorInfo", rpc.ErrorInfoSchema, info));
    }
    if (retryAfter !== undefined) {
      const nanos = Math.round(retryAfter * 1e9);
      const retry = create(rpc.RetryInfoSchema, { retryDelay: { seconds: 0n, nanos } });
      details.push(packed("RetryInfo", rpc.RetryInfoSchema, retry));
    }
    if (fields) {
      const bad = create(rpc.BadRequestSchema, { fieldViolations: fields });
      details.push(packed("BadRequest", rpc.BadRequestSchema, bad));
    }
    const status = create(rpc.StatusSchema, { code: this.code, message: this.message, details });
    const trailers = new grpc.Metadata();
    trailers.set("grpc-status-details-bin", Buffer.from(toBinary(rpc.StatusSchema, status)));
    trailers.set("probity-call-id", "c0ffee");
    return { code: this.code, details: this.message, metadata: trailers };
  }
}

function packed(name: string, schema: DescMessage, message: Message): Any {
  return { ...anyPack(schema, message), typeUrl: `type.googleapis.com/google.rpc.${name}` };
}

export interface Call {
  readonly method: string;
  readonly request: Message;
  readonly headers: Record<string, grpc.MetadataValue>;
  /** Until the deadline; Infinity: there is none. */
  readonly leftMs: number;
}

type Given = Message | Refusal | undefined;
/** `attempt` counts from 1. undefined: never answered. */
export type Answer = (request: Message, attempt: number) => Given;
export type StreamAnswer = (stream: grpc.ServerDuplexStream<Message, Message>) => void;

const SERVICES = [v1.PortfolioService, v1.ScreeningService, v1.ServerService, v1.VendorService];

export class FakeServer {
  readonly calls: Call[] = [];
  private readonly server = new grpc.Server();
  address = "";

  /** `answers`: by the local name of the method, of all services. */
  constructor(
    private readonly answers: Record<string, Answer>,
    private readonly streams: Record<string, StreamAnswer> = {},
  ) {
    for (const service of SERVICES) {
      const definition: Record<string, grpc.MethodDefinition<Message, Message>> = {};
      const handlers: grpc.UntypedServiceImplementation = {};
      for (const method of service.methods) {
        const stream = method.methodKind !== "unary";
        definition[method.localName] = {
          path: `/${service.typeName}/${method.name}`,
          requestStream: stream,
          responseStream: stream,
          requestSerialize: (message) => Buffer.from(toBinary(method.input, message)),
          requestDeserialize: (bytes) => fromBinary(method.input, bytes),
          responseSerialize: (message) => Buffer.from(toBinary(method.output, message)),
          responseDeserialize: (bytes) => fromBinary(method.output, bytes),
        };
        handlers[method.localName] = stream
          ? (call: grpc.ServerDuplexStream<Message, Message>) =>
              this.streams[method.localName]?.(call)
          : (call: grpc.ServerUnaryCall<Message, Message>, done: grpc.sendUnaryData<Message>) =>
              this.answer(method.localName, call, done);
      }
      this.server.addService(definition, handlers);
    }
  }

  private answer(
    method: string,
    call: grpc.ServerUnaryCall<Message, Message>,
    done: grpc.sendUnaryData<Message>,
  ): void {
    const deadline = Number(call.getDeadline());
    const { request } = call;
    this.calls.push({
      method,
      request,
      headers: call.metadata.getMap(),
      leftMs: deadline - Date.now(),
    });
    const attempt = this.calls.filter((each) => each.method === method).length;
    const given = this.answers[method]?.(request, attempt);
    if (given instanceof Refusal) done(given.asStatus());
    else if (given) done(null, given);
  }

  async start(credentials = grpc.ServerCredentials.createInsecure()): Promise<this> {
    const port = await new Promise<number>((resolve, reject) => {
      this.server.bindAsync("127.0.0.1:0", credentials, (error, bound) =>
        error ? reject(error) : resolve(bound),
      );
    });
    this.address = `127.0.0.1:${port}`;
    return this;
  }

  stop(): void {
    this.server.forceShutdown();
  }
}
