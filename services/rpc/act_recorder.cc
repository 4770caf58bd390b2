#include "services/rpc/act_recorder.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "base/timestamps.h"
#include "evidence/personal_text.h"
#include "probity/v1/common.pb.h"
#include "services/rpc/resource_names.h"
#include "storage/evidence/append_and_wait.h"

namespace probity::rpc {
namespace {

// The end of an act has one name, so that no act ends twice.
std::string NameOfEnd(absl::string_view begun) { return absl::StrCat(begun, "-end"); }

// What both leaves say.
v1::ActCore CoreOf(const CallContext& call, absl::string_view method) {
  v1::ActCore core;
  core.set_method(std::string(method));
  core.set_principal(call.caller.principal);
  core.set_call_id(call.call_id);
  *core.mutable_received_at() = TimestampOfMicros(absl::ToUnixMicros(call.received_at));
  return core;
}

storage::ActEntry Begun(const CallContext& call, v1::ActCore core) {
  storage::ActEntry entry;
  entry.act = NewRecordName(call, "acts");
  core.set_phase(v1::ACT_PHASE_BEGUN);
  core.set_subject_count(static_cast<uint32_t>(call.subjects.size()));
  for (size_t i = 0; i < std::min(call.subjects.size(), kMaxActSubjects); ++i) {
    entry.subjects.push_back(evidence::MakePersonalText(call.subjects[i]));
    core.add_subjects(entry.subjects.back().digest());
  }
  entry.core = core.SerializeAsString();
  return entry;
}

storage::ActEntry Ended(const std::string& begun, v1::ActCore core) {
  core.set_phase(v1::ACT_PHASE_ENDED);
  core.set_begun(begun);
  return {NameOfEnd(begun), core.SerializeAsString(), {}, begun};
}

// The revision that an answer is stamped with, if it has a stamp.
void PutRevision(const google::protobuf::Message& response, v1::ActCore* core) {
  const auto* field = response.GetDescriptor()->FindFieldByName("stamp");
  if (field == nullptr || field->message_type() != v1::AnswerStamp::descriptor()) return;
  const auto& stamp =
      static_cast<const v1::AnswerStamp&>(response.GetReflection()->GetMessage(response, field));
  if (stamp.has_revision()) *core->mutable_revision() = stamp.revision();
}

void PutOutcome(const absl::Status& status, const google::protobuf::Message& response,
                v1::ActCore* core) {
  if (status.ok()) {
    core->set_outcome(v1::ACT_OUTCOME_DONE);
    PutRevision(response, core);
    return;
  }
  core->set_outcome(v1::ACT_OUTCOME_FAILED);
  const v1::ErrorReason reason = ReasonOf(status);
  core->set_reason(reason == v1::ERROR_REASON_UNSPECIFIED ? absl::StatusCodeToString(status.code())
                                                          : ReasonName(reason));
}

// Why the log does not take a leaf, and what that means for what the caller asked.
absl::Status Told(absl::string_view what, const absl::Status& why) {
  return MakeError(why.code(), ReasonOf(why), absl::StrCat(what, ": ", why.message()),
                   MetadataOf(why));
}

constexpr char kNotBegun[] = "nothing was done, because an act must be recorded before it begins";
constexpr char kNotAnswered[] =
    "this was dealt with, but is not answered before that is recorded: ask again with the same "
    "request_id, or look whether it was done";

}  // namespace

absl::Status ActRecorder::EndInterrupted() {
  const auto open = options_.log->OpenActs();
  if (!open.ok()) return open.status();
  for (const std::string& act : *open) {
    v1::ActCore core;
    // What cannot be read was damaged; that it ended without an answer is known all the same.
    if (const auto begun = options_.log->GetAct(act); begun.ok()) {
      core.ParseFromString(begun->recorded.core);
    }
    core.clear_subjects();
    core.clear_subject_count();
    core.set_outcome(v1::ACT_OUTCOME_INTERRUPTED);
    Keep(Ended(act, std::move(core)));
  }
  if (open->empty()) return absl::OkStatus();
  const absl::Status written = WriteKept();
  const std::string how =
      written.ok()
          ? "the evidence log says so"
          : absl::StrCat("no act begins before the evidence log can say so: ", written.message());
  options_.warn(absl::StrCat(open->size(), " acts of administration were cut off, the first ",
                             open->front(), ": ", how));
  return absl::OkStatus();
}

absl::Status ActRecorder::Run(const CallContext& call, absl::string_view method,
                              const google::protobuf::Message& response,
                              const std::function<absl::Status()>& operation) {
  if (absl::Status written = WriteKept(); !written.ok()) return Told(kNotBegun, written);
  v1::ActCore core = CoreOf(call, method);
  storage::ActEntry begun = Begun(call, core);
  const std::string name = begun.act;
  absl::Status recorded = storage::AppendActAndWait(options_.log, std::move(begun)).status();
  const bool has_begun = recorded.ok();
  // Whether a leaf stands there after an error, the log alone knows, when it was opened again.
  const absl::Status status = has_begun ? operation() : recorded;
  PutOutcome(status, response, &core);
  storage::ActEntry end = Ended(name, std::move(core));
  if (has_begun) recorded = storage::AppendActAndWait(options_.log, end).status();
  if (recorded.ok()) return status;
  Keep(std::move(end));
  return Told(has_begun ? kNotAnswered : kNotBegun, recorded);
}

void ActRecorder::Keep(storage::ActEntry end) {
  absl::MutexLock lock(&mutex_);
  kept_.push_back(std::move(end));
}

absl::Status ActRecorder::WriteKept() {
  absl::MutexLock lock(&mutex_);
  while (!kept_.empty()) {
    const absl::Status status = storage::AppendActAndWait(options_.log, kept_.front()).status();
    const v1::ErrorReason reason = ReasonOf(status);
    // It stands there already, or what it ends does not.
    const bool settled = status.ok() || reason == v1::ERROR_REASON_DECISION_EXISTS ||
                         reason == v1::ERROR_REASON_ACT_NOT_FOUND;
    if (!settled) return status;
    kept_.pop_front();
  }
  return absl::OkStatus();
}

}  // namespace probity::rpc
