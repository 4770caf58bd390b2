#include "cli/parse.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/civil_time.h"
#include "cli/text.h"

namespace probity::cli {
namespace {

bool AllDigits(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), absl::ascii_isdigit);
}

absl::StatusOr<v1::CommodityCode> Code(v1::CommodityScheme scheme, absl::string_view code) {
  if (code.size() < 2 || code.size() > 8 || !AllDigits(code)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "\"", code, "\" is no commodity code: HS:5205 (2, 4 or 6 digits) or CPV:90910000"));
  }
  v1::CommodityCode commodity;
  commodity.set_scheme(scheme);
  commodity.set_code(std::string(code));
  return commodity;
}

}  // namespace

absl::StatusOr<v1::Date> ParseDay(absl::string_view text) {
  const auto error =
      absl::InvalidArgumentError(absl::StrCat("\"", text, "\" is no day: write it as 2024-05-31"));
  const std::vector<absl::string_view> parts = absl::StrSplit(text, '-');
  if (parts.size() != 3 || parts[0].size() != 4 || parts[1].size() != 2 || parts[2].size() != 2) {
    return error;
  }
  int year = 0, month = 0, day = 0;
  for (const auto part : parts) {
    if (!AllDigits(part)) return error;
  }
  if (!absl::SimpleAtoi(parts[0], &year) || !absl::SimpleAtoi(parts[1], &month) ||
      !absl::SimpleAtoi(parts[2], &day)) {
    return error;
  }
  const absl::CivilDay civil(year, month, day);
  if (year < 1 || civil.year() != year || civil.month() != month || civil.day() != day) {
    return absl::InvalidArgumentError(absl::StrCat("\"", text, "\" is a day that does not exist"));
  }
  v1::Date date;
  date.set_year(year);
  date.set_month(month);
  date.set_day(day);
  return date;
}

absl::StatusOr<v1::Date> ParseDate(absl::string_view text) {
  // What is not given is completed, so that one function knows the calendar.
  const size_t known = text.size();
  const bool partial = known == 4 || known == 7;
  auto date = ParseDay(partial ? absl::StrCat(text, known == 4 ? "-01-01" : "-01") : text);
  if (!date.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", text, "\" is no date: write it as 2024-05-31, 2024-05 or 2024"));
  }
  if (partial) date->clear_day();
  if (known == 4) date->clear_month();
  return date;
}

absl::StatusOr<double> ParseScore(absl::string_view text) {
  double score = 0;
  if (absl::SimpleAtod(text, &score) && score >= 0 && score <= 1) return score;
  return absl::InvalidArgumentError(absl::StrCat("\"", text, "\" is no score: 0 to 1"));
}

absl::StatusOr<v1::Identifier> ParseIdentifier(absl::string_view text) {
  const size_t colon = text.find(':');
  if (colon == absl::string_view::npos || colon == 0 || colon + 1 == text.size()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "\"", text, "\" is no identifier: write SCHEME:VALUE, for example GB-COH:04830352"));
  }
  v1::Identifier identifier;
  identifier.set_scheme(absl::AsciiStrToUpper(text.substr(0, colon)));
  identifier.set_value(std::string(text.substr(colon + 1)));
  return identifier;
}

absl::StatusOr<v1::VendorNumber> ParseVendor(absl::string_view text) {
  // The number is the rest: it may hold slashes.
  const std::vector<std::string> parts = absl::StrSplit(text, absl::MaxSplits('/', 2));
  if (parts.size() != 3 || parts[0].empty() || parts[2].empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", text,
                     "\" is no vendor number: write SYSTEM/COMPANY/NUMBER, for example "
                     "SAP-PRD/1000/0004711, or SYSTEM//NUMBER without a company code"));
  }
  v1::VendorNumber number;
  number.set_system(parts[0]);
  number.set_company_code(parts[1]);
  number.set_number(parts[2]);
  return number;
}

absl::StatusOr<v1::SubjectRef> ParseSubject(absl::string_view text) {
  v1::SubjectRef subject;
  constexpr absl::string_view kVendorPrefix = "vendor:";
  if (absl::StartsWith(text, kVendorPrefix)) {
    auto vendor = ParseVendor(text.substr(kVendorPrefix.size()));
    if (!vendor.ok()) return vendor.status();
    *subject.mutable_vendor() = *std::move(vendor);
    return subject;
  }
  if (absl::StartsWith(text, "suppliers/")) {
    subject.set_supplier(std::string(text));
    return subject;
  }
  if (absl::StartsWith(text, "datasets/")) {
    subject.set_source_record(std::string(text));
    return subject;
  }
  auto identifier = ParseIdentifier(text);
  if (!identifier.ok()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "\"", text,
        "\" names nobody: write SCHEME:VALUE, vendor:SYSTEM/COMPANY/NUMBER, suppliers/ID or "
        "datasets/D/records/KEY"));
  }
  *subject.mutable_identifier() = *std::move(identifier);
  return subject;
}

