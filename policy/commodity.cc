#include "policy/commodity.h"

#include "absl/strings/match.h"
#include "base/names.h"

namespace probity::policy {
namespace {

std::string Digits(absl::string_view code) {
  std::string digits;
  for (char c : code) {
    if (c >= '0' && c <= '9') digits += c;
  }
  return digits;
}

}  // namespace

std::string NormalizeCode(const v1::CommodityCode& code) {
  switch (code.scheme()) {
    case v1::COMMODITY_SCHEME_HS:
      return Digits(code.code());
    case v1::COMMODITY_SCHEME_CPV: {
      std::string digits = Digits(code.code()).substr(0, 8);
      while (digits.size() > 2 && digits.back() == '0') digits.pop_back();
      return digits;
    }
    default:
      return FoldName(code.code());
  }
}

CodeRelation Relate(const v1::CommodityCode& asked, const v1::CommodityCode& on_record) {
  if (asked.scheme() != on_record.scheme()) return CodeRelation::kOtherScheme;
  return RelateNormalized(asked.scheme(), NormalizeCode(asked), NormalizeCode(on_record));
}

CodeRelation RelateNormalized(v1::CommodityScheme scheme, absl::string_view asked,
                              absl::string_view on_record) {
  if (asked.empty() || on_record.empty()) return CodeRelation::kUnrelated;
  if (asked == on_record) return CodeRelation::kEqual;
  const bool has_levels = scheme == v1::COMMODITY_SCHEME_HS || scheme == v1::COMMODITY_SCHEME_CPV;
  if (has_levels && absl::StartsWith(asked, on_record)) return CodeRelation::kInside;
  if (has_levels && absl::StartsWith(on_record, asked)) return CodeRelation::kAround;
  return CodeRelation::kUnrelated;
}

}  // namespace probity::policy
