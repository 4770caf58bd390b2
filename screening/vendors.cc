#include "screening/vendors.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "screening/resolve.h"
#include "screening/subject_builder.h"
#include "screening/validate.h"
#include "storage/own_datasets.h"
#include "storage/timeline.h"

namespace probity::screening {
namespace {

constexpr size_t kMaxSystemBytes = 64;
constexpr size_t kMaxNumberBytes = 128;

absl::Status ValidatePart(const std::string& path, const std::string& part, size_t limit) {
  if (absl::Status well = ValidateText(path, part, limit); !well.ok()) return well;
  if (absl::StripAsciiWhitespace(part) != part) {
    return InvalidField(path, "begins or ends with a space");
  }
  const bool control = std::any_of(part.begin(), part.end(), absl::ascii_iscntrl);
  return control ? InvalidField(path, "holds a control character") : absl::OkStatus();
}

class Weighing {
 public:
  Weighing(const storage::View& view, const IdentifierCatalogue& identifiers,
           const v1::Vendor& entry)
      : view_(view), identifiers_(identifiers), entry_(entry), shown_(entry) {}

  absl::StatusOr<Subject> Run() {
    if (entry_.has_identifier()) {
      auto finding = FindCarriersOf(view_, entry_.identifier());
      if (!finding.ok()) return finding.status();
      finding_ = *std::move(finding);
    }
    const bool by_person = entry_.basis() == v1::VENDOR_BASIS_HUMAN_CONFIRMED;
    const bool has_target = entry_.target_case() != v1::Vendor::TARGET_NOT_SET;
    const bool carried = finding_.has_value() && !finding_->suppliers.empty();
    absl::StatusOr<Subject> subject =
        by_person || (has_target && !carried) ? ByTarget() : ByIdentifier();
    if (!subject.ok()) return subject.status();
    Show(&*subject);
    return subject;
  }

 private:
  // By the records that it is bound to. An identifier that nobody carries may still
  // be the one by which a fact names the party.
  absl::StatusOr<Subject> ByTarget() {
    SubjectBuilder builder(view_);
    for (const std::string& name : entry_.bound_records()) {
      const auto ref = storage::RecordRef::FromName(name);
      if (!ref) return StoreCorrupt(entry_.name(), "a record of the entry has no name");
      if (absl::Status added = builder.AddRecord(*ref); !added.ok()) return added;
    }
    if (finding_ && finding_->suppliers.empty()) builder.AddTerm(finding_->identifier);
    Subject subject = builder.Finish();
    const auto& found = subject.resolution.suppliers();
    if (found.empty()) return Reopen(v1::VENDOR_REOPENING_RECORD_GONE, std::move(subject));
    if (found.size() > 1) {
      subject.resolution.set_outcome(v1::LOOKUP_OUTCOME_AMBIGUOUS);
      return Reopen(v1::VENDOR_REOPENING_SPLIT, std::move(subject));
    }
    const bool elsewhere =
        finding_ && finding_->suppliers.size() == 1 && finding_->suppliers[0].name != found.Get(0);
    if (elsewhere) return Reopen(v1::VENDOR_REOPENING_MOVED, std::move(subject));
    shown_.set_state(StateOf(entry_.basis()));
    return subject;
  }

  absl::StatusOr<Subject> ByIdentifier() {
    SubjectBuilder builder(view_);
    shown_.set_state(v1::VENDOR_STATE_ASSERTED);
    if (!finding_) return builder.Finish();
    const size_t found = finding_->suppliers.size();
    const bool one = found == 1 && IsCertain(identifiers_, entry_.identifier());
    if (absl::Status added = builder.AddFinding(*std::move(finding_)); !added.ok()) return added;
    Subject subject = builder.Finish();
    if (entry_.basis() == v1::VENDOR_BASIS_IDENTIFIER_MATCH) {
      if (found == 0) return Reopen(v1::VENDOR_REOPENING_RECORD_GONE, std::move(subject));
      if (found > 1) return Reopen(v1::VENDOR_REOPENING_SPLIT, std::move(subject));
      if (!IsBoundTo(subject)) return Reopen(v1::VENDOR_REOPENING_MOVED, std::move(subject));
    }
    if (one) {
      shown_.set_basis(v1::VENDOR_BASIS_IDENTIFIER_MATCH);
      shown_.set_state(v1::VENDOR_STATE_CONFIRMED);
    }
    return subject;
  }

