/** What a watch tells: changes in the order in which a test adds them. A cursor is how many of them
 * lie before it. */
import { setTimeout as sleep } from "node:timers/promises";
import { create } from "@bufbuild/protobuf";
import { ProbityError } from "../errors.js";
import {
  type VerdictChange,
  WatchCheckpointSchema,
  type WatchVerdictsRequest,
  type WatchVerdictsResponse,
  WatchVerdictsResponseSchema,
} from "../generated/v1.js";
import { Failed, Unset } from "./book.js";
import { REVISION } from "./screening.js";

export const WATCH = "PortfolioService/WatchVerdicts";
/** Ms between two looks at whether there is more, and whether the call goes on. */
const LOOK_MS = 10;

export class Watch {
  /** undefined: an error that was given once. */
  private readonly told: (VerdictChange | ProbityError | undefined)[] = [];
  private isSet = false;

  add(changes: readonly (VerdictChange | ProbityError)[]): void {
    this.told.push(...changes);
    this.isSet = true;
  }

  /** Without end, while `goesOn`. Throws Unset and Failed. */
  async *messages(
    { cursor }: WatchVerdictsRequest,
    goesOn: () => boolean,
  ): AsyncGenerator<WatchVerdictsResponse, void, undefined> {
    if (!this.isSet) {
      throw new Unset(`no answer is set to ${WATCH}; set it by fake.onWatch(change, ...)`);
    }
    let position = Number(cursor || 0);
    const checkpoint = create(WatchCheckpointSchema, { revision: REVISION.revision });
    yield told({ case: "checkpoint", value: checkpoint }, position);
    for (; goesOn(); ) {
      if (position >= this.told.length) {
        await sleep(LOOK_MS, undefined, { ref: false });
        continue;
      }
      const value = this.take(position++);
      if (value) yield told({ case: "change", value }, position);
    }
  }

  private take(position: number): VerdictChange | undefined {
    const change = this.told[position];
    if (!(change instanceof ProbityError)) return change;
    this.told[position] = undefined;
    throw new Failed(change, true);
  }
}

function told(message: WatchVerdictsResponse["message"], cursor: number): WatchVerdictsResponse {
  return create(WatchVerdictsResponseSchema, { message, cursor: String(cursor) });
}
