/** How long to wait before a stream that was cut is opened again. */
import { Code, type ProbityError } from "./errors.js";
import { afterRetryInfo } from "./retry.js";

/** Ms from a cut on without a message after which a stream is given up. */
export const PATIENCE_MS = 60_000;
const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 5_000;

/** Of one stream. */
export class Cuts {
  private failures = 0; // Since the last progress.
  private failingSince = 0;

  constructor(private readonly patienceMs: number) {}

  /** The stream went on. */
  overcome(): void {
    this.failures = 0;
  }

  /** Ms until the stream is opened again; undefined: the error stands. */
  waitAfter(error: ProbityError): number | undefined {
    const cut = error.code === Code.UNAVAILABLE || error.reason === "STREAM_IDLE";
    const asked = error.code === Code.RESOURCE_EXHAUSTED && error.retryAfter !== undefined;
    const now = performance.now();
    if (this.failures === 0) this.failingSince = now;
    if (!(cut || asked) || now - this.failingSince > this.patienceMs) return undefined;
    this.failures += 1;
    if (error.retryAfter !== undefined) return afterRetryInfo(error.retryAfter);
    return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (this.failures - 1));
  }
}
