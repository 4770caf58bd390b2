#include "screening/decision/request_check.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "screening/decision/purchase_check.h"
#include "screening/subject.h"

namespace probity::screening {
namespace {

absl::Status CheckRef(const Reading& reading, const std::string& field, const v1::SubjectRef& ref) {
  return ResolveSubject(reading.view, reading.comparer.identifiers, ref, field).status();
}

absl::Status CheckSubject(const Reading& reading, const std::string& path,
                          const v1::ScreenedSubject& subject) {
  absl::Status well;
  if (subject.has_ref()) well = CheckRef(reading, absl::StrCat(path, ".ref"), subject.ref());
  if (!well.ok() || subject.name().empty()) return well;
  return ReadName(reading.comparer.matcher, absl::StrCat(path, ".name"), subject.name(),
                  matching::Kind::kAny)
      .status();
}

absl::Status CheckItem(const Reading& reading, const std::string& path,
                       const v1::PurchaseItem& item) {
  absl::Status well;
  if (item.has_manufacturer()) {
    well = CheckSubject(reading, absl::StrCat(path, ".manufacturer"), item.manufacturer());
  }
  if (!well.ok() || !item.has_site()) return well;
  return CheckRef(reading, absl::StrCat(path, ".site.ref"), item.site());
}

// All whom a purchase names besides the supplier.
absl::Status CheckNamed(const Reading& reading, const v1::PurchaseContext& purchase) {
  absl::Status well;
  for (int i = 0; well.ok() && i < purchase.parties_size(); ++i) {
    well = CheckSubject(reading, absl::StrCat("purchase.parties[", i, "].subject"),
                        purchase.parties(i).subject());
  }
  for (int i = 0; well.ok() && i < purchase.items_size(); ++i) {
    well = CheckItem(reading, absl::StrCat("purchase.items[", i, "]"), purchase.items(i));
  }
  for (int i = 0; well.ok() && i < purchase.requirements_size(); ++i) {
    if (!purchase.requirements(i).has_site()) continue;
    well = CheckRef(reading, absl::StrCat("purchase.requirements[", i, "].site"),
                    purchase.requirements(i).site());
  }
  return well;
}

}  // namespace

absl::Status CheckRequest(const Reading& reading, const v1::ScreenSupplierRequest& request) {
  absl::Status well = CheckPurchase(reading.schemes, request);
  if (well.ok()) well = CheckSubject(reading, "subject", request.subject());
  return well.ok() ? CheckNamed(reading, request.purchase()) : well;
}

absl::Status CheckPurchaseOnly(const Reading& reading, const v1::PurchaseContext& purchase) {
  absl::Status well = CheckContext(reading.schemes, purchase);
  return well.ok() ? CheckNamed(reading, purchase) : well;
}

}  // namespace probity::screening
