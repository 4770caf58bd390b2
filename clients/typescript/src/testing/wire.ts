/** What a server puts on the wire beside its answers: errors with their details. */
import { create, type DescMessage, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { type Any, anyPack, durationFromMs } from "@bufbuild/protobuf/wkt";
import { Metadata, type StatusObject } from "@grpc/grpc-js";
import { CALL_ID, DETAILS, type ProbityError } from "../errors.js";
import {
  BadRequestSchema,
  ErrorInfoSchema,
  RetryInfoSchema,
  StatusSchema,
} from "../generated/rpc_status_pb.js";
import { type ItemError, ItemErrorSchema } from "../generated/v1.js";

/** gRPC asks again after so many ms; a negative number: not at all. */
const PUSHBACK = "grpc-retry-pushback-ms";
const AT_ONCE = 1;
const NEVER = -1;

/** `more`: another answer follows, so that it makes sense to ask again at once. Without one, a
 * client that asks again would only make its test wait. */
export function statusOf(error: ProbityError, more: boolean): StatusObject {
  const { code, retryAfter, serverMessage: details } = error;
  const metadata = new Metadata();
  const pause = more ? AT_ONCE : NEVER;
  metadata.set(DETAILS, Buffer.from(toBinary(StatusSchema, detailsOf(error))));
  metadata.set(CALL_ID, "fake");
  metadata.set(PUSHBACK, String(retryAfter === undefined ? pause : Math.round(retryAfter * 1000)));
  return { code, details, metadata };
}

function detailsOf({ code, serverMessage, reason, domain, metadata, ...more }: ProbityError) {
  const { retryAfter, fieldViolations } = more;
  const details: Any[] = [];
  if (reason) details.push(packed("ErrorInfo", ErrorInfoSchema, { reason, domain, metadata }));
  if (retryAfter !== undefined) {
    const retryDelay = durationFromMs(Math.round(retryAfter * 1000));
    const { seconds, nanos } = retryDelay;
    details.push(packed("RetryInfo", RetryInfoSchema, { retryDelay: { seconds, nanos } }));
  }
  if (fieldViolations.length > 0) {
    const violations = fieldViolations.map(({ field, description }) => ({ field, description }));
    details.push(packed("BadRequest", BadRequestSchema, { fieldViolations: violations }));
  }
  return create(StatusSchema, { code, message: serverMessage, details });
}

function packed<D extends DescMessage>(name: string, schema: D, init: MessageInitShape<D>): Any {
  const packed = anyPack(schema, create(schema, init));
  return { ...packed, typeUrl: `type.googleapis.com/google.rpc.${name}` };
}

export function itemErrorOf(error: ProbityError): ItemError {
  const { code, reason, serverMessage: message, fieldViolations } = error;
  const field = fieldViolations[0]?.field ?? "";
  return create(ItemErrorSchema, { code, reason, message, field });
}
