#include "services/dataset/redactor.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/errors.h"
#include "base/hash.h"
#include "evidence/keys.h"
#include "services/dataset/decision_use.h"
#include "services/rpc/view.h"
#include "storage/change_file.h"
#include "storage/timeline.h"

namespace probity::dataset {
namespace {

using storage::RecordRef;
using storage::RecordVersion;
using storage::RedactionRule;

// Another publish of the dataset may come first, so often.
constexpr int kMaxConflicts = 20;
// Names are rebuilt and the watch decides again what it touches.
constexpr absl::Duration kPatience = absl::Minutes(30);
// Shorter texts are found only where they stand alone.
constexpr size_t kTellingBytes = 4;
constexpr char kServer[] = "server";

std::string NewName() { return absl::StrCat("redactions/", ToHex(evidence::RandomBytes(8))); }

RedactionRule RuleOf(const v1::Redaction& redaction) {
  return {redaction.name(), {redaction.fields().begin(), redaction.fields().end()}};
}

bool Tells(absl::string_view where, const std::set<std::string>& texts) {
  return std::any_of(texts.begin(), texts.end(), [&](const std::string& text) {
    return where == text || (text.size() >= kTellingBytes && absl::StrContains(where, text));
  });
}

// What the rule would take from any version, and how many of them it would change.
struct Erased {
  std::set<std::string> texts;
  uint64_t versions = 0;
  bool has_names = false;  // a party or site
};

Erased WhatGoes(const RedactionRule& rule, const std::vector<RecordVersion>& versions) {
  Erased erased;
  for (const RecordVersion& version : versions) {
    if (!version.row.has_value()) continue;
    bool changes = false;
    for (const storage::v1::TimelineSegment& segment : version.row->segments()) {
      erased.texts.merge(storage::TextsRedacted(rule, segment.record()));
      erased.has_names |= segment.record().has_supplier() || segment.record().has_site();
      v1::Record copy = segment.record();
      changes |= storage::Redact(rule, &copy);
    }
    erased.versions += changes ? 1 : 0;
  }
  return erased;
}

// The change set that replaces one row.
absl::StatusOr<storage::ChangeSet> Replacing(const storage::v1::DatasetState& state,
                                             const std::string& key,
                                             const storage::v1::RecordRow& row) {
  auto writer = storage::ChangeFileWriter::Create(std::filesystem::temp_directory_path());
  if (!writer.ok()) return writer.status();
  storage::v1::ChangeRow change;
  change.set_key(key);
  *change.mutable_row() = row;
  if (absl::Status added = (*writer)->Add(change); !added.ok()) return added;
  auto changes = (*writer)->Finish();
  if (!changes.ok()) return changes;
  changes->header.set_dataset(state.dataset().name());
  changes->header.set_base_version(state.version());
  *changes->header.mutable_state() = state;
  changes->header.mutable_counts()->set_changed(1);
  return changes;
}

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
  if (absl::Status noted = parts_.journal.Append(line); !noted.ok()) return noted;
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
    if (absl::Status noted = parts_.journal.Append(*line); !noted.ok()) return noted;
    parts_.store.SetRedactions(parts_.journal.Rules());
  }
  if (absl::Status carried = Carry({*line}); !carried.ok()) return carried;
  return parts_.journal.Find(name)->redaction();
}

absl::Status Redactor::CarryOn() {
  absl::MutexLock lock(&mutex_);
  std::vector<Line> open;
  for (Line& line : parts_.journal.Lines()) {
    const v1::Redaction& redaction = line.redaction();
    const auto ref = RecordRef::FromName(redaction.record());
    if (!redaction.has_approved_at() || !ref.has_value()) continue;
    const auto history = parts_.store.HistoryOf(*ref);
    if (!history.ok()) return history.status();
    // A restored store holds what had been erased.
    const bool is_back = WhatGoes(RuleOf(redaction), *history).versions > 0;
    if (is_back || !redaction.has_done_at()) open.push_back(std::move(line));
  }
  return open.empty() ? absl::OkStatus() : Carry(std::move(open));
}

absl::Status Redactor::Carry(std::vector<Line> lines) {
  for (Line& line : lines) {
    if (absl::Status rewritten = Rewrite(&line); !rewritten.ok()) return rewritten;
  }
  if (absl::Status written = RewriteFiles(lines); !written.ok()) return written;
  for (Line& line : lines) {
    *line.mutable_redaction()->mutable_done_at() = rpc::TimestampOf(parts_.clock());
    if (absl::Status noted = parts_.journal.Append(line); !noted.ok()) return noted;
  }
  return absl::OkStatus();
}

