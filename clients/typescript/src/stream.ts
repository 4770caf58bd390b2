/** A whole vendor master, screened by one stream (StreamScreenSuppliers) that goes on by itself
 * where it was cut. */
import type { Message, MessageInitShape } from "@bufbuild/protobuf";
import type { ClientDuplexStream } from "@grpc/grpc-js";
import { type Calls, nameOf, quietly } from "./calls.js";
import { PATIENCE_MS } from "./cuts.js";
import type { ProbityError } from "./errors.js";
import {
  type BatchScreenItemSchema,
  ScreeningService,
  type StreamScreenOpened,
  type StreamScreenSettingsSchema,
  type StreamScreenSuppliersResponse,
} from "./generated/v1.js";
import { pause } from "./retry.js";
import { Run, WINDOW } from "./run.js";

const METHOD = ScreeningService.method.streamScreenSuppliers;

type Item = MessageInitShape<typeof BatchScreenItemSchema>;
/** A cursor of a database may be the source. */
export type Items = Iterable<Item> | AsyncIterable<Item>;

/** What all items share is said once, as in StreamScreenSettings. Give `streamId` to send the same
 * run again from its first item, `resumeToken` to go on with one that was left. */
export interface StreamOptions {
  purchase?: MessageInitShape<typeof StreamScreenSettingsSchema>["purchase"];
  policy?: string;
  asOf?: MessageInitShape<typeof StreamScreenSettingsSchema>["asOf"];
  consistency?: MessageInitShape<typeof StreamScreenSettingsSchema>["consistency"];
  streamId?: string;
  resumeToken?: string;
  /** Items that are taken at most ahead of the answers. */
  window?: number;
  /** From a cut on without an answer until the stream is given up. */
  patienceMs?: number;
}

/**
 * Answers in the order of the items, each once: `position`, `message.value.correlationId`, and
 * response or error; mayBuy() and explain() take them as they are.
 *
 * Items are taken from their source at most `window` ahead of the answers that were taken, so that
 * nothing piles up. A cut stream is opened again, with what the server may not have decided; what
 * it had decided comes back as it was and is not handed out twice. An error that cannot be waited
 * out is thrown; so is one `patienceMs` after a cut without an answer. `resumeToken` and
 * `resumePosition` then say how to go on later, also in another process: with equal settings, this
 * token, and the items from that position on.
 *
 * Iterate once; to leave the loop closes the stream.
 */
export class ScreeningStream implements AsyncIterableIterator<StreamScreenSuppliersResponse> {
  private readonly run: Run;
  private readonly source: Iterator<Item> | AsyncIterator<Item>;
  private call: ClientDuplexStream<Message, Message> | undefined;
  private answers: AsyncIterator<StreamScreenSuppliersResponse> | undefined;
  private fault: unknown;
  private isClosed = false;
  private isFeeding = false;
  private sourceFault: { error: unknown } | undefined;
  private madeRoom = (): void => undefined;

  constructor(
    private readonly calls: Calls,
    items: Items,
    { window = WINDOW, patienceMs = PATIENCE_MS, ...settings }: StreamOptions,
  ) {
    this.run = new Run(settings, window, patienceMs);
    this.source =
      Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  }

  /** The newest; "" before the stream was opened. */
  get resumeToken(): string {
    return this.run.resumeToken;
  }

  /** Position of the item that the token goes on with. */
  get resumePosition(): bigint {
    return this.run.resumePosition;
  }

  /** Revision, policy and day of all answers, and the run's name; undefined before. */
  get opened(): StreamScreenOpened | undefined {
    return this.run.opened;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<StreamScreenSuppliersResponse, undefined>> {
    while (!this.isClosed) {
      const value = await this.receive().catch((fault: unknown) => this.waitOut(fault));
      if (value) return { done: false, value };
    }
    return { done: true, value: undefined };
  }

  async return(): Promise<IteratorResult<StreamScreenSuppliersResponse, undefined>> {
    this.close();
    return { done: true, value: undefined };
  }

  /** Gives up what is on its way; decisions that were recorded stay recorded. */
  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.drop();
    this.madeRoom();
    // Once it has given what it was asked for.
    if (!this.run.exhausted && !this.sourceFault) void (async () => this.source.return?.())();
  }

  /** The next answer to hand out; undefined: look again. */
  private async receive(): Promise<StreamScreenSuppliersResponse | undefined> {
    if (!this.answers) await this.open();
    const { done, value } = (await this.answers?.next()) ?? { done: true, value: undefined };
    if (this.sourceFault) throw this.sourceFault.error;
    if (this.isClosed) return undefined;
    if (this.fault && done) throw this.fault;
    if (done || !value) return this.end();
    const isNew = this.run.receive(value);
    this.madeRoom();
    return isNew ? value : undefined;
  }

  private async open(): Promise<void> {
    const call = await this.calls.bothWays(METHOD);
    if (this.isClosed) return quietly(call);
    this.fault = undefined;
    call.on("error", (fault) => {
      this.fault = fault;
    });
    for (const request of this.run.begin()) call.write(request);
    if (this.run.exhausted) call.end();
    this.call = call;
    this.answers = call[Symbol.asyncIterator]();
    if (!this.isFeeding) {
      this.isFeeding = true;
      void this.feed();
    }
  }

  /** Takes items as there is room, beside the answers, which a slow source does not hold up. What
   * is taken while no call is open goes with the next one's beginning. */
  private async feed(): Promise<void> {
    try {
      while (!this.isClosed) {
        if (!this.run.hasRoom) {
          await new Promise<void>((resolve) => {
            this.madeRoom = resolve;
          });
          continue;
        }
        const { done, value } = await this.source.next();
        if (done) break;
        const request = this.run.take(value);
        this.call?.write(request);
      }
      this.run.exhausted = true;
      this.call?.end();
    } catch (error) {
      this.sourceFault = { error };
      this.call?.cancel(); // Which wakes whoever waits for an answer.
    }
  }

  private async waitOut(fault: unknown): Promise<undefined> {
    this.drop();
    if (this.isClosed) return;
    const error = this.sourceFault ? undefined : this.errorOf(fault);
    const wait = error && this.run.cuts.waitAfter(error);
    if (wait === undefined) {
      this.close();
      throw this.sourceFault ? this.sourceFault.error : (error ?? fault);
    }
    await pause(wait);
  }

  /** undefined where it is none of a call. */
  private errorOf(fault: unknown): ProbityError | undefined {
    try {
      return this.calls.errorOf(fault, { name: nameOf(METHOD), requestId: "" });
    } catch {
      return undefined;
    }
  }

  /** The server has said all; it does so when all items are answered. */
  private end(): undefined {
    if (!this.run.isDone) {
      throw new Error("the server ended the stream before all items were answered");
    }
    this.close();
  }

  private drop(): void {
    if (this.call) quietly(this.call);
    this.call = this.answers = undefined;
  }
}
