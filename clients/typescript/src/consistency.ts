/**
 * How fresh the data of an answer must be: values for the field `consistency`.
 *
 *     const answer = await client.vendors.batchUpsertVendors(...);
 *     client.suppliers.getSupplier({ name, consistency: atLeastAsFresh(answer) })
 */
import { create, isMessage } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import {
  type AnswerStamp,
  type Consistency,
  ConsistencySchema,
  type RevisionToken,
  RevisionTokenSchema,
} from "./generated/v1.js";

/** An answer with a stamp, a stamp, or a token. */
export type Seen =
  | RevisionToken
  | AnswerStamp
  | { stamp?: AnswerStamp | undefined }
  | { revision?: RevisionToken | undefined };

/** The newest revision at hand; what an absent field means too. */
export function minimizeLatency(): Consistency {
  return create(ConsistencySchema, { requirement: { case: "minimizeLatency", value: true } });
}

/** The revision of `seen` or a later one. Unavailable / REVISION_NOT_YET_HERE where the server is
 * behind. */
export function atLeastAsFresh(seen: Seen): Consistency {
  const value = revisionOf(seen);
  return create(ConsistencySchema, { requirement: { case: "atLeastAsFresh", value } });
}

/** The revision of `seen`, as it was. NotAllowed / REVISION_EXPIRED once it is gone; the error's
 * metadata name the earliest one left. */
export function atExactRevision(seen: Seen): Consistency {
  const value = revisionOf(seen);
  return create(ConsistencySchema, { requirement: { case: "atExactRevision", value } });
}

/** What was known at this instant. RangeError for an invalid Date. */
export function knownAt(instant: Date): Consistency {
  if (!(instant instanceof Date) || Number.isNaN(instant.getTime())) {
    throw new RangeError("knownAt: a valid Date is needed");
  }
  const value = timestampFromDate(instant);
  return create(ConsistencySchema, { requirement: { case: "knownAt", value } });
}

/** TypeError where `seen` has none, as an answer that read no data. */
export function revisionOf(seen: Seen): RevisionToken {
  const stamp = (seen as { stamp?: AnswerStamp } | undefined)?.stamp ?? seen;
  const token = isMessage(stamp, RevisionTokenSchema)
    ? stamp
    : (stamp as { revision?: RevisionToken } | undefined)?.revision;
  if (!isMessage(token, RevisionTokenSchema) || !token.storeLineage) {
    throw new TypeError(
      "there is no revision: give an answer with a stamp, its stamp or a RevisionToken",
    );
  }
  return token;
}
