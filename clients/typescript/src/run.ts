/** Where a stream of purchases stands: what was taken from its source, what was answered, and what
 * has to be sent again when it is cut. No calls are made here. */
import { randomUUID } from "node:crypto";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { Cuts } from "./cuts.js";
import {
  BatchScreenItemSchema,
  type StreamScreenOpened,
  type StreamScreenSettings,
  StreamScreenSettingsSchema,
  type StreamScreenSuppliersRequest,
  StreamScreenSuppliersRequestSchema,
  type StreamScreenSuppliersResponse,
} from "./generated/v1.js";
import { toMessage } from "./requests.js";

/** Items that are taken from the source and not answered yet. Some times what a server works on at
 * a time (GetServerInfo.maxStreamScreenInFlight), so that the next ones are there when it has room,
 * however long it takes to get them. */
export const WINDOW = 1024;

/** Positions count from the first item of the whole run, as the server's do. */
export class Run {
  opened: StreamScreenOpened | undefined;
  /** The source has no more. */
  exhausted = false;
  /** Where the token goes on. */
  resumePosition = 0n;
  private readonly settings: StreamScreenSettings;
  /** False: the caller's token says where, and the opening tells it. */
  private isPlaced: boolean;
  /** Position of the next answer to hand out. */
  private next = 0n;
  /** From resumePosition on. */
  private readonly kept: StreamScreenSuppliersRequest[] = [];
  readonly cuts: Cuts;

  constructor(
    settings: MessageInitShape<typeof StreamScreenSettingsSchema>,
    private readonly window: number,
    patienceMs: number,
  ) {
    this.cuts = new Cuts(patienceMs);
    if (!(Number.isInteger(window) && window > 0)) throw new RangeError("window: at least 1");
    this.settings = create(StreamScreenSettingsSchema, settings);
    this.isPlaced = !this.settings.resumeToken;
    // So that what was sent before the first resume token came is not decided twice.
    if (this.isPlaced) this.settings.streamId ||= randomUUID();
  }

  get resumeToken(): string {
    return this.settings.resumeToken;
  }

  /** Position behind the last item that was taken. */
  private get end(): bigint {
    return this.resumePosition + BigInt(this.kept.length);
  }

  get isDone(): boolean {
    return this.exhausted && this.next >= this.end;
  }

  get hasRoom(): boolean {
    return this.end - this.next < this.window;
  }

  take(item: MessageInitShape<typeof BatchScreenItemSchema>): StreamScreenSuppliersRequest {
    const value = toMessage(BatchScreenItemSchema, item);
    const request = create(StreamScreenSuppliersRequestSchema, {
      message: { case: "item", value },
    });
    this.kept.push(request);
    return request;
  }

  /** What a new call begins with: the settings, and items that were not seen to be decided. */
  begin(): StreamScreenSuppliersRequest[] {
    const message = { case: "settings", value: this.settings } as const;
    return [create(StreamScreenSuppliersRequestSchema, { message }), ...this.kept];
  }

  /** Whether it is handed out: an answer that was not handed out before. Error where the server
   * counts otherwise: no answer may be taken for that of another item. */
  receive({ message, position, resumeToken }: StreamScreenSuppliersResponse): boolean {
    if (message.case === "opened") {
      this.beginAt(position, message.value);
      if (resumeToken) this.settings.resumeToken = resumeToken;
      return false;
    }
    if (position < this.resumePosition || position > this.next || position >= this.end) {
      throw new Error(`the server answered item ${position} of the stream; ${this.next} is next`);
    }
    const isNew = position === this.next;
    if (isNew) {
      this.next += 1n;
      this.cuts.overcome(); // To be opened alone is no progress.
    }
    if (resumeToken) {
      this.kept.splice(0, Number(position + 1n - this.resumePosition));
      this.resumePosition = position + 1n;
      this.settings.resumeToken = resumeToken;
    }
    return isNew;
  }

  private beginAt(position: bigint, opened: StreamScreenOpened): void {
    this.opened = opened;
    if (!this.isPlaced) {
      this.isPlaced = true;
      this.next = this.resumePosition = position;
    } else if (position !== this.resumePosition) {
      throw new Error(
        `the server goes on at item ${position} of the stream instead of ${this.resumePosition}`,
      );
    }
  }
}
