#include "screening/vendor_entry.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/errors.h"
#include "base/hash.h"
#include "screening/names/limits.h"
#include "screening/resolve.h"
#include "screening/subject_builder.h"
#include "screening/validate.h"
#include "screening/vendors.h"

namespace probity::screening {
namespace {

bool SameTarget(const v1::Vendor& a, const v1::Vendor& b) {
  return a.target_case() == b.target_case() && a.source_record() == b.source_record() &&
         a.supplier() == b.supplier();
}

class Making {
 public:
  Making(const storage::View& view, const IdentifierCatalogue& identifiers, const v1::Vendor& asked,
         const std::optional<v1::Vendor>& before)
      : view_(view), identifiers_(identifiers), asked_(asked), before_(before) {}

  absl::StatusOr<v1::Vendor> Run(const SetBy& set_by) {
    absl::Status status = Check();
    if (status.ok()) status = TakeIdentifier();
    if (status.ok()) status = TakeTarget();
    if (status.ok()) status = Bind();
    if (!status.ok()) return status;
    if (before_) {
      entry_.set_set_by(before_->set_by());
      *entry_.mutable_set_at() = before_->set_at();
      if (CanonicalBytes(entry_) == CanonicalBytes(*before_)) return entry_;
    }
    entry_.set_set_by(set_by.principal);
    *entry_.mutable_set_at() = set_by.at;
    return entry_;
  }

 private:
  absl::Status Check() {
    absl::Status well = ValidateVendorNumber(asked_.number(), "number");
    if (well.ok()) well = ValidateText("display_name", asked_.display_name(), kMaxNameBytes);
    if (well.ok() && !asked_.country().empty()) well = ValidatePlace("country", asked_.country());
    if (well.ok() && asked_.confirmed() && !HasTarget(asked_)) {
      well = InvalidField("confirmed", "say whom: give source_record or supplier");
    }
    *entry_.mutable_number() = asked_.number();
    entry_.set_display_name(asked_.display_name());
    entry_.set_country(asked_.country());
    return well;
  }

  static bool HasTarget(const v1::Vendor& vendor) {
    return vendor.target_case() != v1::Vendor::TARGET_NOT_SET;
  }

  absl::Status TakeIdentifier() {
    if (!asked_.has_identifier()) return absl::OkStatus();
    auto normal = ReadIdentifier(identifiers_, asked_.identifier(), "identifier");
    if (!normal.ok()) return normal.status();
    *entry_.mutable_identifier() = *normal;
    auto finding = FindCarriersOf(view_, *normal);
    if (!finding.ok()) return finding.status();
    if (finding->suppliers.size() == 1 && IsCertain(identifiers_, *normal)) {
      carrier_ = finding->suppliers[0].name;
      SubjectBuilder builder(view_);
      if (absl::Status added = builder.AddFinding(*std::move(finding)); !added.ok()) return added;
      AddRecords(builder.Finish(), &carried_by_);
    }
    return absl::OkStatus();
  }

  static void AddRecords(const Subject& subject, std::vector<std::string>* names) {
    for (const storage::RecordRef& ref : subject.suppliers) {
      if (names->size() < kMaxResolved) names->push_back(ref.Name());
    }
  }

  // The one given, else the one there was.
  absl::Status TakeTarget() {
    if (!HasTarget(asked_)) {
      if (before_ && HasTarget(*before_)) CopyTarget(*before_);
      return absl::OkStatus();
    }
    CopyTarget(asked_);
    auto stored = asked_.has_supplier() ? ReadSupplierTarget() : ReadRecordTarget();
    if (!stored.ok()) return stored.status();
    if (!carrier_.empty() && carrier_ != stored->name) {
      return InvalidField("identifier", absl::StrCat("leads to ", carrier_, ", the target is ",
                                                     stored->name, ": correct one of both"));
    }
    if (asked_.has_source_record()) {
      target_records_ = {asked_.source_record()};
      return absl::OkStatus();
    }
    SubjectBuilder builder(view_);
    if (absl::Status added = builder.AddSupplier(*stored); !added.ok()) return added;
    AddRecords(builder.Finish(), &target_records_);
    return absl::OkStatus();
  }

