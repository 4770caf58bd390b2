#include "services/dataset/redactor.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/errors.h"
#include "base/hash.h"
#include "base/random.h"
#include "services/rpc/view.h"
#include "storage/timeline.h"

namespace probity::dataset {
namespace {

using storage::RecordRef;
using storage::RedactionRule;

// Names are rebuilt and the watch decides again what it touches.
constexpr absl::Duration kPatience = absl::Minutes(30);
constexpr char kServer[] = "server";

std::string NewName() { return absl::StrCat("redactions/", ToHex(RandomBytes(8))); }

// By rule and not by a person, so that nobody has to approve it.
storage::v1::RedactionLine ExpiredLine(const RecordRef& ref, const std::string& owner,
                                       absl::Time now) {
  storage::v1::RedactionLine line;
  line.set_authority(owner);
  v1::Redaction* redaction = line.mutable_redaction();
  redaction->set_name(NewName());
  redaction->set_record(ref.Name());
  redaction->set_reason("the last day on which it might be kept has passed (retain_until)");
  redaction->set_requested_by(kServer);
  redaction->set_approved_by(kServer);
  *redaction->mutable_requested_at() = rpc::TimestampOf(now);
  *redaction->mutable_approved_at() = redaction->requested_at();
  return line;
}

bool IsRedactedWhole(const storage::RedactionRules& rules, const std::string& dataset,
                     absl::string_view key) {
  const std::vector<RedactionRule>* of_record = rules.Find(dataset, key);
  return of_record != nullptr &&
         std::any_of(of_record->begin(), of_record->end(),
                     [](const RedactionRule& rule) { return rule.fields.empty(); });
}

}  // namespace

Redactor::Redactor(Parts parts) : parts_(std::move(parts)) {
  parts_.store.SetRedactions(parts_.journal.Rules());
}

absl::Status Redactor::CheckHold(const std::string& dataset) const {
  if (parts_.hold_on == nullptr) return absl::OkStatus();
  const auto hold = parts_.hold_on(absl::StrCat("datasets/", dataset));
  if (!hold.ok()) return hold.status();
  if (hold->has_value()) return LegalHoldStands((*hold)->name(), (*hold)->set_by());
  return absl::OkStatus();
}

absl::StatusOr<v1::Redaction> Redactor::Ask(Line line) {
  v1::Redaction* redaction = line.mutable_redaction();
  redaction->set_name(NewName());
  *redaction->mutable_requested_at() = rpc::TimestampOf(parts_.clock());
  if (absl::Status noted = parts_.journal.Append({line}); !noted.ok()) return noted;
  return *redaction;
}

absl::StatusOr<v1::Redaction> Redactor::Approve(const std::string& name, const std::string& by) {
  absl::MutexLock lock(&mutex_);
  auto line = parts_.journal.Find(name);
  if (!line.has_value()) return RedactionNotFound(name);
  v1::Redaction* redaction = line->mutable_redaction();
  if (redaction->has_done_at()) return *redaction;
  if (!redaction->has_approved_at()) {
    if (redaction->requested_by() == by) return RedactionSelfApproval(name, by);
    absl::Status held = CheckHold(RecordRef::FromName(redaction->record())->dataset);
    if (!held.ok()) return held;
    redaction->set_approved_by(by);
    *redaction->mutable_approved_at() = rpc::TimestampOf(parts_.clock());
    if (absl::Status noted = parts_.journal.Append({*line}); !noted.ok()) return noted;
    parts_.store.SetRedactions(parts_.journal.Rules());
  }
  if (absl::Status carried = Carry({*line}); !carried.ok()) return carried;
  return parts_.journal.Find(name)->redaction();
}

absl::Status Redactor::CarryOn() {
  absl::MutexLock lock(&mutex_);
  std::vector<Line> open;
  for (Line& line : parts_.journal.Lines()) {
    if (!line.redaction().has_approved_at()) continue;
    const auto task = MakeTask(parts_.store, line);
    if (!task.ok()) return task.status();
    // A restored store holds what had been erased.
    const bool is_back = task->versions > 0;
    if (is_back || !line.redaction().has_done_at()) open.push_back(std::move(line));
  }
  return open.empty() ? absl::OkStatus() : Carry(std::move(open));
}

absl::Status Redactor::Carry(std::vector<Line> lines) {
  std::vector<RedactionTask> tasks;
  std::set<std::string> texts;
  for (Line& line : lines) {
    auto task = MakeTask(parts_.store, std::move(line));
    if (!task.ok()) return task.status();
    texts.insert(task->texts.begin(), task->texts.end());
    tasks.push_back(*std::move(task));
  }
  absl::Status status = EraseFromDecisions(parts_.store, parts_.log, &tasks);
  if (status.ok()) status = parts_.mask_loads(texts);
  if (status.ok()) status = PublishHeads(parts_.store, tasks, parts_.clock());
  if (status.ok()) status = RewriteHistory(&tasks);
  if (status.ok()) status = RewriteFiles(tasks);
  if (!status.ok()) return status;
  lines.clear();
  for (RedactionTask& task : tasks) {
    *task.line.mutable_redaction()->mutable_done_at() = rpc::TimestampOf(parts_.clock());
    lines.push_back(std::move(task.line));
  }
  return parts_.journal.Append(lines);
}

absl::Status Redactor::RewriteHistory(std::vector<RedactionTask>* tasks) {
  for (RedactionTask& task : *tasks) {
    v1::Redaction* redaction = task.line.mutable_redaction();
    redaction->set_versions(std::max(redaction->versions(), task.versions));
    // A store into which the record was never loaded may not have its dataset.
    if (!task.is_known) continue;
    const auto rewritten = parts_.store.RewriteRedacted(task.ref);
    if (!rewritten.ok()) return rewritten.status();
  }
  return absl::OkStatus();
}

absl::Status Redactor::RewriteFiles(const std::vector<RedactionTask>& tasks) {
  std::vector<RecordRef> refs;
  bool has_names = false;
  for (const RedactionTask& task : tasks) {
    refs.push_back(task.ref);
    has_names = has_names || task.has_names;
  }
  const absl::Time until = absl::Now() + kPatience;
  absl::Status status = parts_.store.Forget(refs);
  const uint64_t head = parts_.store.Head("")->token().revision();
  if (status.ok() && has_names) status = parts_.names.Await(head, until);
  if (status.ok() && has_names) status = parts_.names.Purge(until);
  if (status.ok()) status = parts_.watch.AwaitWeighed({head, 0}, until);
  if (status.ok()) status = parts_.watch.Purge();
  return status;
}

absl::StatusOr<uint64_t> Redactor::RedactExpired(DayNumber today) {
  absl::MutexLock lock(&mutex_);
  std::vector<Line> lines;
  const auto newest = parts_.store.ListManifests(0, 1);
  if (!newest.ok()) return newest.status();
  for (const storage::v1::DatasetState& state : newest->front().datasets()) {
    absl::Status added = AddExpired(state.dataset(), today, &lines);
    if (!added.ok()) return added;
  }
  const uint64_t count = lines.size();
  if (count == 0) return count;
  if (absl::Status noted = parts_.journal.Append(lines); !noted.ok()) return noted;
  parts_.store.SetRedactions(parts_.journal.Rules());
  if (absl::Status carried = Carry(std::move(lines)); !carried.ok()) return carried;
  return count;
}

absl::Status Redactor::AddExpired(const v1::Dataset& of, DayNumber today,
                                  std::vector<Line>* lines) const {
  const std::string dataset(storage::BareDatasetId(of.name()));
  const absl::Status held = CheckHold(dataset);
  if (ReasonOf(held) == v1::ERROR_REASON_LEGAL_HOLD) return absl::OkStatus();
  if (!held.ok()) return held;
  const auto view = parts_.store.Head(of.owner());
  const storage::RedactionRulesPtr rules = view->redactions();
  return view->ForEachRecord(dataset, [&](absl::string_view key, const auto& row) {
    const v1::Record& record = storage::LatestRecord(row);
    const bool due = record.has_retain_until() && LastDay(record.retain_until()) < today;
    if (due && !IsRedactedWhole(*rules, dataset, key)) {
      lines->push_back(ExpiredLine({dataset, std::string(key)}, of.owner(), parts_.clock()));
    }
    return true;
  });
}

}  // namespace probity::dataset
