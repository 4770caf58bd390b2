/** Probity from Node: may we buy this, from this supplier, today? */
export type { MessageInitShape } from "@bufbuild/protobuf";
export { create, fromBinary, fromJsonString, toBinary, toJsonString } from "@bufbuild/protobuf";
export { verifyActReceipt } from "./act_receipts.js";
export type { CallOptions } from "./calls.js";
export { Client } from "./client.js";
export type { ConnectionOptions, Pem } from "./connection.js";
export {
  atExactRevision,
  atLeastAsFresh,
  knownAt,
  minimizeLatency,
  revisionOf,
  type Seen,
} from "./consistency.js";
export { type Day, fromDay, toDay } from "./dates.js";
export { explain, mayBuy, verdictName } from "./decisions.js";
export type { FieldViolation } from "./error_details.js";
export {
  AlreadyExists,
  Cancelled,
  Code,
  ConfigurationError,
  DeadlineExceeded,
  Exhausted,
  fromItem,
  InvalidRequest,
  NotAllowed,
  NotFound,
  PermissionDenied,
  ProbityError,
  ServerFault,
  Unauthenticated,
  Unavailable,
} from "./errors.js";
export * as v1 from "./generated/v1.js";
export type { Pages } from "./pages.js";
export { isProven, verifyReceipt } from "./receipts.js";
export type { Service } from "./services.js";
export type { Items, ScreeningStream, StreamOptions } from "./stream.js";
export { byIdentifier, byVendor, vendorItems, vendorNumber } from "./subjects.js";
export type { VerdictWatch, WatchOptions } from "./watch.js";
