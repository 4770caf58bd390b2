#include "ingest/ofac_remarks.h"

#include <algorithm>
#include <array>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/civil_day.h"

namespace probity::ingest {
namespace {

using absl::string_view;

bool IsDigits(string_view text, size_t size) {
  return text.size() == size && std::all_of(text.begin(), text.end(), absl::ascii_isdigit);
}
bool IsAlnum(string_view text, size_t size) {
  return text.size() == size && std::all_of(text.begin(), text.end(), absl::ascii_isalnum);
}

// OGRN: the last digit is the others modulo 11, modulo 10 (Federal Tax Service, Russia).
bool IsOgrn(string_view text) {
  uint64_t number = 0;
  if (!IsDigits(text, 13) || !absl::SimpleAtoi(text.substr(0, 12), &number)) return false;
  return number % 11 % 10 == static_cast<uint64_t>(text[12] - '0');
}

// INN of an organisation: weights 2 4 10 3 5 9 4 6 8, modulo 11, modulo 10.
bool IsInn(string_view text) {
  constexpr std::array<int, 9> kWeights = {2, 4, 10, 3, 5, 9, 4, 6, 8};
  if (!IsDigits(text, 10)) return false;
  int sum = 0;
  for (size_t i = 0; i < kWeights.size(); ++i) sum += kWeights[i] * (text[i] - '0');
  return sum % 11 % 10 == text[9] - '0';
}

bool IsLei(string_view text) { return IsAlnum(text, 20); }
bool IsUscc(string_view text) { return IsAlnum(text, 18) && text[0] != '0'; }
bool IsDuns(string_view text) { return IsDigits(absl::StrReplaceAll(text, {{"-", ""}}), 9); }
bool IsImo(string_view text) { return IsDigits(text, 7); }
// Not that of a person, which is 3-2-4.
bool IsEin(string_view text) {
  return text.size() == 10 && text[2] == '-' && IsDigits(text.substr(0, 2), 2) &&
         IsDigits(text.substr(3), 7);
}
bool IsCompanyNumber(string_view text) {
  return IsDigits(text, 8) ||
         (IsAlnum(text, 8) && absl::ascii_isalpha(text[0]) && IsDigits(text.substr(2), 6));
}
bool IsHongKongNumber(string_view text) {
  return text.size() >= 5 && text.size() <= 8 && IsDigits(text, text.size());
}

// A kind of numbers. Those with `checked` digits say themselves that they are of the
// country.
struct Number {
  string_view label, country, scheme;
  bool (*fits)(string_view);
  bool checked = false;
};
constexpr Number kNumbers[] = {
    {"Legal Entity Number ", "", "XI-LEI", &IsLei},
    {"D-U-N-S Number ", "", "XI-DUNS", &IsDuns},
    {"Vessel Registration Identification IMO ", "", "IMO", &IsImo},
    {"Unified Social Credit Code (USCC) ", "CN", "CN-SAIC", &IsUscc},
    {"Registration ID ", "RU", "RU-OGRN", &IsOgrn, true},
    {"Registration Number ", "RU", "RU-OGRN", &IsOgrn, true},
    {"Public Registration Number ", "RU", "RU-OGRN", &IsOgrn, true},
    {"Tax ID No. ", "RU", "RU-INN", &IsInn, true},
    {"Tax ID No. ", "US", "US-EIN", &IsEin},
    {"US FEIN ", "", "US-EIN", &IsEin},
    {"UK Company Number ", "", "GB-COH", &IsCompanyNumber},
    {"Company Number ", "GB", "GB-COH", &IsCompanyNumber},
    {"Company Number ", "HK", "HK-CR", &IsHongKongNumber},
    {"C.R. No. ", "HK", "HK-CR", &IsHongKongNumber},
};

// "2 Feb 1962", "Feb 1962", "1962"; what is said to be about, or a range, is no date.
std::optional<v1::Date> ReadDay(string_view text) {
  static constexpr std::array<string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::vector<string_view> parts =
      absl::StrSplit(absl::StripAsciiWhitespace(text), ' ', absl::SkipEmpty());
  if (parts.empty() || parts.size() > 3) return std::nullopt;
  v1::Date day;
  int year = 0, number = 0;
  if (!absl::SimpleAtoi(parts.back(), &year)) return std::nullopt;
  day.set_year(year);
  if (parts.size() > 1) {
    const auto month = std::find(kMonths.begin(), kMonths.end(), parts[parts.size() - 2]);
    if (month == kMonths.end()) return std::nullopt;
    day.set_month(static_cast<int>(month - kMonths.begin()) + 1);
  }
  if (parts.size() > 2) {
    if (!absl::SimpleAtoi(parts[0], &number)) return std::nullopt;
    day.set_day(number);
  }
  return IsValidDate(day) ? std::optional<v1::Date>(day) : std::nullopt;
}

// "7702070139 (Russia)" as the number and the country's code.
std::pair<string_view, std::string> SplitCountry(string_view text, const Countries& countries) {
  const size_t open = text.rfind('(');
  if (open == string_view::npos || !absl::EndsWith(text, ")")) {
    return {absl::StripAsciiWhitespace(text), ""};
  }
  const string_view name = text.substr(open + 1, text.size() - open - 2);
  std::string code = countries.FromName(name);
  return {absl::StripAsciiWhitespace(text.substr(0, open)), code.empty() ? "?" : code};
}

void TakeNumber(string_view part, string_view country, const Countries& countries,
                OfacRemarks* out) {
  absl::ConsumePrefix(&part, "alt. ");
  for (const Number& kind : kNumbers) {
    string_view rest = part;
    if (!absl::ConsumePrefix(&rest, kind.label)) continue;
    const auto [number, own] = SplitCountry(rest, countries);
    if (!kind.fits(number)) continue;
    const string_view of = own.empty() && kind.checked ? country : string_view(own);
    if (!kind.country.empty() && of != kind.country) continue;
    v1::Identifier& identifier = out->identifiers.emplace_back();
    identifier.set_scheme(std::string(kind.scheme));
    identifier.set_value(std::string(number));
    return;
  }
}

// "a.k.a. 'SBRF'"
void TakeName(string_view part, OfacRemarks* out) {
  const bool is_name = absl::ConsumePrefix(&part, "a.k.a. '") ||
                       absl::ConsumePrefix(&part, "f.k.a. '") ||
                       absl::ConsumePrefix(&part, "n.k.a. '");
  if (!is_name || !absl::ConsumeSuffix(&part, "'") || part.empty()) return;
  out->weak_names.emplace_back(part);
}

// "(CMIC) 03 Jun 2021", "(EO 14024 Directive 2): 24 Feb 2022"
void TakeDated(string_view rest, std::vector<std::pair<std::string, v1::Date>>* days) {
  const size_t close = rest.find(')');
  if (!absl::ConsumePrefix(&rest, "(") || close == string_view::npos) return;
  const std::string about = absl::StrReplaceAll(rest.substr(0, close - 1), {{" ", ""}});
  rest.remove_prefix(close);
  absl::ConsumePrefix(&rest, ":");
  const auto day = ReadDay(rest);
  if (day.has_value()) days->emplace_back(about, *day);
}

void TakeDay(string_view part, OfacRemarks* out) {
  if (absl::ConsumePrefix(&part, "Listing Date ")) return TakeDated(part, &out->listed);
  if (absl::ConsumePrefix(&part, "Effective Date ")) return TakeDated(part, &out->effective);
  absl::ConsumePrefix(&part, "alt. ");
  const bool is_birth = absl::ConsumePrefix(&part, "DOB ");
  if (!is_birth && !absl::ConsumePrefix(&part, "Organization Established Date ")) return;
  // One that is about makes several of them uncertain too.
  const auto day = ReadDay(part);
  (is_birth ? out->births : out->foundings).push_back(day.value_or(v1::Date()));
}

}  // namespace

OfacRemarks ReadOfacRemarks(string_view remarks, string_view country, const Countries& countries) {
  OfacRemarks out;
  remarks = absl::StripSuffix(absl::StripAsciiWhitespace(remarks), ".");
  for (string_view part : absl::StrSplit(remarks, ';')) {
    part = absl::StripAsciiWhitespace(part);
    TakeNumber(part, country, countries, &out);
    TakeName(part, &out);
    TakeDay(part, &out);
    if (absl::ConsumePrefix(&part, "Nationality of Registration ")) {
      out.registered_in = countries.FromName(part);
    }
  }
  return out;
}

}  // namespace probity::ingest
