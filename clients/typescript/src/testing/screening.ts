/** Answers of the methods that screen: by subject, with a decision around what the test set, and
 * once for each request id, as a server gives them. */
import { clone, create, isMessage, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { timestampNow } from "@bufbuild/protobuf/wkt";
import { fromDay } from "../dates.js";
import { Code } from "../errors.js";
import {
  AnswerStampSchema,
  type BatchScreenItem,
  type BatchScreenItemResult,
  BatchScreenItemResultSchema,
  type BatchScreenSuppliersRequest,
  BatchScreenSuppliersResponseSchema,
  type Date as DateMessage,
  type DecisionCore,
  DecisionCoreSchema,
  RevisionTokenSchema,
  type ScreenSupplierRequest,
  ScreenSupplierRequestSchema,
  type ScreenSupplierResponse,
  ScreenSupplierResponseSchema,
  StreamScreenOpenedSchema,
  type StreamScreenSettings,
  type StreamScreenSuppliersRequest,
  type StreamScreenSuppliersResponse,
  StreamScreenSuppliersResponseSchema,
  SubjectVerdictSchema,
} from "../generated/v1.js";
import { error } from "./answers.js";
import { type Book, Failed, resolve, spelt } from "./book.js";
import { itemErrorOf } from "./wire.js";

export const SCREEN = "ScreeningService/ScreenSupplier";
export const REVISION = create(RevisionTokenSchema, { storeLineage: "fake", revision: 1n });
/** What is wrong with one item; anything else stops every item alike. */
const OF_AN_ITEM = [Code.INVALID_ARGUMENT, Code.NOT_FOUND, Code.FAILED_PRECONDITION];

export class Screening {
  private number = 0n;
  /** By request id. */
  private readonly decided = new Map<string, { request: string; answer: ScreenSupplierResponse }>();

  constructor(private readonly book: Book) {}

  /** Throws Unset and Failed. */
  async one(request: ScreenSupplierRequest): Promise<ScreenSupplierResponse> {
    const known = this.known(request);
    if (known) return known;
    const given = this.book.takeAbout(SCREEN, spelt(request.subject), "onScreening");
    const answer = this.answerOf(await resolve(given, request), request);
    const { requestId } = request;
    if (requestId) this.decided.set(requestId, { request: bytesOf(request), answer });
    return answer;
  }

  async batch({ items }: BatchScreenSuppliersRequest) {
    const results: BatchScreenItemResult[] = [];
    for (const item of items) results.push(await this.item(item, item.request));
    return create(BatchScreenSuppliersResponseSchema, { results, stamp: stampOf(today()) });
  }

  /** The resume token is the position of the next item. */
  async *stream(
    requests: AsyncIterable<StreamScreenSuppliersRequest>,
  ): AsyncGenerator<StreamScreenSuppliersResponse, void, undefined> {
    let settings: StreamScreenSettings | undefined;
    let position = 0n;
    for await (const { message } of requests) {
      if (message.case === "settings") {
        settings = message.value;
        position = BigInt(settings.resumeToken || 0);
        const opened = { stamp: stampOf(today()), streamId: settings.streamId };
        const value = create(StreamScreenOpenedSchema, opened);
        yield streamed({ message: { case: "opened", value }, position }, position);
      } else if (!settings || !message.value) {
        throw noSettings();
      } else {
        const whole = withSettings(message.value.request, settings, position);
        const value = await this.item(message.value, whole);
        yield streamed({ message: { case: "result", value }, position }, position + 1n);
        position += 1n;
      }
    }
  }

  private async item(
    { correlationId }: BatchScreenItem,
    request = create(ScreenSupplierRequestSchema),
  ): Promise<BatchScreenItemResult> {
    try {
      const { stamp: _, bundle: __, ...value } = await this.one(request);
      const answer = { case: "response", value } as const;
      return create(BatchScreenItemResultSchema, { correlationId, answer });
    } catch (fault) {
      if (!(fault instanceof Failed) || !OF_AN_ITEM.includes(fault.error.code)) throw fault;
      const answer = { case: "error", value: itemErrorOf(fault.error) } as const;
      return create(BatchScreenItemResultSchema, { correlationId, answer });
    }
  }

  /** What was decided under its id; undefined: nothing yet. */
  private known(request: ScreenSupplierRequest): ScreenSupplierResponse | undefined {
    const { requestId } = request;
    const decided = this.decided.get(requestId);
    if (!decided) return undefined;
    if (decided.request !== bytesOf(request)) {
      const message = "this id came with another request before";
      const metadata = { request_id: requestId };
      throw new Failed(error("REQUEST_ID_REUSED", { message, metadata }), false);
    }
    const again = clone(ScreenSupplierResponseSchema, decided.answer);
    return Object.assign(again, { repeatedRequest: true });
  }

  private answerOf(answer: unknown, request: ScreenSupplierRequest): ScreenSupplierResponse {
    if (isMessage(answer, ScreenSupplierResponseSchema)) return answer;
    if (!isMessage(answer, DecisionCoreSchema)) {
      throw new TypeError(
        `an answer to ${SCREEN} is a DecisionCore, a ScreenSupplierResponse or an error(...), ` +
          `not ${typeof answer === "object" ? "another object" : `a ${typeof answer}`}`,
      );
    }
    const asOf = request.asOf ?? today();
    const leafIndex = this.number++;
    const decision = {
      name: `decisions/${this.number.toString(16).padStart(28, "0")}`,
      core: completed(answer, asOf),
      leafIndex,
      recordedAt: timestampNow(),
    };
    return create(ScreenSupplierResponseSchema, { decision, stamp: stampOf(asOf) });
  }
}

function noSettings(): Failed {
  const message = "the first message holds no settings";
  return new Failed(error("INVALID_FIELD", { message }), false);
}

function streamed(
  init: MessageInitShape<typeof StreamScreenSuppliersResponseSchema>,
  next: bigint,
): StreamScreenSuppliersResponse {
  return create(StreamScreenSuppliersResponseSchema, { ...init, resumeToken: String(next) });
}

/** With what every decision has. */
function completed(answer: DecisionCore, asOf: DateMessage): DecisionCore {
  const core = clone(DecisionCoreSchema, answer);
  const { verdict, identity, risk } = core;
  core.asOf ??= asOf;
  core.revision ??= REVISION;
  if (core.subjects.length === 0) {
    core.subjects.push(create(SubjectVerdictSchema, { path: "subject", verdict, identity, risk }));
  }
  return core;
}

/** What an item says for itself counts; the consistency is the stream's. */
function withSettings(
  item: ScreenSupplierRequest | undefined,
  settings: StreamScreenSettings,
  position: bigint,
): ScreenSupplierRequest {
  const whole = item
    ? clone(ScreenSupplierRequestSchema, item)
    : create(ScreenSupplierRequestSchema);
  const { purchase, asOf, policy, streamId } = settings;
  if (purchase) whole.purchase ??= purchase;
  if (asOf) whole.asOf ??= asOf;
  whole.policy ||= policy;
  if (streamId) whole.requestId ||= `${streamId}/${position}`;
  delete whole.consistency;
  return whole;
}

function today(): DateMessage {
  return fromDay(new Date().toISOString().slice(0, 10));
}

function stampOf(asOf: DateMessage) {
  return create(AnswerStampSchema, {
    revision: REVISION,
    asOf,
    matcherVersion: "fake",
    evaluatedAt: timestampNow(),
  });
}

function bytesOf(request: ScreenSupplierRequest): string {
  return Buffer.from(toBinary(ScreenSupplierRequestSchema, request)).toString("latin1");
}
