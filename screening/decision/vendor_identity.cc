#include "screening/decision/vendor_identity.h"

namespace probity::screening {
namespace {

bool GoesByIdentifier(const v1::Vendor& vendor) {
  return vendor.has_identifier() && (vendor.basis() == v1::VENDOR_BASIS_IDENTIFIER_MATCH ||
                                     vendor.target_case() == v1::Vendor::TARGET_NOT_SET);
}

}  // namespace

v1::ScreenedSubject AskedByVendor(v1::ScreenedSubject asked, const v1::Vendor& vendor) {
  if (asked.name().empty()) asked.set_name(vendor.display_name());
  if (asked.country().empty()) asked.set_country(vendor.country());
  if (GoesByIdentifier(vendor)) *asked.mutable_ref()->mutable_identifier() = vendor.identifier();
  return asked;
}

void AddVendorFaults(const v1::Vendor& vendor, v1::SubjectEvidence* evidence) {
  switch (vendor.state()) {
    case v1::VENDOR_STATE_NOT_FOUND:
      evidence->add_faults(v1::IDENTITY_FAULT_VENDOR_UNKNOWN);
      break;
    case v1::VENDOR_STATE_ASSERTED:
      evidence->add_faults(v1::IDENTITY_FAULT_VENDOR_NOT_CONFIRMED);
      break;
    case v1::VENDOR_STATE_REOPENED:
      evidence->add_faults(v1::IDENTITY_FAULT_VENDOR_REOPENED);
      break;
    default:
      break;
  }
  if (!vendor.has_identifier() && vendor.suppliers().empty()) {
    evidence->add_faults(v1::IDENTITY_FAULT_NO_IDENTIFIER);
  }
}

}  // namespace probity::screening