absl::Status Redactor::Rewrite(Line* line) {
  v1::Redaction* redaction = line->mutable_redaction();
  const RecordRef ref = *RecordRef::FromName(redaction->record());
  const auto history = parts_.store.HistoryOf(ref);
  if (!history.ok()) return history.status();
  const Erased erased = WhatGoes(RuleOf(*redaction), *history);
  const auto decisions = EraseFromDecisions(*line, erased.texts);
  if (!decisions.ok()) return decisions.status();
  absl::Status status = MaskRejectedRows(parts_.loads_directory, erased.texts);
  if (status.ok()) status = PublishHead(*line);
  if (!status.ok()) return status;
  // A store in which nothing was ever loaded into the dataset has nothing of the record.
  const auto rewritten =
      history->empty() ? absl::StatusOr<uint64_t>(0) : parts_.store.RewriteRedacted(ref);
  if (!rewritten.ok()) return rewritten.status();
  redaction->set_versions(std::max(redaction->versions(), erased.versions));
  redaction->set_decisions(redaction->decisions() + *decisions);
  return absl::OkStatus();
}

absl::StatusOr<uint64_t> Redactor::EraseFromDecisions(const Line& line,
                                                      const std::set<std::string>& texts) {
  uint64_t erased = 0;
  if (texts.empty()) return erased;
  const RecordRef ref = *RecordRef::FromName(line.redaction().record());
  std::vector<std::string> names = {ref.Name(), "suppliers/" + SupplierIdOf(ref.dataset, ref.key)};
  const auto supplier = parts_.store.Head(line.authority())->SupplierOf(ref);
  if (!supplier.ok()) return supplier.status();
  if (supplier->has_value()) names.push_back((*supplier)->name);
  absl::Status read = ForEachDecisionUsing(
      parts_.log, line.authority(), names, [&](const storage::StoredDecision& decision) {
        const auto had = EraseFromDecision(line, decision, texts);
        if (had.ok() && *had) ++erased;
        return had.status();
      });
  if (!read.ok()) return read;
  return erased;
}

absl::StatusOr<bool> Redactor::EraseFromDecision(const Line& line,
                                                 const storage::StoredDecision& decision,
                                                 const std::set<std::string>& texts) {
  storage::ErasureOrder order;
  for (const v1::PersonalText& text : decision.personal_texts) {
    if (!text.has_erase_time() && Tells(text.text(), texts)) order.digests.insert(text.digest());
  }
  if (order.digests.empty()) return false;
  order.by = line.redaction().approved_by();
  order.reason = line.redaction().name();
  const auto erased = parts_.log.ErasePersonalTexts(decision.summary.decision(), order);
  if (!erased.ok()) return erased.status();
  return *erased > 0;
}

absl::Status Redactor::PublishHead(const Line& line) {
  const RecordRef ref = *RecordRef::FromName(line.redaction().record());
  absl::Status last;
  for (int attempt = 0; attempt < kMaxConflicts; ++attempt) {
    const auto view = parts_.store.Head(line.authority());
    const storage::v1::DatasetState* state = view->FindDataset(ref.dataset);
    if (state == nullptr) return absl::OkStatus();
    auto row = view->GetRecord(ref);
    if (!row.ok()) return row.status();
    const bool changes =
        row->has_value() && view->redactions()->Apply(ref.dataset, ref.key, &**row);
    if (!changes) return absl::OkStatus();
    const auto change_set = Replacing(*state, ref.key, **row);
    if (!change_set.ok()) return change_set.status();
    const auto remove_file = absl::MakeCleanup([&change_set] {
      std::error_code ignored;
      std::filesystem::remove(change_set->path, ignored);
    });
    storage::PublishContext context;
    context.now_us = absl::ToUnixMicros(parts_.clock());
    context.published_by = line.redaction().approved_by();
    context.note = line.redaction().name();
    last = parts_.store.Publish(*change_set, context).status();
    if (ReasonOf(last) != v1::ERROR_REASON_LOAD_CONFLICT) return last;
  }
  return last;
}

absl::Status Redactor::RewriteFiles(const std::vector<Line>& lines) {
  std::vector<RecordRef> refs;
  for (const Line& line : lines) refs.push_back(*RecordRef::FromName(line.redaction().record()));
  const absl::Time until = absl::Now() + kPatience;
  absl::Status status = parts_.store.Forget(refs);
  const uint64_t head = parts_.store.Head("")->token().revision();
  if (status.ok()) status = parts_.names.Await(head, until);
  if (status.ok()) status = parts_.names.Purge(until);
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
  for (const Line& line : lines) {
    if (absl::Status noted = parts_.journal.Append(line); !noted.ok()) return noted;
  }
  parts_.store.SetRedactions(parts_.journal.Rules());
  const uint64_t count = lines.size();
  if (count == 0) return count;
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
    if (due && rules->Find(dataset, key) == nullptr) {
      lines->push_back(ExpiredLine({dataset, std::string(key)}, of.owner(), parts_.clock()));
    }
    return true;
  });
}

}  // namespace probity::dataset
