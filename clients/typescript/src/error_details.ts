/** The trailer grpc-status-details-bin: google.rpc.Status and the details that Probity sends. */
import { fromBinary } from "@bufbuild/protobuf";
import {
  BadRequestSchema,
  ErrorInfoSchema,
  RetryInfoSchema,
  StatusSchema,
} from "./generated/rpc_status_pb.js";

/** A field at fault. */
export interface FieldViolation {
  /** Its path in the request: "subject.ref.identifier.value". */
  readonly field: string;
  readonly description: string;
}

/** Part of ProbityError. */
export interface Told {
  readonly reason?: string;
  readonly domain?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly fieldViolations?: readonly FieldViolation[];
  readonly retryAfter?: number | undefined;
}

/** What cannot be read is left out: the code stands alone. */
export function told(trailer: Buffer | string | undefined): Told {
  if (!Buffer.isBuffer(trailer)) return {};
  try {
    const details = fromBinary(StatusSchema, trailer).details;
    return Object.assign({}, ...details.map(({ typeUrl, value }) => detail(typeUrl, value)));
  } catch {
    return {};
  }
}

function detail(typeUrl: string, value: Uint8Array): Told {
  switch (typeUrl.slice(typeUrl.lastIndexOf("/") + 1)) {
    case "google.rpc.ErrorInfo": {
      const { reason, domain, metadata } = fromBinary(ErrorInfoSchema, value);
      return { reason, domain, metadata };
    }
    case "google.rpc.RetryInfo": {
      const delay = fromBinary(RetryInfoSchema, value).retryDelay;
      return { retryAfter: Number(delay?.seconds ?? 0n) + (delay?.nanos ?? 0) / 1e9 };
    }
    case "google.rpc.BadRequest": {
      const violations = fromBinary(BadRequestSchema, value).fieldViolations;
      return {
        fieldViolations: violations.map(({ field, description }) => ({ field, description })),
      };
    }
    default:
      return {};
  }
}
