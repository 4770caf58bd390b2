#include "screening/subject.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/errors.h"
#include "screening/facts.h"
#include "screening/resolve.h"
#include "screening/subject_builder.h"
#include "screening/vendors.h"
#include "storage/index_terms.h"

namespace probity::screening {
namespace {

using storage::IndexKind;
using storage::RecordRef;

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
  SubjectBuilder builder(view);
  if (absl::Status status = builder.AddFinding(*std::move(finding)); !status.ok()) return status;
  return builder.Finish();
}

absl::StatusOr<Subject> ResolveName(const storage::View& view, const std::string& name,
                                    absl::string_view field) {
  std::optional<RecordRef> ref = RecordRef::FromName(name);
  if (!ref) {
    return InvalidField(absl::StrCat(field, ".source_record"),
                        "must be datasets/{dataset}/records/{key}");
  }
  SubjectBuilder builder(view);
  if (absl::Status status = builder.AddRecord(*ref); !status.ok()) return status;
  return builder.Finish();
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
  SubjectBuilder builder(view);
  if (absl::Status status = builder.AddSupplier(**stored); !status.ok()) return status;
  return builder.Finish();
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
    case v1::SubjectRef::kVendor:
      return ResolveVendor(view, identifiers, ref.vendor(), absl::StrCat(field, ".vendor"));
    case v1::SubjectRef::REF_NOT_SET:
      break;
  }
  return InvalidField(field, "name a supplier, a source record, an identifier or a vendor number");
}

absl::StatusOr<Subject> ResolveRecordRef(const storage::View& view, absl::string_view dataset,
                                         const v1::SubjectRef& ref) {
  SubjectBuilder builder(view);
  absl::Status status;
  if (ref.has_identifier()) {
    absl::StatusOr<Finding> finding = FindCarriersOf(view, ref.identifier());
    if (!finding.ok()) return finding.status();
    status = builder.AddFinding(*std::move(finding));
  } else if (ref.has_source_record()) {
    std::string name = ref.source_record();
    if (absl::string_view(name).substr(0, 8) == "records/") {
      name = absl::StrCat("datasets/", dataset, "/", name);
    }
    if (std::optional<RecordRef> target = RecordRef::FromName(name)) {
      status = builder.AddRecord(*target);
    }
  }
  if (!status.ok()) return status;
  return builder.Finish();
}

}  // namespace probity::screening
