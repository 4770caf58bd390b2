/** FakeProbity: a server in this process. */
import { AssertionError } from "node:assert";
import {
  create,
  type DescMessage,
  type DescMethod,
  isMessage,
  type Message,
  type MessageInitShape,
  type MessageShape,
} from "@bufbuild/protobuf";
import { ServerCredentials } from "@grpc/grpc-js";
import { nameOf } from "../calls.js";
import { ProbityError } from "../errors.js";
import {
  type BatchCheckCertificationsRequest,
  type BatchScreenSuppliersRequest,
  type CheckCertificationRequest,
  type CheckCertificationResponse,
  CheckCertificationResponseSchema,
  type DecisionCore,
  DecisionCoreSchema,
  GetServerInfoResponseSchema,
  type ScreenedSubject,
  type ScreenSupplierRequest,
  type ScreenSupplierResponse,
  ScreenSupplierResponseSchema,
  type StreamScreenSuppliersRequest,
  type SubjectRef,
  type VerdictChange,
  VerdictChangeSchema,
  type WatchVerdictsRequest,
} from "../generated/v1.js";
import { toMessage } from "../requests.js";
import { unavailable } from "./answers.js";
import { Book, Failed, resolve, spelt, Unset } from "./book.js";
import { Certifications, CHECK } from "./certifications.js";
import { type Answering, type Call, serverOf } from "./handler.js";
import { REVISION, SCREEN, Screening } from "./screening.js";
import { WATCH, Watch } from "./watch.js";

export type { Call };

/** As byIdentifier() and byVendor() give it; null: every other one. */
export type Subject = ScreenedSubject | SubjectRef | null;

/** A message, an error, or a function of the request that gives or throws one. */
export type Answer<Request, Response> =
  | Response
  | ProbityError
  | ((request: Request) => Response | ProbityError | Promise<Response | ProbityError>);

export type ScreeningAnswer = Answer<ScreenSupplierRequest, DecisionCore | ScreenSupplierResponse>;

/** As v1.SupplierService.method.getSupplier. */
export type UnaryMethod<I extends DescMessage, O extends DescMessage> = DescMethod & {
  methodKind: "unary";
  input: I;
  output: O;
};

/** As v1.DatasetService.method.exportDataset. */
export type StreamingMethod<I extends DescMessage, O extends DescMessage> = DescMethod & {
  methodKind: "server_streaming" | "bidi_streaming";
  input: I;
  output: O;
};

const STREAM = "ScreeningService/StreamScreenSuppliers";
/** By the methods that on() sets errors of, alone. */
const BESIDE_ERRORS: Readonly<Record<string, string>> = {
  [STREAM]: "onScreening",
  [WATCH]: "onWatch",
};
/** A method, whatever is asked. */
const WHOLE = "*";

/**
 * Listens at `address` from start() until stop(). Stop it when a test ends: stop() fails with an
 * AssertionError where something was asked that no answer was set for, or where a function of the
 * test failed.
 *
 * Of several answers each is given once, the last one from then on. What is set again takes the
 * place of what was set before. GetServerInfo has an answer, with the limits of a real server.
 *
 * A purchase is decided once for each request id, as by a real server: asked again with the same
 * request, the same decision comes back, and with another one REQUEST_ID_REUSED.
 */
export class FakeProbity {
  private readonly book = new Book();
  private readonly watch = new Watch();
  private readonly screening = new Screening(this.book);
  private readonly certifications = new Certifications(this.book);
  private readonly asked: Call[] = [];
  private readonly faults = new Set<string>();
  private isDown = false;
  private isStopped = false;
  private readonly server;
  private listensAt = "";

  private constructor(deprecated: readonly string[]) {
    const answering: Answering = {
      deprecated,
      record: (call) => this.asked.push(call),
      blame: (fault) => this.faults.add(fault),
      answer: (method, request) => this.answer(method, request),
      answers: (method, request, goesOn) => this.answers(method, request, goesOn),
    };
    this.server = serverOf(answering);
  }

