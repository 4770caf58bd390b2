#include "screening/validate.h"

#include <algorithm>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "base/names.h"

namespace probity::screening {
namespace {

constexpr int kMaxAcceptedSchemes = 20;
constexpr size_t kMaxCommodityBytes = 256;

bool IsCpv(absl::string_view code) {
  const size_t dash = code.find('-');
  if (dash != absl::string_view::npos) {
    if (dash != 8 || code.size() != 10 || code[9] < '0' || code[9] > '9') return false;
    code = code.substr(0, dash);
  }
  return code.size() >= 2 && code.size() <= 8 &&
         std::all_of(code.begin(), code.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool IsHs(absl::string_view code) {
  size_t digits = 0;
  for (char c : code) {
    if (c == '.') continue;
    if (c < '0' || c > '9') return false;
    ++digits;
  }
  return digits == 2 || digits == 4 || digits == 6;
}

}  // namespace

absl::Status ValidateText(absl::string_view field, absl::string_view text, size_t limit) {
  if (text.size() <= limit) return absl::OkStatus();
  return LimitExceeded(field, static_cast<int64_t>(limit), static_cast<int64_t>(text.size()));
}

absl::Status ValidatePlace(absl::string_view field, absl::string_view code) {
  bool well = code.size() >= 2 && absl::ascii_isupper(code[0]) && absl::ascii_isupper(code[1]);
  if (well && code.size() > 2) {
    well = code[2] == '-' && code.size() >= 4 && code.size() <= 6;
    for (size_t i = 3; well && i < code.size(); ++i) {
      well = absl::ascii_isupper(code[i]) || absl::ascii_isdigit(code[i]);
    }
  }
  return well ? absl::OkStatus()
              : InvalidField(field, "must be an ISO 3166-1 alpha-2 or ISO 3166-2 code");
}

absl::Status ValidateScheme(absl::string_view field, const policy::SchemeCatalogue& schemes,
                            absl::string_view id) {
  return id.empty() || schemes.Find(id) != nullptr ? absl::OkStatus() : UnknownScheme(field, id);
}

absl::Status ValidateAcceptedSchemes(
    const policy::SchemeCatalogue& schemes,
    const google::protobuf::RepeatedPtrField<v1::AcceptedScheme>& accepted,
    absl::string_view field) {
  if (accepted.empty()) return InvalidField(field, "name at least one scheme");
  if (accepted.size() > kMaxAcceptedSchemes) {
    return LimitExceeded(field, kMaxAcceptedSchemes, accepted.size());
  }
  std::set<std::string> seen;
  for (int i = 0; i < accepted.size(); ++i) {
    const v1::AcceptedScheme& one = accepted[i];
    const policy::Scheme* scheme = schemes.Find(one.scheme_id());
    const std::string path = absl::StrCat(field, "[", i, "]");
    const std::string id = absl::StrCat(path, ".scheme_id");
    if (scheme == nullptr) return UnknownScheme(id, one.scheme_id());
    if (!seen.insert(one.scheme_id()).second) return InvalidField(id, "is named twice");
    if (!one.minimum_grade().empty() && !scheme->GradeRank(one.minimum_grade())) {
      return InvalidField(absl::StrCat(path, ".minimum_grade"),
                          absl::StrCat("is no grade of ", scheme->id));
    }
  }
  return absl::OkStatus();
}

absl::Status ValidateCommodity(const v1::CommodityCode& code, absl::string_view field) {
  const std::string path = absl::StrCat(field, ".code");
  if (absl::Status status = ValidateText(path, code.code(), kMaxCommodityBytes); !status.ok()) {
    return status;
  }
  switch (code.scheme()) {
    case v1::COMMODITY_SCHEME_HS:
      if (!IsHs(code.code())) return InvalidField(path, "an HS code has 2, 4 or 6 digits");
      return absl::OkStatus();
    case v1::COMMODITY_SCHEME_CPV:
      if (!IsCpv(code.code())) {
        return InvalidField(path, "a CPV code has 2 to 8 digits, or 8 and its check digit");
      }
      return absl::OkStatus();
    case v1::COMMODITY_SCHEME_PUBLISHER:
      if (FoldName(code.code()).empty()) return InvalidField(path, "is empty");
      return absl::OkStatus();
    default:
      return InvalidField(absl::StrCat(field, ".scheme"), "must be HS, CPV or PUBLISHER");
  }
}

}  // namespace probity::screening