absl::StatusOr<v1::CommodityCode> ParseHs(absl::string_view code) {
  return Code(v1::COMMODITY_SCHEME_HS, code);
}

absl::StatusOr<v1::CommodityCode> ParseCpv(absl::string_view code) {
  return Code(v1::COMMODITY_SCHEME_CPV, code.substr(0, code.find('-')));
}

absl::StatusOr<v1::CommodityCode> ParseCommodity(absl::string_view text) {
  if (absl::StartsWithIgnoreCase(text, "HS:")) return ParseHs(text.substr(3));
  if (absl::StartsWithIgnoreCase(text, "CPV:")) return ParseCpv(text.substr(4));
  if (absl::StripAsciiWhitespace(text).empty()) {
    return absl::InvalidArgumentError("no commodity given: HS:5205, CPV:90910000 or words");
  }
  v1::CommodityCode commodity;
  commodity.set_scheme(v1::COMMODITY_SCHEME_PUBLISHER);
  commodity.set_code(std::string(text));
  return commodity;
}

absl::StatusOr<v1::AcceptedScheme> ParseAcceptedScheme(absl::string_view text) {
  const std::vector<std::string> parts = absl::StrSplit(text, ':');
  if (parts[0].empty() || parts.size() > 3) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", text, "\" is no scheme: write ID, ID:GRADE or ID:GRADE:COC_MODEL"));
  }
  v1::AcceptedScheme scheme;
  scheme.set_scheme_id(parts[0]);
  if (parts.size() > 1) scheme.set_minimum_grade(parts[1]);
  if (parts.size() > 2) {
    const auto model = ParseEnum<v1::CocModel>(parts[2]);
    if (!model.ok()) return model.status();
    scheme.set_minimum_coc_model(*model);
  }
  return scheme;
}

absl::StatusOr<std::string> ParseText(absl::string_view text) { return std::string(text); }

absl::StatusOr<std::string> ParseCountry(absl::string_view text) {
  return absl::AsciiStrToUpper(text);
}

absl::StatusOr<std::string> ParseDigest(absl::string_view text) {
  const bool is_hex =
      text.size() == 64 && std::all_of(text.begin(), text.end(), absl::ascii_isxdigit);
  if (is_hex) return absl::HexStringToBytes(text);
  std::string bytes;
  if (absl::Base64Unescape(text, &bytes) && bytes.size() == 32) return bytes;
  return absl::InvalidArgumentError(
      absl::StrCat("\"", text, "\" is no digest: 64 hex digits, or base64 of 32 bytes"));
}

absl::StatusOr<std::string> ParsePolicy(absl::string_view text) {
  if (text.empty()) return absl::InvalidArgumentError("name a policy");
  const bool full = text.substr(0, 9) == "policies/";
  return full ? std::string(text) : absl::StrCat("policies/", text);
}

absl::StatusOr<int> ParseCount(absl::string_view text) {
  int count = 0;
  if (absl::SimpleAtoi(text, &count) && count >= 0) return count;
  return absl::InvalidArgumentError(absl::StrCat("\"", text, "\" is no whole number of 0 or more"));
}

absl::StatusOr<std::string> ParseDatasetName(absl::string_view text) {
  return absl::StartsWith(text, "datasets/") ? std::string(text) : absl::StrCat("datasets/", text);
}

absl::StatusOr<int> ParseEnum(const google::protobuf::EnumDescriptor* type,
                              absl::string_view text) {
  const std::string wanted = absl::StrReplaceAll(absl::AsciiStrToUpper(text), {{"-", "_"}});
  for (int i = 0; i < type->value_count(); ++i) {
    const int number = type->value(i)->number();
    if (number != 0 && EnumName(type, number) == wanted) return number;
  }
  return absl::InvalidArgumentError(
      absl::StrCat("\"", text, "\" is none of ", absl::StrJoin(EnumChoices(type), ", ")));
}

}  // namespace probity::cli
