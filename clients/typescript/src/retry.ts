/** When a refused call is sent again by this layer; gRPC does it for what the service config says
 * of UNAVAILABLE. */
import { setTimeout as sleep } from "node:timers/promises";
import { Code, type ProbityError } from "./errors.js";

/** Callers that were refused together do not come back together. */
const SPREAD = 0.25;

/** Ms to wait, at least the seconds that the server asked for. */
export function afterRetryInfo(seconds: number): number {
  return seconds * 1000 * (1 + Math.random() * SPREAD);
}

/** Of one call, on the monotonic clock. */
export class Deadline {
  private readonly end: number;

  constructor(timeoutMs: number) {
    this.end = performance.now() + timeoutMs;
  }

  leftMs(): number {
    return Math.max(0, this.end - performance.now());
  }

  /** As gRPC takes it. */
  asDate(): Date | number {
    const left = this.leftMs();
    return Number.isFinite(left) ? new Date(Date.now() + left) : left;
  }
}

/** Ms until the next attempt; undefined: there is none. Only a call that does nothing twice, only
 * when the server said when, and only within the call's own deadline. */
export function waitBefore(
  error: ProbityError,
  attempt: number,
  attempts: number,
  deadline: Deadline,
): number | undefined {
  const asked = error.code === Code.RESOURCE_EXHAUSTED && error.retryAfter !== undefined;
  if (!asked || error.retryAfter === undefined || attempt >= attempts) return undefined;
  const delay = afterRetryInfo(error.retryAfter);
  return delay < deadline.leftMs() ? delay : undefined;
}

/** Ends early when the caller gives up. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  await sleep(ms, undefined, signal ? { signal } : {}).catch(() => undefined);
}
