#include "screening/subject.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/errors.h"
#include "screening/facts.h"
#include "screening/resolve.h"
#include "storage/index_terms.h"
#include "storage/stored_fields.h"
#include "storage/timeline.h"

namespace probity::screening {
namespace {

using storage::IndexKind;
using storage::RecordRef;

std::string TermOf(const RecordRef& ref) {
  v1::SubjectRef subject;
  subject.set_source_record(ref.Name());
  return storage::SubjectTerm(ref.dataset, subject);
}

std::string TermOf(const v1::Identifier& id) {
  return "i" + storage::IdentifierTerm(id.scheme(), id.value());
}

// Adds records and their terms to a subject.
class Resolver {
 public:
  explicit Resolver(const storage::View& view) : view_(view) {}

  absl::Status AddFinding(Finding finding) {
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

  absl::Status AddRecord(const RecordRef& ref) {
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
    if (!record.has_site() || record.visibility() == v1::VISIBILITY_RESTRICTED) {
      return absl::OkStatus();
    }
    return AddSite(ref, record.site());
  }

  absl::Status AddSupplier(const storage::StoredSupplier& stored, bool is_found = true) {
    if (is_found && subject_.resolution.suppliers_size() < kMaxResolved) {
      subject_.resolution.add_suppliers(stored.name);
    }
    // Records and identifiers, and no more of it.
    const bool good =
        storage::VisitFields(stored.bytes, [this](int number, absl::string_view value) {
          if (number == v1::Supplier::kSourceRecordsFieldNumber) AddMember(value);
          if (number != v1::Supplier::kIdentifiersFieldNumber) return true;
          v1::Identifier id;
          if (!id.ParseFromArray(value.data(), static_cast<int>(value.size()))) return false;
          subject_.terms.insert(TermOf(id));
          return true;
        });
    return good ? absl::OkStatus() : StoreCorrupt(stored.name, "the supplier cannot be read");
  }

  Subject Finish() {
    const bool found = subject_.resolution.suppliers_size() > 0 || !subject_.sites.empty();
    const bool unknown = outcome_ == v1::LOOKUP_OUTCOME_NOT_FOUND;
    subject_.resolution.set_outcome(found && unknown ? v1::LOOKUP_OUTCOME_FOUND : outcome_);
    for (const RecordRef& ref : subject_.sites) {
      if (subject_.resolution.sites_size() == kMaxResolved) break;
      subject_.resolution.add_sites(ref.Name());
    }
    return std::move(subject_);
  }

 private:
  void AddMember(absl::string_view name) {
    const std::optional<RecordRef> ref = RecordRef::FromName(name);
    if (!ref) return;
    AddOnce(*ref, &subject_.suppliers);
    subject_.terms.insert(TermOf(*ref));
  }

  void AddIdentifiers(const google::protobuf::RepeatedPtrField<v1::Identifier>& all) {
    for (const v1::Identifier& id : all) subject_.terms.insert(TermOf(id));
  }

  // A site and the other records of it: those that share an identifier.
  absl::Status AddSite(const RecordRef& ref, const v1::SiteRecord& site) {
    AddOnce(ref, &subject_.sites);
    AddIdentifiers(site.identifiers());
    for (const v1::Identifier& id : site.identifiers()) {
      absl::Status status = view_.FindRecords(IndexKind::kIdentifier,
                                              storage::IdentifierTerm(id.scheme(), id.value()),
                                              [this](const RecordRef& other) {
                                                subject_.terms.insert(TermOf(other));
                                                return true;
                                              });
      if (!status.ok()) return status;
    }
    return absl::OkStatus();
  }

  static void AddOnce(const RecordRef& ref, std::vector<RecordRef>* refs) {
    if (std::find(refs->begin(), refs->end(), ref) == refs->end()) refs->push_back(ref);
  }

  const storage::View& view_;
  v1::LookupOutcome outcome_ = v1::LOOKUP_OUTCOME_NOT_FOUND;
  Subject subject_;
};

// True when a fact that may be shown names its subject by `term`.
absl::StatusOr<bool> IsNamedByFacts(const storage::View& view, const std::string& term) {
  for (const IndexKind kind :
       {IndexKind::kFlagSubject, IndexKind::kCertificateParty, IndexKind::kAuditSite,
        IndexKind::kLinkFrom, IndexKind::kLinkTo, IndexKind::kSiteOperator}) {
    absl::StatusOr<std::vector<Fact>> facts =
        FindFacts(view, kind, {term}, kMaxDay, /*include_past=*/true);
    if (!facts.ok()) return facts.status();
    if (!facts->empty()) return true;
  }
  return false;
}

absl::StatusOr<Subject> ResolveIdentifier(const storage::View& view,
                                          const IdentifierCatalogue& identifiers,
                                          const v1::Identifier& asked, absl::string_view field) {
  absl::StatusOr<Finding> finding =
      Resolve(view, identifiers, asked, absl::StrCat(field, ".identifier"));
  if (ReasonOf(finding.status()) == v1::ERROR_REASON_IDENTIFIER_CHECK_FAILED) {
    const v1::Identifier normal = identifiers.Normalize(asked).value();
    absl::StatusOr<bool> named = IsNamedByFacts(view, TermOf(normal));
    if (!named.ok()) return named.status();
    if (!*named) return finding.status();
    finding.emplace().identifier = normal;
  }
  if (!finding.ok()) return finding.status();
  Resolver resolver(view);
  if (absl::Status status = resolver.AddFinding(*std::move(finding)); !status.ok()) return status;
  return resolver.Finish();
}

absl::StatusOr<Subject> ResolveName(const storage::View& view, const std::string& name,
                                    absl::string_view field) {
  std::optional<RecordRef> ref = RecordRef::FromName(name);
  if (!ref) {
    return InvalidField(absl::StrCat(field, ".source_record"),
                        "must be datasets/{dataset}/records/{key}");
  }
  Resolver resolver(view);
  if (absl::Status status = resolver.AddRecord(*ref); !status.ok()) return status;
  return resolver.Finish();
}

absl::StatusOr<Subject> ResolveSupplier(const storage::View& view, const std::string& name,
                                        absl::string_view field) {
  absl::string_view id = name;
  if (!absl::ConsumePrefix(&id, "suppliers/") || id.empty()) {
    return InvalidField(absl::StrCat(field, ".supplier"), "must be suppliers/{supplier}");
  }
  absl::StatusOr<std::optional<storage::StoredSupplier>> stored = view.GetSupplier(id);
  if (!stored.ok()) return stored.status();
  if (!stored->has_value()) return SupplierNotFound(name);
  Resolver resolver(view);
  if (absl::Status status = resolver.AddSupplier(**stored); !status.ok()) return status;
  return resolver.Finish();
}

}  // namespace

bool Subject::IsNamedBy(absl::string_view dataset, const v1::SubjectRef& ref) const {
  const std::string term = storage::SubjectTerm(dataset, ref);
  return !term.empty() && Has(term);
}

absl::StatusOr<Subject> ResolveSubject(const storage::View& view,
                                       const IdentifierCatalogue& identifiers,
                                       const v1::SubjectRef& ref, absl::string_view field) {
  switch (ref.ref_case()) {
    case v1::SubjectRef::kIdentifier:
      return ResolveIdentifier(view, identifiers, ref.identifier(), field);
    case v1::SubjectRef::kSourceRecord:
      return ResolveName(view, ref.source_record(), field);
    case v1::SubjectRef::kSupplier:
      return ResolveSupplier(view, ref.supplier(), field);
    case v1::SubjectRef::REF_NOT_SET:
      break;
  }
  return InvalidField(field, "name a supplier, a source record or an identifier");
}

absl::StatusOr<Subject> ResolveRecordRef(const storage::View& view, absl::string_view dataset,
                                         const v1::SubjectRef& ref) {
  Resolver resolver(view);
  absl::Status status;
  if (ref.has_identifier()) {
    absl::StatusOr<Finding> finding = FindCarriersOf(view, ref.identifier());
    if (!finding.ok()) return finding.status();
    status = resolver.AddFinding(*std::move(finding));
  } else if (ref.has_source_record()) {
    std::string name = ref.source_record();
    if (absl::string_view(name).substr(0, 8) == "records/") {
      name = absl::StrCat("datasets/", dataset, "/", name);
    }
    if (std::optional<RecordRef> target = RecordRef::FromName(name)) {
      status = resolver.AddRecord(*target);
    }
  }
  if (!status.ok()) return status;
  return resolver.Finish();
}

}  // namespace probity::screening
