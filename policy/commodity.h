// Comparing goods and service codes by prefix.
#ifndef PROBITY_POLICY_COMMODITY_H_
#define PROBITY_POLICY_COMMODITY_H_

#include <string>

#include "absl/strings/string_view.h"
#include "probity/v1/common.pb.h"

namespace probity::policy {

// How an asked code lies to a code on record.
enum class CodeRelation {
  kUnrelated,
  kEqual,
  kInside,       // the asked code is narrower: asked 520100, on record 52
  kAround,       // the asked code is broader: asked 52, on record 5201
  kOtherScheme,  // HS against CPV: nothing can be said
};

// Digits alone for HS and CPV, CPV without check digit ("90910000-9") and
// without the zeros that only pad its level; folded words for PUBLISHER.
std::string NormalizeCode(const v1::CommodityCode& code);

// PUBLISHER names are equal or unrelated.
CodeRelation Relate(const v1::CommodityCode& asked, const v1::CommodityCode& on_record);
// The same of codes of one scheme that NormalizeCode gave.
CodeRelation RelateNormalized(v1::CommodityScheme scheme, absl::string_view asked,
                              absl::string_view on_record);

}  // namespace probity::policy

#endif  // PROBITY_POLICY_COMMODITY_H_
