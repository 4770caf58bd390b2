#include "services/dataset/load_run.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/errors.h"
#include "ingest/guard_rails.h"
#include "services/dataset/load_changes.h"
#include "services/rpc/status.h"

namespace probity::dataset {
namespace {

// A commit is compared anew when another publish of its dataset came first.
constexpr int kMaxConflicts = 5;
// How long a run waits for what says that it cannot answer now, such as a name index that
// is being made, and how often it asks.
constexpr absl::Duration kPatience = absl::Minutes(2);
constexpr absl::Duration kAskAgain = absl::Milliseconds(100);

v1::LoadViolation LiftedViolation(const std::vector<v1::LiftedVerdict>& lifted) {
  v1::LoadViolation violation;
  violation.set_reason(v1::ERROR_REASON_VERDICTS_LIFTED);
  violation.set_message(absl::StrCat("BLOCK or REVIEW of ", lifted.size(), " watched ",
                                     lifted.size() == 1 ? "member" : "members",
                                     " would be lifted; look at each of them first"));
  violation.set_value(static_cast<double>(lifted.size()));
  return violation;
}

v1::LoadViolation UnknownViolation(const absl::Status& status) {
  v1::LoadViolation violation;
  violation.set_reason(v1::ERROR_REASON_VERDICTS_LIFTED);
  violation.set_message(
      absl::StrCat("whether BLOCK or REVIEW of watched members would be lifted "
                   "cannot be told: ",
                   status.message()));
  violation.set_value(1);
  return violation;
}

bool AreAmong(const std::vector<v1::LiftedVerdict>& members,
              const std::vector<v1::LiftedVerdict>& shown) {
  std::set<std::string> names;
  for (const v1::LiftedVerdict& one : shown) names.insert(one.member());
  return absl::c_all_of(
      members, [&names](const v1::LiftedVerdict& one) { return names.count(one.member()) > 0; });
}

std::vector<v1::LoadViolation> ViolationsOf(const v1::Load& load) {
  return {load.violations().begin(), load.violations().end()};
}

void RemoveLifted(v1::Load* load) {
  auto* violations = load->mutable_violations();
  const auto is_lifted = [](const v1::LoadViolation& one) {
    return one.reason() == v1::ERROR_REASON_VERDICTS_LIFTED;
  };
  violations->erase(std::remove_if(violations->begin(), violations->end(), is_lifted),
                    violations->end());
  load->clear_lifted_count();
}

}  // namespace

LoadRun::LoadRun(LoadTools tools, std::string directory, std::string authority, v1::Load load,
                 LoadRunProgress* progress)
    : tools_(tools),
      directory_(std::move(directory)),
      authority_(std::move(authority)),
      load_(std::move(load)),
      progress_(progress) {}

v1::Load LoadRun::Go() {
  load_.clear_error();
  shown_ = ViolationsOf(load_);
  absl::Status done;
  if (load_.state() == v1::LOAD_STATE_VALIDATING) {
    done = Validate();
  } else if (load_.state() == v1::LOAD_STATE_PREVIEWING) {
    done = Preview();
  } else {
    done = Commit();
  }
  if (!done.ok()) Fall(done);
  return std::move(load_);
}

absl::Status LoadRun::Validate() {
  if (absl::Status prepared = Prepare(); !prepared.ok()) return prepared;
  load_.set_state(v1::LOAD_STATE_VALIDATED);
  return KeepChanges(directory_, *changes_);
}

absl::Status LoadRun::Preview() {
  absl::Status done = LoadConflict(load_.name());
  for (int i = 0; i < kMaxConflicts && ReasonOf(done) == v1::ERROR_REASON_LOAD_CONFLICT; ++i) {
    done = Prepare();
    if (done.ok()) done = KeepChanges(directory_, *changes_);
    if (done.ok()) done = PreviewAll();
    if (done.ok()) done = KeepLifted(directory_, lifted_);
  }
  if (done.ok()) load_.set_state(v1::LOAD_STATE_PREVIEWED);
  return done;
}

absl::Status LoadRun::Commit() {
  if (load_.has_approval()) shown_lifted_ = KeptLifted(directory_);
  absl::Status done = LoadConflict(load_.name());
  for (int i = 0; i < kMaxConflicts && ReasonOf(done) == v1::ERROR_REASON_LOAD_CONFLICT; ++i) {
    done = Prepare();
    if (done.ok() && load_.dry_run()) return absl::CancelledError("a dry run");
    if (done.ok()) done = AskWhatIsLifted();
    if (done.ok()) done = IsLetThrough() ? Publish() : Hold();
  }
  return done;
}

bool LoadRun::Fits(const storage::ChangeSet& changes) const {
  const storage::v1::DatasetState* state = base_->FindDataset(DatasetOf(load_));
  return state != nullptr && state->version() == changes.header.base_version();
}

absl::Status LoadRun::Prepare() {
  base_ = tools_.store.Head(authority_);
  if (!changes_) changes_ = KeptChanges(directory_);
  if (changes_ && Fits(*changes_)) return absl::OkStatus();
  return Compare();
}

absl::Status LoadRun::Compare() {
  changes_.reset();
  ForgetChanges(directory_);
  progress_->read.Reset();
  progress_->phase = v1::LOAD_PHASE_READING;
  const SourceTools tools{tools_.tables, tools_.rollback, tools_.clock()};
  auto made = MakeChanges(tools, *base_, directory_, &load_, &progress_->read);
  if (!made.ok()) return made.status();
  changes_ = std::move(made->changes);
  *load_.mutable_counts() = changes_->header.counts();
  load_.clear_lifted_count();
  load_.mutable_violations()->Assign(made->violations.begin(), made->violations.end());
  return absl::OkStatus();
}

ImpactQuestion LoadRun::Question() const {
  const auto still_wanted = [progress = progress_] {
    return progress->read.give_up ? absl::CancelledError("the load was given up")
                                  : absl::OkStatus();
  };
  return {*changes_, authority_, still_wanted,
          [progress = progress_](double share) { progress->previewed = share; }};
}

LoadRun::Lifted LoadRun::AskPatiently(const std::function<Lifted()>& ask) const {
  progress_->phase = v1::LOAD_PHASE_PREVIEWING;
  Lifted lifted = ask();
  for (absl::Duration waited;
       absl::IsUnavailable(lifted.status()) && waited < kPatience && !progress_->read.give_up;
       waited += kAskAgain) {
    absl::SleepFor(kAskAgain);
    lifted = ask();
  }
  return lifted;
}

absl::Status LoadRun::AskWhatIsLifted() {
  if (!tools_.impact.lifted) {
    NoteLifted(std::vector<v1::LiftedVerdict>());
    return absl::OkStatus();
  }
  const Lifted lifted = AskPatiently([this] { return tools_.impact.lifted(Question()); });
  NoteLifted(lifted);
  // What cannot be told needs a second person.
  const bool noted = ReasonOf(lifted.status()) == v1::ERROR_REASON_LIMIT_EXCEEDED;
  return noted ? absl::OkStatus() : lifted.status();
}

absl::Status LoadRun::PreviewAll() {
  if (!tools_.impact.store_preview) return AskWhatIsLifted();
  const Lifted lifted = AskPatiently([this] { return StorePreview(); });
  NoteLifted(lifted);
  return lifted.status();
}

void LoadRun::NoteLifted(const Lifted& lifted) {
  RemoveLifted(&load_);
  lifted_.clear();
  if (ReasonOf(lifted.status()) == v1::ERROR_REASON_LIMIT_EXCEEDED) {
    *load_.add_violations() = UnknownViolation(lifted.status());
  }
  if (!lifted.ok()) return;
  lifted_ = *lifted;
  load_.set_lifted_count(lifted_.size());
  if (!lifted_.empty()) *load_.add_violations() = LiftedViolation(lifted_);
}

bool LoadRun::IsLetThrough() const {
  if (load_.violations().empty()) return true;
  return load_.has_approval() && ingest::Covers(shown_, ViolationsOf(load_)) &&
         AreAmong(lifted_, shown_lifted_);
}

// Who is to let it through wants to see what it would do.
absl::Status LoadRun::Hold() {
  if (absl::Status kept = KeepChanges(directory_, *changes_); !kept.ok()) return kept;
  if (absl::Status kept = KeepLifted(directory_, lifted_); !kept.ok()) return kept;
  const absl::Status previewed = StorePreview().status();
  const bool again =
      absl::IsCancelled(previewed) || ReasonOf(previewed) == v1::ERROR_REASON_LOAD_CONFLICT;
  if (again) return previewed;
  load_.clear_approval();
  load_.set_state(v1::LOAD_STATE_HELD);
  return absl::OkStatus();
}

LoadRun::Lifted LoadRun::StorePreview() {
  if (!tools_.impact.store_preview) return std::vector<v1::LiftedVerdict>();
  progress_->phase = v1::LOAD_PHASE_PREVIEWING;
  progress_->previewed = 0;
  return tools_.impact.store_preview(*base_, load_, directory_, Question());
}

absl::Status LoadRun::Publish() {
  if (progress_->read.give_up) return absl::CancelledError("the load was given up");
  progress_->phase = v1::LOAD_PHASE_PUBLISHING;
  storage::PublishContext context;
  context.now_us = absl::ToUnixMicros(tools_.clock());
  context.published_by = load_.committed_by();
  context.note = load_.note();
  context.load = load_.name();
  if (load_.has_approval()) context.approval = load_.approval();
  auto view = tools_.store.Publish(*changes_, context);
  if (!view.ok()) return view.status();
  *load_.mutable_revision() = (*view)->token();
  load_.set_state(v1::LOAD_STATE_COMMITTED);
  return absl::OkStatus();
}

void LoadRun::Fall(const absl::Status& status) {
  if (absl::IsCancelled(status)) return load_.set_state(v1::LOAD_STATE_ABORTED);
  *load_.mutable_error() = rpc::ToItemError(status);
  // What could not be told now, or was overtaken again and again, can be tried again.
  const bool passes = absl::IsUnavailable(status) || absl::IsAborted(status);
  const bool later = passes && ReasonOf(status) != v1::ERROR_REASON_COMMIT_OUTCOME_UNKNOWN &&
                     changes_ && KeepChanges(directory_, *changes_).ok();
  if (!later) return load_.set_state(v1::LOAD_STATE_FAILED);
  load_.set_state(load_.has_approval() ? v1::LOAD_STATE_HELD : v1::LOAD_STATE_VALIDATED);
  load_.clear_approval();
}

}  // namespace probity::dataset
