// Small writes: a call that changes records of one dataset, compared with the
// newest view and published, with the memory of request ids that loads use.
#ifndef PROBITY_SERVICES_RPC_PUBLISH_H_
#define PROBITY_SERVICES_RPC_PUBLISH_H_

#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "google/protobuf/message.h"
#include "probity/v1/dataset_service.pb.h"
#include "services/rpc/call_context.h"
#include "storage/change_set.h"
#include "storage/store.h"

namespace probity::rpc {

// Where a call writes; borrowed for the call.
struct Writer {
  storage::Store& store;
  const CallContext& call;
};

// What a request is remembered by: principals of two authorities may bear one name.
std::string RequestKey(const Caller& caller, const std::string& request_id);

// What all writes that publish record of their call.
storage::PublishContext ContextOf(const Writer& at, const std::string& note,
                                  const std::string& request_id,
                                  const google::protobuf::Message& request,
                                  const google::protobuf::Message& response);

// Fills `out` with the answer that was given before to the same request, and
// returns the revision that it published; 0 for a new request.
// INVALID_ARGUMENT / REQUEST_ID_REUSED for another one with the same id. To be
// asked after the view was taken that a change is compared with: who comes
// second then sees the answer, or its publish conflicts.
absl::StatusOr<uint64_t> AnsweredBefore(const Writer& at, const std::string& request_id,
                                        const google::protobuf::Message& request,
                                        google::protobuf::Message* out);

// One call's change of one dataset.
struct Change {
  std::string dataset;  // bare id
  v1::Date edition;     // of a DELISTED dataset; absent: today
  std::string note;
  std::string request_id;
  // Compares with `base`: puts the changed records into the builder, and all of the
  // answer but its stamp where the answer depends on them. May be called again, from
  // the beginning: when another publish of the dataset came first.
  std::function<absl::Status(const storage::View& base, storage::ChangeSetBuilder*)> fill;
  // Given: the dataset is the server's own, made so for the first change that brings
  // something, and a change that changes nothing is not published. Absent: it is a publisher's, and
  // FAILED_PRECONDITION / DATASET_RESERVED for one of the server's own.
  std::optional<v1::Dataset> own;
  // Asked before the publish; what is not OK ends the call. May be absent.
  std::function<absl::Status(const storage::ChangeSet&)> guard;
};

// Publishes the change and returns the stamp of its revision; a request that was
// answered before is answered again.
//   NOT_FOUND / DATASET_NOT_FOUND, errors of `fill`, of storage::ChangeSetBuilder
//   and storage::Store::Publish; ABORTED / LOAD_CONFLICT after 20 attempts.
absl::StatusOr<v1::AnswerStamp> Publish(const Writer& at, const Change& change,
                                        const google::protobuf::Message& request,
                                        google::protobuf::Message* out);

// The same into an answer that has a stamp.
template <typename Response>
absl::Status PublishInto(const Writer& at, const Change& change,
                         const google::protobuf::Message& request, Response* out) {
  absl::StatusOr<v1::AnswerStamp> stamp = Publish(at, change, request, out);
  if (!stamp.ok()) return stamp.status();
  *out->mutable_stamp() = *std::move(stamp);
  return absl::OkStatus();
}

}  // namespace probity::rpc

#endif  // PROBITY_SERVICES_RPC_PUBLISH_H_