  /** `deprecated`: full names of fields or methods that every answer tells to be deprecated. */
  static async start(options: { deprecated?: readonly string[] } = {}): Promise<FakeProbity> {
    const fake = new FakeProbity(options.deprecated ?? []);
    const port = await new Promise<number>((resolve, reject) => {
      fake.server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      );
    });
    fake.listensAt = `127.0.0.1:${port}`;
    return fake;
  }

  /** For a Client, without certificates. */
  get address(): string {
    return this.listensAt;
  }

  /** Sets what screenSupplier, a batch and a stream answer about a subject. Its name counts only
   * where it has no reference. Answers: clear(), review(...), block(...), error(...),
   * unavailable(), a DecisionCore, a whole ScreenSupplierResponse, or a function. */
  onScreening(subject: Subject, ...answers: ScreeningAnswer[]): this {
    const schemas = [DecisionCoreSchema, ScreenSupplierResponseSchema];
    this.book.set(SCREEN, aboutOf(subject), checked(SCREEN, answers, schemas));
    return this;
  }

  /** Sets what checkCertification and its batch answer about a subject, or about a certificate's
   * number where no subject is asked about. Answers: certification(...), error(...),
   * unavailable(), a CheckCertificationResponse, or a function. */
  onCertification(
    subject: Subject | string,
    ...answers: Answer<CheckCertificationRequest, CheckCertificationResponse>[]
  ): this {
    const about = typeof subject === "string" ? JSON.stringify(subject) : aboutOf(subject);
    this.book.set(CHECK, about, checked(CHECK, answers, [CheckCertificationResponseSchema]));
    return this;
  }

  /** Adds what watchVerdicts tells, also to watches that are open. An error cuts one watch, once;
   * what is opened again goes on behind its cursor. */
  onWatch(...changes: (VerdictChange | ProbityError)[]): this {
    this.watch.add(checked(WATCH, changes, [VerdictChangeSchema], false));
    return this;
  }

  /** Sets what a method answers, as v1.SupplierService.method.getSupplier, whatever is asked; it
   * counts before what is set by subject. Where a method answers by a stream, each answer is an
   * array of messages, at its end an error if the stream fails. */
  on<I extends DescMessage, O extends DescMessage>(
    method: UnaryMethod<I, O>,
    ...answers: Answer<MessageShape<I>, MessageInitShape<O>>[]
  ): this;
  on<I extends DescMessage, O extends DescMessage>(
    method: StreamingMethod<I, O>,
    ...answers: Answer<MessageShape<I>, readonly (MessageInitShape<O> | ProbityError)[]>[]
  ): this;
  on(method: DescMethod, ...answers: unknown[]): this {
    const name = nameOf(method);
    const instead = BESIDE_ERRORS[name];
    if (instead && !answers.every((answer) => answer instanceof ProbityError)) {
      throw new TypeError(`${name} is answered by ${instead}(); on() takes an error(...) alone`);
    }
    for (const answer of answers) checkAnswer(method, answer);
    this.book.set(name, WHOLE, answers);
    return this;
  }

  /** All that was asked so far, in order; what the client sent again is there again. */
  get calls(): readonly Call[] {
    return [...this.asked];
  }

  /** What a method was asked so far. */
  requests<I extends DescMessage>(method: DescMethod & { input: I }): MessageShape<I>[] {
    const name = nameOf(method);
    const calls = this.asked.filter((call) => call.method === name);
    return calls.map(({ request }) => request as MessageShape<I>);
  }

  /** While `during` lasts nobody listens, as far as a client can see; open streams are cut. */
  async outage<T>(during: () => Promise<T>): Promise<T> {
    this.isDown = true;
    try {
      return await during();
    } finally {
      this.isDown = false;
    }
  }

  /** Ends the server. AssertionError where something was asked that no answer was set for, or
   * where a function of the test failed. */
  async stop(): Promise<void> {
    this.isStopped = true;
    this.server.forceShutdown();
    const faults = [...this.faults];
    this.faults.clear();
    if (faults.length > 0) {
      throw new AssertionError({ message: ["FakeProbity:", ...faults].join("\n") });
    }
  }

  private async answer(method: DescMethod, request: Message): Promise<Message> {
    this.checkUp();
    const given = this.book.take(nameOf(method), WHOLE);
    if (given) return toMessage(method.output, (await resolve(given, request)) as Message);
    return this.ownAnswer(method, request);
  }

  private ownAnswer(method: DescMethod, request: Message): Promise<Message> | Message {
    switch (nameOf(method)) {
      case SCREEN:
        return this.screening.one(request as ScreenSupplierRequest);
      case "ScreeningService/BatchScreenSuppliers":
        return this.screening.batch(request as BatchScreenSuppliersRequest);
      case CHECK:
        return this.certifications.one(request as CheckCertificationRequest);
      case "CertificationService/BatchCheckCertifications":
        return this.certifications.batch(request as BatchCheckCertificationsRequest);
      case "ServerService/GetServerInfo":
        return serverInfo();
      default:
        throw unset(method);
    }
  }

  private async *answers(
    method: DescMethod,
    request: Message | AsyncIterable<Message>,
    goesOn: () => boolean,
  ): AsyncGenerator<Message, void, undefined> {
    this.checkUp();
    for await (const message of await this.source(method, request, goesOn)) {
      this.checkUp();
      if (message instanceof ProbityError) throw new Failed(message, false);
      yield toMessage(method.output, message as Message);
    }
    this.checkUp();
  }

  private async source(
    method: DescMethod,
    request: Message | AsyncIterable<Message>,
    goesOn: () => boolean,
  ): Promise<Iterable<unknown> | AsyncIterable<unknown>> {
    const name = nameOf(method);
    const given = this.book.take(name, WHOLE);
    if (given) {
      const answer = await resolve(given, request);
      if (Array.isArray(answer)) return answer;
      throw new TypeError(`an answer to ${name} is an array of messages`);
    }
    if (name === STREAM) {
      return this.screening.stream(request as AsyncIterable<StreamScreenSuppliersRequest>);
    }
    if (name !== WATCH) throw unset(method);
    const isOn = () => goesOn() && !this.isDown && !this.isStopped;
    return this.watch.messages(request as WatchVerdictsRequest, isOn);
  }

  private checkUp(): void {
    if (this.isDown) throw new Failed(unavailable(), false);
  }
}

