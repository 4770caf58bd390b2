// The view of a call and the stamp of its answer.
#ifndef PROBITY_SERVICES_RPC_VIEW_H_
#define PROBITY_SERVICES_RPC_VIEW_H_

#include <memory>

#include "absl/status/statusor.h"
#include "probity/v1/common.pb.h"
#include "services/rpc/call_context.h"
#include "storage/names/name_index.h"
#include "storage/store.h"

namespace probity::rpc {

using ViewPtr = std::shared_ptr<const storage::View>;

// The revision that `consistency` asks for, masked for the caller. Errors as
// Store::ViewAt.
absl::StatusOr<ViewPtr> ViewFor(const storage::Store& store, const CallContext& call,
                                const v1::Consistency& consistency);

// minimize_latency as the newest revision whose names can be found, where there is
// one; anything else as it is.
absl::StatusOr<v1::Consistency> ForNames(const storage::Store& store,
                                         const storage::NameIndex& names,
                                         const v1::Consistency& consistency);

// Whether NamedViewFor would not wait.
bool NamesAreAtHand(const storage::Store& store, const storage::NameIndex& names,
                    const v1::Consistency& consistency);

// ViewFor that, its names at hand: waits two seconds at most, and not for a caller who has
// gone. UNAVAILABLE / INDEX_NOT_READY, CANCELLED.
absl::StatusOr<ViewPtr> NamedViewFor(const storage::Store& store, const storage::NameIndex& names,
                                     const CallContext& call, const v1::Consistency& consistency);

// Exactly this revision: for the next page of a listing.
absl::StatusOr<ViewPtr> ViewOfRevision(const storage::Store& store, const CallContext& call,
                                       uint64_t revision);

// Instant and call: for answers that read no data.
v1::AnswerStamp StampOf(const CallContext& call);
// Says what the answer was computed from: revision, instant, call.
v1::AnswerStamp StampOf(const storage::View& view, const CallContext& call);
// And for which day.
v1::AnswerStamp StampOf(const storage::View& view, const CallContext& call, DayNumber as_of);

// The instant as a protobuf timestamp, in microseconds.
google::protobuf::Timestamp TimestampOf(absl::Time time);

}  // namespace probity::rpc

#endif  // PROBITY_SERVICES_RPC_VIEW_H_
