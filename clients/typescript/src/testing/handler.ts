/** Between gRPC and what a FakeProbity answers. */
import { type DescMethod, fromBinary, type Message, toBinary } from "@bufbuild/protobuf";
import * as grpc from "@grpc/grpc-js";
import { nameOf, pathOf } from "../calls.js";
import { Code } from "../errors.js";
import { HEADER } from "../notice.js";
import { SERVICES } from "../services.js";
import { error } from "./answers.js";
import { Failed, Unset } from "./book.js";
import { statusOf } from "./wire.js";

/** What was asked. Each message of a stream of requests is one. */
export interface Call {
  /** "ScreeningService/ScreenSupplier". */
  readonly method: string;
  readonly request: Message;
  readonly metadata: Readonly<Record<string, grpc.MetadataValue>>;
  /** Ms that were left; Infinity: no deadline. */
  readonly timeoutMs: number;
}

/** What answers. Throws Unset and Failed. */
export interface Answering {
  /** Full names that each answer tells to be deprecated. */
  readonly deprecated: readonly string[];
  record(call: Call): void;
  /** Keeps what the test's author has to mend. */
  blame(fault: string): void;
  answer(method: DescMethod, request: Message): Promise<Message>;
  /** `request`: all of them, where they are a stream. */
  answers(
    method: DescMethod,
    request: Message | AsyncIterable<Message>,
    goesOn: () => boolean,
  ): AsyncIterable<Message>;
}

type UnaryCall = grpc.ServerUnaryCall<Message, Message>;
type StreamCall = grpc.ServerWritableStream<Message, Message> | BidiCall;
type BidiCall = grpc.ServerDuplexStream<Message, Message>;

export function serverOf(fake: Answering): grpc.Server {
  const server = new grpc.Server();
  for (const service of Object.values(SERVICES)) {
    const methods: DescMethod[] = service.methods;
    const definitions = methods.map((method) => [method.localName, definitionOf(method)]);
    const handlers = methods.map((method) => [method.localName, new Handler(fake, method).handle]);
    server.addService(Object.fromEntries(definitions), Object.fromEntries(handlers));
  }
  return server;
}

function definitionOf(method: DescMethod): grpc.MethodDefinition<Message, Message> {
  return {
    path: pathOf(method),
    requestStream: method.methodKind === "bidi_streaming",
    responseStream: method.methodKind !== "unary",
    requestSerialize: (message) => Buffer.from(toBinary(method.input, message)),
    requestDeserialize: (bytes) => fromBinary(method.input, bytes),
    responseSerialize: (message) => Buffer.from(toBinary(method.output, message)),
    responseDeserialize: (bytes) => fromBinary(method.output, bytes),
  };
}

/** Of one method. */
class Handler {
  constructor(
    private readonly fake: Answering,
    private readonly method: DescMethod,
  ) {}

  get handle(): grpc.UntypedHandleCall {
    if (this.method.methodKind === "unary") {
      return (call: UnaryCall, done: grpc.sendUnaryData<Message>) => void this.one(call, done);
    }
    return (call: StreamCall) => void this.many(call);
  }

  private async one(call: UnaryCall, done: grpc.sendUnaryData<Message>): Promise<void> {
    try {
      const answer = await this.fake.answer(this.method, this.recorded(call.request, call));
      this.begin(call);
      done(null, answer);
    } catch (fault) {
      done(this.statusOf(fault));
    }
  }

  private async many(call: StreamCall): Promise<void> {
    try {
      const asked = "request" in call ? this.recorded(call.request, call) : this.eachRecorded(call);
      let isBegun = false;
      for await (const answer of this.fake.answers(this.method, asked, () => !call.cancelled)) {
        if (!isBegun) this.begin(call);
        isBegun = true;
        if (!call.write(answer)) await drained(call);
        if (call.cancelled) return;
      }
      call.end();
    } catch (fault) {
      if (!call.cancelled) call.emit("error", this.statusOf(fault));
    }
  }

  private async *eachRecorded(call: BidiCall): AsyncGenerator<Message, void, undefined> {
    // When requests end, answers do not.
    for await (const request of call.iterator({ destroyOnReturn: false })) {
      yield this.recorded(request as Message, call);
    }
  }

  private recorded(request: Message, call: UnaryCall | StreamCall): Message {
    const metadata = call.metadata.getMap();
    const timeoutMs = Number(call.getDeadline()) - Date.now();
    this.fake.record({ method: nameOf(this.method), request, metadata, timeoutMs });
    return request;
  }

  /** With an answer alone: gRPC does not send a call again that an error began to answer. */
  private begin(call: UnaryCall | StreamCall): void {
    if (this.fake.deprecated.length === 0) return;
    const metadata = new grpc.Metadata();
    this.addNotice(metadata);
    call.sendMetadata(metadata);
  }

  private addNotice(metadata: grpc.Metadata): void {
    const { deprecated } = this.fake;
    if (deprecated.length > 0) metadata.set(HEADER, deprecated.join(", "));
  }

  private statusOf(fault: unknown): grpc.StatusObject {
    const { error: told, more } = fault instanceof Failed ? fault : this.blamed(fault);
    const status = statusOf(told, more);
    this.addNotice(status.metadata);
    return status;
  }

  private blamed(fault: unknown): Failed {
    const isUnset = fault instanceof Unset;
    const told = fault instanceof Error ? fault.message : String(fault);
    const text = isUnset ? told : `the answer to ${nameOf(this.method)} failed: ${told}`;
    this.fake.blame(isUnset || !(fault instanceof Error) ? text : `${text}\n${fault.stack}`);
    const message = `FakeProbity: ${text}`;
    return new Failed(error("", { code: Code.UNIMPLEMENTED, message }), false);
  }
}

/** Until there is room, or the client is gone. */
function drained(call: StreamCall): Promise<void> {
  return new Promise((resolve) => {
    for (const event of ["drain", "cancelled", "close"]) call.once(event, () => resolve());
  });
}