function aboutOf(subject: Subject): string {
  return subject === null ? "" : spelt(subject);
}

/** TypeError for what no answer can be. */
function checked<A>(
  method: string,
  answers: readonly A[],
  schemas: readonly DescMessage[],
  mayBeFunction = true,
): readonly A[] {
  for (const answer of answers) {
    const isOne =
      answer instanceof ProbityError ||
      (mayBeFunction && typeof answer === "function") ||
      schemas.some((schema) => isMessage(answer, schema));
    if (isOne) continue;
    const named = schemas.map(({ name }) => `a ${name}, `).join("");
    const last = mayBeFunction ? "an error(...) or a function" : "or an error(...)";
    throw new TypeError(`an answer to ${method} is ${named}${last}`);
  }
  return answers;
}

function checkAnswer(method: DescMethod, answer: unknown): void {
  if (typeof answer === "function" || answer instanceof ProbityError) return;
  if (method.methodKind === "unary") {
    toMessage(method.output, answer as Message);
  } else if (Array.isArray(answer)) {
    for (const each of answer) {
      if (!(each instanceof ProbityError)) toMessage(method.output, each);
    }
  } else throw new TypeError(`an answer to ${nameOf(method)} is an array of messages`);
}

function unset(method: DescMethod): Unset {
  const { parent, localName } = method;
  const answer = method.methodKind === "unary" ? "{ ... }" : "[{ ... }]";
  return new Unset(
    `no answer is set to ${nameOf(method)}; set it by ` +
      `fake.on(v1.${parent.name}.method.${localName}, ${answer})`,
  );
}

/** Limits as services/rpc/limits.h has them. */
function serverInfo(): Message {
  return create(GetServerInfoResponseSchema, {
    version: "fake",
    revision: REVISION,
    earliestRevision: 1n,
    matcherVersion: "fake",
    maxBatchLookup: 1000,
    maxBatchCheck: 100,
    maxRequestBytes: 4 << 20,
    maxBatchScreen: 100,
    maxStreamScreenInFlight: 256,
    streamScreenResumeEvery: 1,
    maxBatchVendors: 1000,
    maxBatchMembers: 1000,
    maxBatchJudgements: 1000,
  });
}
