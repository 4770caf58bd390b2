/** Changes of verdicts, told as they come (WatchVerdicts), by a stream that goes on by itself where
 * it was cut. */
import { type Calls, nameOf } from "./calls.js";
import { Cuts, PATIENCE_MS } from "./cuts.js";
import { Code, ProbityError, Unavailable } from "./errors.js";
import { PortfolioService, type WatchVerdictsResponse } from "./generated/v1.js";
import { pause } from "./retry.js";

const METHOD = PortfolioService.method.watchVerdicts;

export interface WatchOptions {
  /** Only of this one; by default, of all of the caller's authority. */
  portfolio?: string;
  /** Where to go on; by default, from now on. */
  cursor?: string;
  /** From a cut on without a message until the watch is given up. */
  patienceMs?: number;
  /** Ends the watch: with Cancelled. */
  signal?: AbortSignal;
}

/**
 * Messages as the server sends them, without end: `message.case` is "change", or "checkpoint",
 * which says how far all was weighed; it comes first, and at least every 30 seconds. Each has a
 * `cursor`. Keep it when its message is dealt with, and give it to the next watch: it goes on behind
 * it, in another process too, and no change is missed. The last one may come twice, where it was
 * dealt with and its cursor was not kept.
 *
 * A cut watch is opened again at the cursor of the last message. An error that cannot be waited out
 * is thrown, as CURSOR_EXPIRED (compare with listMembers, docs/WATCH.md); so is one `patienceMs`
 * after a cut without a message. To leave the loop ends the call; iterated again, the watch goes on
 * where it stood.
 */
export class VerdictWatch implements AsyncIterable<WatchVerdictsResponse> {
  private place: string;

  constructor(
    private readonly calls: Calls,
    private readonly options: WatchOptions,
  ) {
    this.place = options.cursor ?? "";
  }

  /** Of the last message; at first, that which was given. */
  get cursor(): string {
    return this.place;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<WatchVerdictsResponse, void, undefined> {
    const cuts = new Cuts(this.options.patienceMs ?? PATIENCE_MS);
    for (;;) {
      try {
        yield* this.call(cuts);
      } catch (error) {
        const wait = error instanceof ProbityError ? cuts.waitAfter(error) : undefined;
        if (wait === undefined) throw error;
        await pause(wait, this.options.signal);
      }
    }
  }

  /** Until the watch is cut, which is always with an error. */
  private async *call(cuts: Cuts): AsyncGenerator<WatchVerdictsResponse, void, undefined> {
    const { portfolio = "", signal } = this.options;
    const request = { portfolio, cursor: this.place };
    let isFirst = true;
    for await (const each of this.calls.stream(METHOD, request, { signal })) {
      const message = each as WatchVerdictsResponse;
      this.place = message.cursor;
      if (!isFirst) cuts.overcome(); // To be opened alone is no progress.
      isFirst = false;
      yield message;
    }
    throw new Unavailable(Code.UNAVAILABLE, "the server ended the watch", {
      method: nameOf(METHOD),
      target: this.calls.address,
    });
  }
}
