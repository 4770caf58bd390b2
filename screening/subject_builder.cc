#include "screening/subject_builder.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "base/errors.h"
#include "screening/facts.h"
#include "storage/index_terms.h"
#include "storage/stored_fields.h"
#include "storage/timeline.h"

namespace probity::screening {
namespace {

using storage::IndexKind;
using storage::RecordRef;

std::string TermOf(const RecordRef& ref) { return storage::RecordTerm(ref.dataset, ref.key); }

void AddOnce(const RecordRef& ref, std::vector<RecordRef>* refs) {
  if (std::find(refs->begin(), refs->end(), ref) == refs->end()) refs->push_back(ref);
}

}  // namespace

std::string TermOf(const v1::Identifier& id) {
  return "i" + storage::IdentifierTerm(id.scheme(), id.value());
}

std::set<std::string> TermsOf(const v1::Supplier& supplier) {
  std::set<std::string> terms;
  for (const std::string& name : supplier.source_records()) {
    if (const auto ref = RecordRef::FromName(name)) terms.insert(TermOf(*ref));
  }
  for (const v1::Identifier& id : supplier.identifiers()) terms.insert(TermOf(id));
  return terms;
}

absl::Status SubjectBuilder::AddFinding(Finding finding) {
  subject_.asked_term = TermOf(finding.identifier);
  subject_.terms.insert(subject_.asked_term);
  for (const v1::Redirect& step : finding.redirects) subject_.terms.insert(TermOf(step.to()));
  absl::Status status;
  for (const auto* stored : {&finding.suppliers, &finding.former}) {
    for (const storage::StoredSupplier& supplier : *stored) {
      const bool is_found = stored == &finding.suppliers;
      if (status.ok()) status = AddSupplier(supplier, is_found);
    }
  }
  for (const RecordRef& ref : finding.sites) {
    if (status.ok()) status = AddRecord(ref);
  }
  for (v1::Redirect& step : finding.redirects) {
    *subject_.resolution.add_redirects() = std::move(step);
  }
  outcome_ = finding.outcome;
  return status;
}

absl::Status SubjectBuilder::AddRecord(const RecordRef& ref) {
  if (subject_.asked_term.empty()) subject_.asked_term = TermOf(ref);
  subject_.terms.insert(TermOf(ref));
  // Parties first: their supplier tells all, so that the record is not read.
  absl::StatusOr<std::optional<storage::StoredSupplier>> supplier = view_.SupplierOf(ref);
  if (!supplier.ok()) return supplier.status();
  if (supplier->has_value()) return AddSupplier(**supplier);
  absl::StatusOr<std::optional<storage::v1::RecordRow>> row = view_.GetRecord(ref);
  if (!row.ok()) return row.status();
  if (!row->has_value()) return absl::OkStatus();
  const v1::Record& record = storage::LatestRecord(**row);
  if (!record.has_site() || !MayShow(**row, record)) return absl::OkStatus();
  return AddSite(ref, record.site());
}

absl::Status SubjectBuilder::AddSupplier(const storage::StoredSupplier& stored, bool is_found) {
  auto& found = *subject_.resolution.mutable_suppliers();
  if (is_found && found.size() < kMaxResolved &&
      std::find(found.begin(), found.end(), stored.name) == found.end()) {
    *found.Add() = stored.name;
  }
  // Records and identifiers, and no more of it.
  const bool good = storage::VisitFields(stored.bytes, [this](int number, absl::string_view value) {
    if (number == v1::Supplier::kSourceRecordsFieldNumber) AddMember(value);
    if (number != v1::Supplier::kIdentifiersFieldNumber) return true;
    v1::Identifier id;
    if (!id.ParseFromArray(value.data(), static_cast<int>(value.size()))) return false;
    AddTerm(id);
    return true;
  });
  return good ? absl::OkStatus() : StoreCorrupt(stored.name, "the supplier cannot be read");
}

Subject SubjectBuilder::Finish() {
  const bool found = subject_.resolution.suppliers_size() > 0 || !subject_.sites.empty();
  const bool unknown = outcome_ == v1::LOOKUP_OUTCOME_NOT_FOUND;
  subject_.resolution.set_outcome(found && unknown ? v1::LOOKUP_OUTCOME_FOUND : outcome_);
  for (const RecordRef& ref : subject_.sites) {
    if (subject_.resolution.sites_size() == kMaxResolved) break;
    subject_.resolution.add_sites(ref.Name());
  }
  return std::move(subject_);
}

void SubjectBuilder::AddMember(absl::string_view name) {
  const std::optional<RecordRef> ref = RecordRef::FromName(name);
  if (!ref) return;
  AddOnce(*ref, &subject_.suppliers);
  subject_.terms.insert(TermOf(*ref));
}

void SubjectBuilder::AddIdentifiers(const google::protobuf::RepeatedPtrField<v1::Identifier>& all) {
  for (const v1::Identifier& id : all) AddTerm(id);
}

// A site and the other records of it: those that share an identifier.
absl::Status SubjectBuilder::AddSite(const RecordRef& ref, const v1::SiteRecord& site) {
  AddOnce(ref, &subject_.sites);
  AddIdentifiers(site.identifiers());
  for (const v1::Identifier& id : site.identifiers()) {
    absl::Status status =
        view_.FindRecords(IndexKind::kIdentifier, storage::IdentifierTerm(id.scheme(), id.value()),
                          [this](const RecordRef& other) {
                            subject_.terms.insert(TermOf(other));
                            return true;
                          });
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace probity::screening
