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
  const std::string a = NormalizeCode(asked);
  const std::string r = NormalizeCode(on_record);
  if (a.empty() || r.empty()) return CodeRelation::kUnrelated;
  if (a == r) return CodeRelation::kEqual;
  const bool has_levels =
      asked.scheme() == v1::COMMODITY_SCHEME_HS || asked.scheme() == v1::COMMODITY_SCHEME_CPV;
  if (has_levels && absl::StartsWith(a, r)) return CodeRelation::kInside;
  if (has_levels && absl::StartsWith(r, a)) return CodeRelation::kAround;
  return CodeRelation::kUnrelated;
}

}  // namespace probity::policy