  void CopyTarget(const v1::Vendor& from) {
    if (from.has_supplier()) entry_.set_supplier(from.supplier());
    if (from.has_source_record()) entry_.set_source_record(from.source_record());
  }

  absl::StatusOr<storage::StoredSupplier> ReadSupplierTarget() const {
    absl::string_view id = asked_.supplier();
    if (!absl::ConsumePrefix(&id, "suppliers/") || id.empty()) {
      return InvalidField("supplier", "must be suppliers/{supplier}");
    }
    auto stored = view_.GetSupplier(id);
    if (!stored.ok()) return stored.status();
    if (!stored->has_value()) return SupplierNotFound(asked_.supplier());
    return **std::move(stored);
  }

  absl::StatusOr<storage::StoredSupplier> ReadRecordTarget() const {
    const auto ref = storage::RecordRef::FromName(asked_.source_record());
    if (!ref) return InvalidField("source_record", "must be datasets/{dataset}/records/{key}");
    auto stored = view_.SupplierOf(*ref);
    if (!stored.ok()) return stored.status();
    if (!stored->has_value()) return RecordNotFound(asked_.source_record());
    return **std::move(stored);
  }

  // Whether somebody confirmed this target already.
  bool WasConfirmed() const {
    return before_ && before_->basis() == v1::VENDOR_BASIS_HUMAN_CONFIRMED &&
           SameTarget(*before_, entry_);
  }

  absl::Status Bind() {
    if (asked_.confirmed() || WasConfirmed()) return BindToTarget();
    const bool same_identifier = before_ && before_->has_identifier() &&
                                 before_->identifier().scheme() == entry_.identifier().scheme() &&
                                 before_->identifier().value() == entry_.identifier().value();
    if (same_identifier && before_->basis() == v1::VENDOR_BASIS_IDENTIFIER_MATCH) {
      entry_.set_basis(v1::VENDOR_BASIS_IDENTIFIER_MATCH);
      *entry_.mutable_bound_records() = before_->bound_records();
    } else if (!carrier_.empty()) {
      entry_.set_basis(v1::VENDOR_BASIS_IDENTIFIER_MATCH);
      BindTo(carried_by_);
    } else {
      entry_.set_basis(v1::VENDOR_BASIS_ASSERTED);
      KeepOrBindTo(target_records_);
    }
    return absl::OkStatus();
  }

  // A person's word binds anew only where what it was bound to does not hold.
  absl::Status BindToTarget() {
    entry_.set_basis(v1::VENDOR_BASIS_HUMAN_CONFIRMED);
    if (!WasConfirmed()) {
      BindTo(target_records_);
      return absl::OkStatus();
    }
    *entry_.mutable_bound_records() = before_->bound_records();
    if (!asked_.confirmed()) return absl::OkStatus();
    auto subject = WeighVendor(view_, identifiers_, entry_);
    if (!subject.ok()) return subject.status();
    if (subject->vendor->state() == v1::VENDOR_STATE_REOPENED) BindTo(target_records_);
    return absl::OkStatus();
  }

  void BindTo(const std::vector<std::string>& records) {
    entry_.mutable_bound_records()->Assign(records.begin(), records.end());
  }

  // A target that was not named again stays bound as it was.
  void KeepOrBindTo(const std::vector<std::string>& records) {
    const bool same = before_ && HasTarget(entry_) && SameTarget(*before_, entry_);
    if (same && before_->basis() == v1::VENDOR_BASIS_ASSERTED) {
      *entry_.mutable_bound_records() = before_->bound_records();
    } else {
      BindTo(records);
    }
  }

  const storage::View& view_;
  const IdentifierCatalogue& identifiers_;
  const v1::Vendor& asked_;
  const std::optional<v1::Vendor>& before_;
  v1::Vendor entry_;
  std::string carrier_;                      // the one supplier of the identifier
  std::vector<std::string> carried_by_;      // its records
  std::vector<std::string> target_records_;  // of a target that was given
};

}  // namespace

absl::StatusOr<v1::Vendor> MakeVendorEntry(const storage::View& view,
                                           const IdentifierCatalogue& identifiers,
                                           const v1::Vendor& asked,
                                           const std::optional<v1::Vendor>& before,
                                           const SetBy& set_by) {
  return Making(view, identifiers, asked, before).Run(set_by);
}

}  // namespace probity::screening
