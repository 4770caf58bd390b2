#include "screening/judgements.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "base/hash.h"
#include "base/names.h"
#include "screening/fingerprint.h"
#include "screening/own_rows.h"
#include "screening/vendors.h"
#include "storage/index_terms.h"
#include "storage/own_datasets.h"
#include "storage/timeline.h"

namespace probity::screening {
namespace {

using storage::RecordRef;

constexpr absl::string_view kCollection = "judgements";

// Adds a record's lines; false when the record is gone or no party.
absl::StatusOr<bool> AddRecord(const storage::View& view, absl::string_view name,
                               std::set<std::string>* identity) {
  const std::optional<RecordRef> ref = RecordRef::FromName(name);
  if (!ref) return false;
  auto row = view.GetRecord(*ref);
  if (!row.ok()) return row.status();
  if (!row->has_value() || !storage::LatestRecord(**row).has_supplier()) return false;
  identity->merge(IdentityOf(storage::LatestRecord(**row).supplier()));
  return true;
}

using Records = google::protobuf::RepeatedPtrField<std::string>;

// Records that were parted are no longer the one party that was judged.
absl::StatusOr<bool> AreOneParty(const storage::View& view, const Records& records) {
  std::set<std::string> suppliers;
  for (const std::string& name : records) {
    const std::optional<RecordRef> ref = RecordRef::FromName(name);
    if (!ref) return false;
    auto supplier = view.SupplierOf(*ref);
    if (!supplier.ok()) return supplier.status();
    suppliers.insert(supplier->has_value() ? (*supplier)->name : std::string());
  }
  return suppliers.size() <= 1;
}

absl::StatusOr<std::optional<std::string>> FingerprintOfAll(const storage::View& view,
                                                            const Records& records,
                                                            std::set<std::string> identity) {
  auto one = AreOneParty(view, records);
  if (!one.ok()) return one.status();
  if (!*one) return std::optional<std::string>();
  for (const std::string& name : records) {
    auto added = AddRecord(view, name, &identity);
    if (!added.ok()) return added.status();
    if (!*added) return std::optional<std::string>();
  }
  return std::optional<std::string>(FingerprintOf(identity));
}

// Sets state, reopening and supplier of one that nobody withdrew.
absl::Status CompareWithNow(const storage::View& view, v1::Judgement* judgement) {
  const auto reopen = [judgement](v1::JudgementReopening why) {
    judgement->set_state(v1::JUDGEMENT_STATE_REOPENED);
    judgement->set_reopening(why);
  };
  judgement->set_state(v1::JUDGEMENT_STATE_STANDING);
  auto record = RecordFingerprint(view, judgement->source_record());
  if (!record.ok()) return record.status();
  if (!record->has_value()) {
    reopen(v1::JUDGEMENT_REOPENING_RECORD_GONE);
    return absl::OkStatus();
  }
  auto supplier = view.SupplierOf(*RecordRef::FromName(judgement->source_record()));
  if (!supplier.ok()) return supplier.status();
  if (supplier->has_value()) judgement->set_supplier((*supplier)->name);
  if (**record != judgement->record_fingerprint()) {
    reopen(v1::JUDGEMENT_REOPENING_RECORD_CHANGED);
    return absl::OkStatus();
  }
  auto subject = SubjectFingerprint(view, judgement->subject());
  if (!subject.ok()) return subject.status();
  if (subject->value_or("") != judgement->subject_fingerprint()) {
    reopen(v1::JUDGEMENT_REOPENING_SUBJECT_CHANGED);
  }
  return absl::OkStatus();
}

// Marks those that say the opposite of one another of the same supplier.
void MarkContradictions(std::vector<v1::Judgement>* all) {
  std::map<std::string, std::set<int>> outcomes;
  for (const v1::Judgement& one : *all) {
    if (one.state() == v1::JUDGEMENT_STATE_STANDING) outcomes[one.supplier()].insert(one.outcome());
  }
  for (v1::Judgement& one : *all) {
    if (one.state() == v1::JUDGEMENT_STATE_STANDING && outcomes[one.supplier()].size() > 1) {
      one.set_state(v1::JUDGEMENT_STATE_CONTRADICTED);
    }
  }
}

// The rows under the terms, by key: that is by time.
absl::StatusOr<std::map<std::string, v1::Judgement>> RowsUnder(const storage::View& view,
                                                               const std::set<std::string>& terms) {
  auto records =
      OwnRowsUnder(view, v1::DATASET_KIND_JUDGEMENTS, storage::IndexKind::kJudgementSubject, terms);
  if (!records.ok()) return records.status();
  std::map<std::string, v1::Judgement> rows;
  for (auto& [key, record] : *records) {
    v1::Judgement& judgement = rows[key];
    judgement = std::move(*record.mutable_judgement());
    judgement.set_name(JudgementName(view.authority(), key));
  }
  return rows;
}

}  // namespace

std::string JudgementName(absl::string_view authority, absl::string_view key) {
  return OwnName(authority, kCollection, key);
}

absl::StatusOr<v1::Judgement> FindJudgement(const storage::View& view, const std::string& name) {
  auto row = FindOwnRow(view, v1::DATASET_KIND_JUDGEMENTS, kCollection, name);
  if (!row.ok()) return row.status();
  if (!row->has_value()) return JudgementNotFound(name);
  v1::Judgement judgement = (*row)->judgement();
  judgement.set_name(name);
  return judgement;
}

std::string QueryDigest(const v1::JudgedQuery& query) {
  return Sha256(absl::StrCat(FoldName(query.name()), "\n", query.country(), "\n", query.kind()));
}

absl::StatusOr<std::optional<std::string>> SubjectFingerprint(const storage::View& view,
                                                              const v1::JudgedSubject& subject) {
  if (!subject.has_vendor()) {
    std::set<std::string> identity;
    if (subject.bound_records().empty()) {
      identity = storage::JudgementTerms(subject);
    }
    return FingerprintOfAll(view, subject.bound_records(), std::move(identity));
  }
  auto entry = FindVendor(view, subject.vendor());
  if (!entry.ok()) return entry.status();
  if (!entry->has_value()) return std::optional<std::string>();
  return FingerprintOfAll(view, (*entry)->bound_records(), IdentityOf(**entry));
}

absl::StatusOr<std::optional<std::string>> RecordFingerprint(const storage::View& view,
                                                             absl::string_view source_record) {
  Records one;
  *one.Add() = std::string(source_record);
  return FingerprintOfAll(view, one, {});
}

absl::StatusOr<std::vector<v1::Judgement>> JudgementsAbout(const storage::View& view,
                                                           const std::set<std::string>& terms) {
  std::vector<v1::Judgement> judgements;
  auto rows = RowsUnder(view, terms);
  if (!rows.ok()) return rows.status();
  std::map<std::string, std::string> withdrawn;  // name -> by which row
  for (const auto& [key, row] : *rows) {
    if (!row.withdraws().empty()) withdrawn.emplace(row.withdraws(), row.name());
  }
  for (auto& [key, row] : *rows) {
    if (!row.withdraws().empty()) continue;
    const auto by = withdrawn.find(row.name());
    if (by != withdrawn.end()) {
      row.set_state(v1::JUDGEMENT_STATE_WITHDRAWN);
      row.set_withdrawn_by(by->second);
    } else if (absl::Status compared = CompareWithNow(view, &row); !compared.ok()) {
      return compared;
    }
    judgements.push_back(std::move(row));
  }
  MarkContradictions(&judgements);
  return judgements;
}

absl::StatusOr<v1::Judgement> WeighJudgement(const storage::View& view,
                                             const v1::Judgement& stored) {
  if (!stored.withdraws().empty()) return stored;
  auto all = JudgementsAbout(view, storage::JudgementTerms(stored.subject()));
  if (!all.ok()) return all.status();
  const auto found = std::find_if(all->begin(), all->end(), [&](const v1::Judgement& one) {
    return one.name() == stored.name();
  });
  if (found == all->end()) return stored;
  return std::move(*found);
}

}  // namespace probity::screening
