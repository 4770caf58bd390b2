#include "services/dataset/redaction_steps.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "base/hash.h"
#include "services/dataset/decision_use.h"
#include "storage/change_file.h"

namespace probity::dataset {
namespace {

using storage::RecordRef;

// Another publish of the dataset may come first, so often.
constexpr int kMaxConflicts = 20;
// Names under which decisions may have used the record: its own, and its suppliers'.
absl::StatusOr<std::set<std::string>> NamesOf(const storage::View& view, const RecordRef& ref) {
  std::set<std::string> names = {ref.Name(), "suppliers/" + SupplierIdOf(ref.dataset, ref.key)};
  const auto supplier = view.SupplierOf(ref);
  if (!supplier.ok()) return supplier.status();
  if (supplier->has_value()) names.insert((*supplier)->name);
  return names;
}

// True when the decision had texts of it that were not erased yet.
absl::StatusOr<bool> EraseFrom(const storage::StoredDecision& decision, const RedactionTask& task,
                               storage::EvidenceLog& log) {
  storage::ErasureOrder order;
  for (const v1::PersonalText& text : decision.personal_texts) {
    if (!text.has_erase_time() && Tells(text.text(), task.texts)) {
      order.digests.insert(text.digest());
    }
  }
  if (order.digests.empty()) return false;
  order.by = task.line.redaction().approved_by();
  order.reason = task.line.redaction().name();
  const auto erased = log.ErasePersonalTexts(decision.summary.decision(), order);
  if (!erased.ok()) return erased.status();
  return *erased > 0;
}

absl::Status EraseOfAuthority(const storage::Store& store, storage::EvidenceLog& log,
                              const std::string& authority,
                              const std::vector<RedactionTask*>& tasks) {
  const auto view = store.Head(authority);
  std::multimap<std::string, RedactionTask*> by_name;
  std::set<std::string> names;
  for (RedactionTask* task : tasks) {
    const auto of_task = NamesOf(*view, task->ref);
    if (!of_task.ok()) return of_task.status();
    for (const std::string& name : *of_task) {
      by_name.emplace(name, task);
      names.insert(name);
    }
  }
  return ForEachDecisionUsing(log, authority, names, [&](const auto& decision, const auto& held) {
    std::set<RedactionTask*> used;
    for (const std::string& name : held) {
      const auto [begin, end] = by_name.equal_range(name);
      for (auto at = begin; at != end; ++at) used.insert(at->second);
    }
    for (RedactionTask* task : used) {
      const auto erased = EraseFrom(decision, *task, log);
      if (!erased.ok()) return erased.status();
      v1::Redaction* redaction = task->line.mutable_redaction();
      redaction->set_decisions(redaction->decisions() + (*erased ? 1 : 0));
    }
    return absl::OkStatus();
  });
}

// The change set that makes the records what they are from now on; without rows where
// all are that already.
absl::StatusOr<storage::ChangeSet> HeadsOf(const storage::View& view,
                                           const storage::v1::DatasetState& state,
                                           const std::vector<const RedactionTask*>& tasks) {
  auto writer = storage::ChangeFileWriter::Create(std::filesystem::temp_directory_path());
  if (!writer.ok()) return writer.status();
  uint64_t changed = 0;
  std::set<std::string> seen;  // a record may have several redactions
  for (const RedactionTask* task : tasks) {
    const RecordRef& ref = task->ref;
    auto row = view.GetRecord(ref);
    if (!row.ok()) return row.status();
    if (!row->has_value() || !seen.insert(ref.key).second) continue;
    if (!view.redactions()->Apply(ref.dataset, ref.key, &**row)) continue;
    storage::v1::ChangeRow change;
    change.set_key(ref.key);
    *change.mutable_row() = *std::move(*row);
    if (absl::Status added = (*writer)->Add(change); !added.ok()) return added;
    ++changed;
  }
  auto changes = (*writer)->Finish();
  if (!changes.ok()) return changes;
  changes->header.set_dataset(state.dataset().name());
  changes->header.set_base_version(state.version());
  *changes->header.mutable_state() = state;
  changes->header.mutable_counts()->set_changed(changed);
  return changes;
}

storage::PublishContext ContextOf(const std::vector<const RedactionTask*>& tasks, absl::Time now) {
  const v1::Redaction& first = tasks.front()->line.redaction();
  storage::PublishContext context;
  context.now_us = absl::ToUnixMicros(now);
  context.published_by = first.approved_by();
  context.note = tasks.size() == 1 ? first.name()
                                   : absl::StrCat(first.name(), " and ", tasks.size() - 1, " more");
  return context;
}

absl::Status PublishDataset(storage::Store& store, const std::string& authority,
                            const std::vector<const RedactionTask*>& tasks, absl::Time now) {
  absl::Status last;
  for (int attempt = 0; attempt < kMaxConflicts; ++attempt) {
    const auto view = store.Head(authority);
    const storage::v1::DatasetState* state = view->FindDataset(tasks.front()->ref.dataset);
    if (state == nullptr) return absl::OkStatus();
    const auto changes = HeadsOf(*view, *state, tasks);
    if (!changes.ok()) return changes.status();
    if (changes->header.counts().changed() == 0) return absl::OkStatus();
    const auto remove_file = absl::MakeCleanup([&changes] {
      std::error_code ignored;
      std::filesystem::remove(changes->path, ignored);
    });
    last = store.Publish(*changes, ContextOf(tasks, now)).status();
    if (ReasonOf(last) != v1::ERROR_REASON_LOAD_CONFLICT) return last;
  }
  return last;
}

}  // namespace

storage::RedactionRule RuleOf(const v1::Redaction& redaction) {
  return {redaction.name(), {redaction.fields().begin(), redaction.fields().end()}};
}

absl::StatusOr<RedactionTask> MakeTask(const storage::Store& store,
                                       storage::v1::RedactionLine line) {
  RedactionTask task;
  task.line = std::move(line);
  const auto ref = RecordRef::FromName(task.line.redaction().record());
  if (!ref.has_value()) return StoreCorrupt("REDACTIONS", "a line names no record");
  task.ref = *ref;
  const auto history = store.HistoryOf(*ref);
  if (!history.ok()) return history.status();
  task.is_known = !history->empty();
  const storage::RedactionRule rule = RuleOf(task.line.redaction());
  for (const storage::RecordVersion& version : *history) {
    if (!version.row.has_value()) continue;
    bool changes = false;
    for (const storage::v1::TimelineSegment& segment : version.row->segments()) {
      task.texts.merge(storage::TextsRedacted(rule, segment.record()));
      task.has_names |= segment.record().has_supplier() || segment.record().has_site();
      v1::Record copy = segment.record();
      changes |= storage::Redact(rule, &copy);
    }
    task.versions += changes ? 1 : 0;
  }
  return task;
}

absl::Status EraseFromDecisions(const storage::Store& store, storage::EvidenceLog& log,
                                std::vector<RedactionTask>* tasks) {
  std::map<std::string, std::vector<RedactionTask*>> by_authority;
  for (RedactionTask& task : *tasks) {
    if (!task.texts.empty()) by_authority[task.line.authority()].push_back(&task);
  }
  for (const auto& [authority, of_authority] : by_authority) {
    absl::Status erased = EraseOfAuthority(store, log, authority, of_authority);
    if (!erased.ok()) return erased;
  }
  return absl::OkStatus();
}

absl::Status PublishHeads(storage::Store& store, const std::vector<RedactionTask>& tasks,
                          absl::Time now) {
  std::map<std::pair<std::string, std::string>, std::vector<const RedactionTask*>> by_dataset;
  for (const RedactionTask& task : tasks) {
    by_dataset[{task.line.authority(), task.ref.dataset}].push_back(&task);
  }
  for (const auto& [dataset, of_dataset] : by_dataset) {
    absl::Status published = PublishDataset(store, dataset.first, of_dataset, now);
    if (!published.ok()) return published;
  }
  return absl::OkStatus();
}

}  // namespace probity::dataset
