// From a purchase to the closed bundle: everything that the verdict will be drawn
// from, over one view. Used by screening, preview, watch and replay alike.
#ifndef PROBITY_SCREENING_DECISION_GATHER_H_
#define PROBITY_SCREENING_DECISION_GATHER_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "policy/needs.h"
#include "probity/v1/decision.pb.h"
#include "probity/v1/screening_service.pb.h"
#include "screening/decision/personal.h"
#include "screening/decision/shelf.h"

namespace probity::screening {

struct Gathered {
  // Without policies, engine and authority, which the caller knows.
  v1::EvidenceBundle bundle;
  // The texts behind the bundle's digests, in its order.
  std::vector<v1::PersonalText> personal;
  // suppliers/{supplier} of the supplier itself; empty: nobody on record.
  std::string supplier;
};

// Limits of a purchase.
inline constexpr int kMaxItems = 200;
inline constexpr int kMaxInputs = 50;
inline constexpr int kMaxParties = 50;
inline constexpr int kMaxDeclarations = 50;
inline constexpr int kMaxRequirements = 20;

// Gathers for the request, whose consistency and as_of were obeyed by choosing
// the view and the day. Equal view, request, needs and salts: equal bundle.
//   INVALID_ARGUMENT / INVALID_FIELD, LIMIT_EXCEEDED, UNKNOWN_IDENTIFIER_SCHEME,
//   IDENTIFIER_CHECK_FAILED, UNKNOWN_SCHEME; NOT_FOUND / SUPPLIER_NOT_FOUND for a
//   supplier by name; UNAVAILABLE / INDEX_NOT_READY; errors of `asking`.
absl::StatusOr<Gathered> Gather(const Shelf& shelf, const When& when, const policy::Needs& needs,
                                const v1::ScreenSupplierRequest& request, SaltSource salts);

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_DECISION_GATHER_H_
