/**
 * What can go wrong, as exceptions.
 *
 *     ProbityError          a call failed; has code, reason, metadata, ...
 *       InvalidRequest      correct the request (INVALID_ARGUMENT, OUT_OF_RANGE)
 *       NotFound            nobody has this name
 *       AlreadyExists       somebody has it already
 *       NotAllowed          not in this state (FAILED_PRECONDITION, ABORTED)
 *       Unauthenticated     the server does not know who calls
 *       PermissionDenied    it knows, and the caller may not
 *       Exhausted           a budget, a queue or a disk is full (RESOURCE_EXHAUSTED)
 *       Unavailable         nobody answers, or the server cannot now
 *       DeadlineExceeded    no answer in time
 *       Cancelled           given up by this side
 *       ServerFault         anything else
 *     ConfigurationError    a Client cannot be made of what it was given
 *
 * docs/ERRORS.md says for each reason what happened and what to do.
 */
import { status as Code, type Metadata, type ServiceError } from "@grpc/grpc-js";
import { connectionAdvice } from "./connection_advice.js";
import { type FieldViolation, type Told, told } from "./error_details.js";
import { ErrorReason, type ItemError } from "./generated/v1.js";

export { Code };

export const DOMAIN = "probity";
export const CALL_ID = "probity-call-id";
export const DETAILS = "grpc-status-details-bin";

/** An address, file or token that no connection can be made of. The message names it. */
export class ConfigurationError extends Error {
  override readonly name: string = "ConfigurationError";
}

/** What a ProbityError is made of. */
export interface ErrorInit extends Told {
  readonly callId?: string;
  readonly method?: string;
  readonly target?: string;
  readonly requestId?: string;
  readonly cause?: unknown;
}

/** A call, or one item of it, failed. No verdict was given: nothing may be bought on it. */
export class ProbityError extends Error {
  /** The gRPC code; its name is `Code[error.code]`. */
  readonly code: Code;
  /** What is wrong and what to do, as the server or gRPC said it, in English. */
  readonly serverMessage: string;
  /** Name of an ErrorReason without its prefix, also one that this release of the client does not
   * know; "" where the server gave none, as when it is not reached. */
  readonly reason: string;
  /** "probity", or "" without a reason. */
  readonly domain: string;
  /** What the reason's comment in error_reason.proto names. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly fieldViolations: readonly FieldViolation[];
  /** Seconds after which the same may be asked again; undefined where nothing was said. */
  readonly retryAfter: number | undefined;
  /** To find the call in the server's log; "" where it was not reached. */
  readonly callId: string;
  /** "ScreeningService/ScreenSupplier"; "" of an item. */
  readonly method: string;
  /** The server's address; "" of an item. */
  readonly target: string;
  /** The id that the request carried; send it again under this id and it is done once. */
  readonly requestId: string;

  constructor(code: Code, serverMessage: string, init: ErrorInit = {}) {
    super(serverMessage, init.cause === undefined ? undefined : { cause: init.cause });
    this.name = new.target.name;
    this.code = code;
    this.serverMessage = serverMessage;
    this.reason = init.reason ?? "";
    this.domain = init.domain ?? "";
    this.metadata = init.metadata ?? {};
    this.fieldViolations = init.fieldViolations ?? [];
    this.retryAfter = init.retryAfter;
    this.callId = init.callId ?? "";
    this.method = init.method ?? "";
    this.target = init.target ?? "";
    this.requestId = init.requestId ?? "";
    this.message = this.describe();
  }

  /** False: none was given, or the server is newer than this client. */
  get isKnownReason(): boolean {
    return this.reason in ErrorReason;
  }

  /** One or two sentences for whoever sits at the screen. */
  get userMessage(): string {
    const said = this.serverMessage.trim().replace(/\.+$/, "") || Code[this.code];
    const named = this.fieldViolations.map((violation) => violation.field);
    const fields = named.filter((field) => !said.includes(field)).join(", ");
    return `${this.lead()}${said}${fields ? ` (field ${fields})` : ""}.${this.advice()}`;
  }

  protected lead(): string {
    return "Probity refused the request: ";
  }

  protected advice(): string {
    return "";
  }