  // Whether one of its records is still the subject's.
  bool IsBoundTo(const Subject& subject) const {
    const auto& bound = entry_.bound_records();
    return std::any_of(subject.suppliers.begin(), subject.suppliers.end(), [&](const auto& ref) {
      return std::find(bound.begin(), bound.end(), ref.Name()) != bound.end();
    });
  }

  static v1::VendorState StateOf(v1::VendorBasis basis) {
    return basis == v1::VENDOR_BASIS_ASSERTED ? v1::VENDOR_STATE_ASSERTED
                                              : v1::VENDOR_STATE_CONFIRMED;
  }

  // What was never certain is not open again.
  Subject Reopen(v1::VendorReopening why, Subject subject) {
    const bool was_certain = entry_.basis() != v1::VENDOR_BASIS_ASSERTED;
    shown_.set_state(was_certain ? v1::VENDOR_STATE_REOPENED : v1::VENDOR_STATE_ASSERTED);
    if (was_certain) shown_.set_reopening(why);
    return subject;
  }

  void Show(Subject* subject) {
    const absl::string_view authority = view_.authority();
    shown_.set_name(absl::StrCat(authority, authority.empty() ? "" : "/", "vendors/",
                                 storage::VendorKey(entry_.number())));
    shown_.set_confirmed(shown_.basis() == v1::VENDOR_BASIS_HUMAN_CONFIRMED);
    *shown_.mutable_suppliers() = subject->resolution.suppliers();
    *subject->resolution.mutable_vendor() = shown_;
    subject->resolution.mutable_vendor()->clear_display_name();
    subject->resolution.mutable_vendor()->clear_set_by();
    subject->vendor = std::move(shown_);
  }

  const storage::View& view_;
  const IdentifierCatalogue& identifiers_;
  const v1::Vendor& entry_;
  v1::Vendor shown_;
  std::optional<Finding> finding_;  // of the entry's identifier
};

}  // namespace

absl::Status ValidateVendorNumber(const v1::VendorNumber& number, absl::string_view field) {
  const std::string system = absl::StrCat(field, ".system");
  const std::string digits = absl::StrCat(field, ".number");
  if (number.system().empty()) return InvalidField(system, "name the system that has the number");
  if (number.number().empty()) return InvalidField(digits, "is empty");
  absl::Status well = ValidatePart(system, number.system(), kMaxSystemBytes);
  if (well.ok()) {
    well =
        ValidatePart(absl::StrCat(field, ".company_code"), number.company_code(), kMaxSystemBytes);
  }
  return well.ok() ? ValidatePart(digits, number.number(), kMaxNumberBytes) : well;
}

std::string VendorDataset(const storage::View& view) {
  return storage::OwnDatasetId(v1::DATASET_KIND_VENDORS, view.authority());
}

absl::StatusOr<std::optional<v1::Vendor>> FindVendor(const storage::View& view,
                                                     const v1::VendorNumber& number) {
  auto row = view.GetRecord({VendorDataset(view), storage::VendorKey(number)});
  if (!row.ok()) return row.status();
  if (!row->has_value()) return std::optional<v1::Vendor>();
  return std::optional<v1::Vendor>(storage::LatestRecord(**row).vendor());
}

absl::StatusOr<Subject> WeighVendor(const storage::View& view,
                                    const IdentifierCatalogue& identifiers,
                                    const v1::Vendor& entry) {
  return Weighing(view, identifiers, entry).Run();
}

absl::StatusOr<Subject> ResolveVendor(const storage::View& view,
                                      const IdentifierCatalogue& identifiers,
                                      const v1::VendorNumber& number, absl::string_view field) {
  if (absl::Status well = ValidateVendorNumber(number, field); !well.ok()) return well;
  auto entry = FindVendor(view, number);
  if (!entry.ok()) return entry.status();
  if (entry->has_value()) return WeighVendor(view, identifiers, **entry);
  Subject unknown = SubjectBuilder(view).Finish();
  unknown.vendor.emplace();
  *unknown.vendor->mutable_number() = number;
  unknown.vendor->set_state(v1::VENDOR_STATE_NOT_FOUND);
  *unknown.resolution.mutable_vendor() = *unknown.vendor;
  return unknown;
}

bool IsCertain(const IdentifierCatalogue& identifiers, const v1::Identifier& normal) {
  return identifiers.IsIdentifying(normal.scheme()) &&
         normal.check() != v1::IDENTIFIER_CHECK_FAILED;
}

}  // namespace probity::screening
