#include "services/dataset/load_rules.h"

#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "services/rpc/authenticator.h"

namespace probity::dataset {
namespace {

LoadAnswer AnswerToCommit(v1::LoadState state) {
  switch (state) {
    case v1::LOAD_STATE_OPEN:
    case v1::LOAD_STATE_VALIDATED:
    case v1::LOAD_STATE_PREVIEWED:
      return LoadAnswer::kGo;
    case v1::LOAD_STATE_COMMITTING:
    case v1::LOAD_STATE_COMMITTED:
    case v1::LOAD_STATE_HELD:
      return LoadAnswer::kAsItIs;
    default:
      return LoadAnswer::kRefuse;
  }
}

LoadAnswer AnswerToPreview(v1::LoadState state) {
  switch (state) {
    case v1::LOAD_STATE_OPEN:
    case v1::LOAD_STATE_VALIDATED:
    case v1::LOAD_STATE_PREVIEWED:
      return LoadAnswer::kGo;
    case v1::LOAD_STATE_PREVIEWING:
    case v1::LOAD_STATE_HELD:  // it was previewed when it was held
      return LoadAnswer::kAsItIs;
    default:
      return LoadAnswer::kRefuse;
  }
}

LoadAnswer AnswerToValidate(v1::LoadState state) {
  if (state == v1::LOAD_STATE_OPEN) return LoadAnswer::kGo;
  const bool done = state == v1::LOAD_STATE_VALIDATING || state == v1::LOAD_STATE_VALIDATED;
  return done ? LoadAnswer::kAsItIs : LoadAnswer::kRefuse;
}

LoadAnswer AnswerToAbort(v1::LoadState state) {
  if (state == v1::LOAD_STATE_ABORTED) return LoadAnswer::kAsItIs;
  return HasEnded(state) ? LoadAnswer::kRefuse : LoadAnswer::kGo;
}

const char* Verb(LoadStep step) {
  switch (step) {
    case LoadStep::kUpload:
      return "take files";
    case LoadStep::kValidate:
      return "be validated";
    case LoadStep::kPreview:
      return "be previewed";
    case LoadStep::kCommit:
      return "be committed";
    case LoadStep::kApprove:
      return "be approved";
    case LoadStep::kAbort:
      break;
  }
  return "be aborted";
}

const char* WhatToDo(const v1::Load& load) {
  if (HasEnded(load.state())) return "it has ended; open a new load with CreateLoad";
  if (IsRunning(load.state())) return "poll GetLoad until it waits";
  if (load.state() == v1::LOAD_STATE_HELD) return "a second person approves it with ApproveLoad";
  return "go on with CommitLoad, or give it up with AbortLoad";
}

}  // namespace

LoadAnswer AnswerTo(LoadStep step, v1::LoadState state) {
  switch (step) {
    case LoadStep::kUpload:
      return state == v1::LOAD_STATE_OPEN ? LoadAnswer::kGo : LoadAnswer::kRefuse;
    case LoadStep::kValidate:
      return AnswerToValidate(state);
    case LoadStep::kPreview:
      return AnswerToPreview(state);
    case LoadStep::kCommit:
      return AnswerToCommit(state);
    case LoadStep::kApprove:
      return state == v1::LOAD_STATE_HELD ? LoadAnswer::kGo : LoadAnswer::kRefuse;
    case LoadStep::kAbort:
      break;
  }
  return AnswerToAbort(state);
}

absl::Status WrongState(const v1::Load& load, LoadStep step) {
  return MakeError(absl::StatusCode::kFailedPrecondition, v1::ERROR_REASON_LOAD_STATE,
                   absl::StrCat(load.name(), " is ", v1::LoadState_Name(load.state()),
                                " and cannot ", Verb(step), " now: ", WhatToDo(load)),
                   {{"load", load.name()}, {"state", v1::LoadState_Name(load.state())}});
}

bool IsRunning(v1::LoadState state) {
  return state == v1::LOAD_STATE_VALIDATING || state == v1::LOAD_STATE_PREVIEWING ||
         state == v1::LOAD_STATE_COMMITTING;
}

bool HasEnded(v1::LoadState state) {
  return state == v1::LOAD_STATE_COMMITTED || state == v1::LOAD_STATE_FAILED ||
         state == v1::LOAD_STATE_ABORTED || state == v1::LOAD_STATE_EXPIRED;
}

absl::Status CheckApprover(const v1::Load& load, const std::string& principal) {
  const bool unnamed = principal.empty() || principal == rpc::kNobody;
  if (!unnamed && principal != load.created_by() && principal != load.committed_by()) {
    return absl::OkStatus();
  }
  const std::string why =
      unnamed ? absl::StrCat(load.name(),
                             " needs a second person, and callers without a token are nobody in "
                             "particular: give the server a token_file")
              : absl::StrCat(load.name(), " was opened by ", load.created_by(),
                             load.committed_by() == load.created_by()
                                 ? ""
                                 : absl::StrCat(" and committed by ", load.committed_by()),
                             "; somebody else approves it");
  return MakeError(absl::StatusCode::kFailedPrecondition, v1::ERROR_REASON_LOAD_SELF_APPROVAL, why,
                   {{"load", load.name()}, {"created_by", load.created_by()}});
}

v1::LoadState SafeState(const v1::Load& load, bool validated) {
  if (load.has_approval()) return v1::LOAD_STATE_HELD;
  return validated ? v1::LOAD_STATE_VALIDATED : v1::LOAD_STATE_OPEN;
}

}  // namespace probity::dataset