  /** For the log: `userMessage` and what finds the call again. */
  private describe(): string {
    const where = [
      `${Code[this.code]}${this.reason ? `/${this.reason}` : ""}`,
      this.method,
      this.callId && `call ${this.callId}`,
      this.requestId && `request ${this.requestId}`,
    ].filter(Boolean);
    return `${this.userMessage} [${where.join(", ")}]`;
  }
}

/** Correct the request. */
export class InvalidRequest extends ProbityError {}

/** Check the name. */
export class NotFound extends ProbityError {}

/** Somebody has the name already. */
export class AlreadyExists extends ProbityError {}

/** Not in the state that it is in. */
export class NotAllowed extends ProbityError {}

/** The server does not know who calls. */
export class Unauthenticated extends ProbityError {
  protected override lead(): string {
    return "Probity does not know who is asking: ";
  }
}

/** The caller may not do this. */
export class PermissionDenied extends ProbityError {
  protected override lead(): string {
    return "This account may not do this in Probity: ";
  }

  protected override advice(): string {
    const needed = this.metadata.permission;
    return ` Ask your administrator${needed ? ` for the permission ${needed}` : ""}.`;
  }
}

/** A budget, a queue or a disk is full. */
export class Exhausted extends ProbityError {
  protected override lead(): string {
    return "Probity cannot take this now: ";
  }

  protected override advice(): string {
    if (this.retryAfter === undefined) return "";
    const seconds = Math.max(1, Math.round(this.retryAfter));
    return ` Nothing was decided; ask again in ${seconds} seconds.`;
  }
}

/** Nobody answers, or the server cannot now. */
export class Unavailable extends ProbityError {
  protected override lead(): string {
    return this.reason
      ? "Probity cannot answer now: "
      : `Probity cannot be reached at ${this.target}: `;
  }

  protected override advice(): string {
    const hint = this.reason ? "" : ` ${connectionAdvice(this.serverMessage)}`;
    return `${hint} Nothing was decided; try again later.`;
  }
}

/** No answer in time. */
export class DeadlineExceeded extends ProbityError {
  protected override lead(): string {
    return "Probity did not answer in time: ";
  }

  protected override advice(): string {
    return " Nothing may be bought on this; try again.";
  }
}

/** Given up by this side. */
export class Cancelled extends ProbityError {
  protected override lead(): string {
    return "The question to Probity was given up: ";
  }
}

/** Anything else. */
export class ServerFault extends ProbityError {
  protected override lead(): string {
    return "Probity failed: ";
  }

  protected override advice(): string {
    return " Nothing was decided; tell your administrator.";
  }
}

const CLASSES = new Map<Code, typeof ProbityError>([
  [Code.INVALID_ARGUMENT, InvalidRequest],
  [Code.OUT_OF_RANGE, InvalidRequest],
  [Code.NOT_FOUND, NotFound],
  [Code.ALREADY_EXISTS, AlreadyExists],
  [Code.FAILED_PRECONDITION, NotAllowed],
  [Code.ABORTED, NotAllowed],
  [Code.UNAUTHENTICATED, Unauthenticated],
  [Code.PERMISSION_DENIED, PermissionDenied],
  [Code.RESOURCE_EXHAUSTED, Exhausted],
  [Code.UNAVAILABLE, Unavailable],
  [Code.DEADLINE_EXCEEDED, DeadlineExceeded],
  [Code.CANCELLED, Cancelled],
]);

/** Of the class that the code has. */
export function errorOf(code: number, message: string, init: ErrorInit): ProbityError {
  const known = code in Code ? code : Code.UNKNOWN;
  return new (CLASSES.get(known) ?? ServerFault)(known, message, init);
}

/** Of what gRPC reports of a call. */
export function fromRpc(
  error: ServiceError,
  call: { method: string; target: string; requestId: string },
): ProbityError {
  // Absent where gRPC made the error before the server said anything.
  const trailers: Metadata | undefined = error.metadata;
  const callId = String(trailers?.get(CALL_ID)[0] ?? "");
  const details = told(trailers?.get(DETAILS)[0]);
  return errorOf(error.code, error.details ?? "", { ...details, ...call, callId, cause: error });
}

/** Of one item of a bulk answer. */
export function fromItem(error: ItemError): ProbityError {
  return errorOf(error.code, error.message, {
    reason: error.reason,
    domain: DOMAIN,
    fieldViolations: error.field ? [{ field: error.field, description: error.message }] : [],
  });
}
