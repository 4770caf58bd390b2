#include "base/identifiers.h"

#include <algorithm>
#include <map>
#include <regex>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/errors.h"
#include "base/hash.h"
#include "base/tables.h"

namespace probity {
namespace {

using v1::IDENTIFIER_CHECK_FAILED;
using v1::IDENTIFIER_CHECK_NOT_CHECKED;
using v1::IDENTIFIER_CHECK_OK;
using v1::IdentifierCheck;

constexpr size_t kMaxSchemeBytes = 32;
constexpr size_t kMaxValueBytes = 256;
constexpr absl::string_view kVatPrefix = "EU-VAT-";

// Shapes of VAT numbers without the country prefix, European Commission, VIES
// FAQ Q11 (read 2026-11); XI is Northern Ireland.
// Compiled once: a load of a million numbers asks for them as often.
const std::map<std::string, std::regex>& VatShapes() {
  const auto regex = [](const char* shape) { return std::regex(shape, std::regex::optimize); };
  static const auto* shapes =
      new std::map<std::string, std::regex>{{"AT", regex("U[0-9]{8}")},
                                            {"BE", regex("[01][0-9]{9}")},
                                            {"BG", regex("[0-9]{9,10}")},
                                            {"CY", regex("[0-9]{8}[A-Z]")},
                                            {"CZ", regex("[0-9]{8,10}")},
                                            {"DE", regex("[0-9]{9}")},
                                            {"DK", regex("[0-9]{8}")},
                                            {"EE", regex("[0-9]{9}")},
                                            {"EL", regex("[0-9]{9}")},
                                            {"ES", regex("[0-9A-Z][0-9]{7}[0-9A-Z]")},
                                            {"FI", regex("[0-9]{8}")},
                                            {"FR", regex("[0-9A-Z]{2}[0-9]{9}")},
                                            {"HR", regex("[0-9]{11}")},
                                            {"HU", regex("[0-9]{8}")},
                                            {"IE", regex("[0-9][0-9A-Z+*][0-9]{5}[A-Z]{1,2}")},
                                            {"IT", regex("[0-9]{11}")},
                                            {"LT", regex("([0-9]{9}|[0-9]{12})")},
                                            {"LU", regex("[0-9]{8}")},
                                            {"LV", regex("[0-9]{11}")},
                                            {"MT", regex("[0-9]{8}")},
                                            {"NL", regex("[0-9A-Z+*]{12}")},
                                            {"PL", regex("[0-9]{10}")},
                                            {"PT", regex("[0-9]{9}")},
                                            {"RO", regex("[0-9]{2,10}")},
                                            {"SE", regex("[0-9]{12}")},
                                            {"SI", regex("[0-9]{8}")},
                                            {"SK", regex("[0-9]{10}")},
                                            {"XI", regex("([0-9]{9}|[0-9]{12}|(GD|HA)[0-9]{3})")}};
  return *shapes;
}

IdentifierCheck Check(bool ok) { return ok ? IDENTIFIER_CHECK_OK : IDENTIFIER_CHECK_FAILED; }

bool AllDigits(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), absl::ascii_isdigit);
}

// Upper case, without the characters of `drop`.
std::string Squeeze(absl::string_view value, absl::string_view drop) {
  std::string out;
  for (char c : value) {
    if (!absl::StrContains(drop, c)) out.push_back(absl::ascii_toupper(c));
  }
  return out;
}

// ISO 17442: 20 characters, ISO 7064 MOD 97-10 of the whole equals 1.
IdentifierCheck CheckLei(const std::string& lei) {
  if (lei.size() != 20) return IDENTIFIER_CHECK_FAILED;
  int remainder = 0;
  for (char c : lei) {
    if (absl::ascii_isdigit(c)) {
      remainder = (remainder * 10 + (c - '0')) % 97;
    } else if (absl::ascii_isupper(c)) {
      remainder = (remainder * 100 + (c - 'A' + 10)) % 97;
    } else {
      return IDENTIFIER_CHECK_FAILED;
    }
  }
  return Check(remainder == 1);
}

// One check digit of a CNPJ over the first `count` digits: weights 2..9 from
// the right, modulus 11 (Receita Federal).
char CnpjDigit(const std::string& cnpj, int count) {
  int sum = 0;
  for (int i = 0; i < count; ++i) sum += (cnpj[i] - '0') * (2 + (count - 1 - i) % 8);
  const int rest = sum % 11;
  return static_cast<char>('0' + (rest < 2 ? 0 : 11 - rest));
}

IdentifierCheck CheckCnpj(const std::string& cnpj) {
  return Check(cnpj.size() == 14 && AllDigits(cnpj) && cnpj[12] == CnpjDigit(cnpj, 12) &&
               cnpj[13] == CnpjDigit(cnpj, 13));
}

// IMO ship number: 7 digits, the last is the check digit (weights 7 to 2).
IdentifierCheck CheckImo(const std::string& imo) {
  if (imo.size() != 7 || !AllDigits(imo)) return IDENTIFIER_CHECK_FAILED;
  int sum = 0;
  for (int i = 0; i < 6; ++i) sum += (imo[i] - '0') * (7 - i);
  return Check(sum % 10 == imo[6] - '0');
}

// Companies House numbers: 8 characters; spreadsheets lose leading zeros.
std::string PadCompanyNumber(std::string number) {
  const size_t letters =
      std::find_if(number.begin(), number.end(), absl::ascii_isdigit) - number.begin();
  if (letters <= 2 && number.size() < 8 && number.size() > letters &&
      AllDigits(absl::string_view(number).substr(letters))) {
    number.insert(letters, 8 - number.size(), '0');
  }
  return number;
}

IdentifierCheck CheckCompanyNumber(const std::string& number) {
  static const std::regex shape("([0-9]{8}|[A-Z]{2}[0-9]{6}|(IP|SP|NP|RS)[0-9A-Z]{6}|R[0-9]{7})");
  return Check(std::regex_match(number, shape));
}

struct Normalized {
  std::string value;
  IdentifierCheck check;
};

// The country prefix is taken off only where what is left has the country's
// shape: a number that begins with the same letters is not cut.
Normalized NormalizeVat(const std::string& country, absl::string_view value) {
  const std::string number = Squeeze(value, " .-/");
  const std::string prefix = country == "GR" ? "EL" : country;
  auto shape = VatShapes().find(prefix);
  if (shape == VatShapes().end()) return {number, IDENTIFIER_CHECK_NOT_CHECKED};
  const std::regex& pattern = shape->second;
  if (std::regex_match(number, pattern)) return {number, IDENTIFIER_CHECK_OK};
  const bool prefixed =
      absl::StartsWith(number, prefix) || (prefix == "EL" && absl::StartsWith(number, "GR"));
  if (prefixed && std::regex_match(number.substr(2), pattern)) {
    return {number.substr(2), IDENTIFIER_CHECK_OK};
  }
  return {number, IDENTIFIER_CHECK_FAILED};
}

Normalized NormalizeValue(const std::string& scheme, absl::string_view value) {
  if (scheme == "XI-LEI") {
    std::string lei = Squeeze(value, " -");
    return {lei, CheckLei(lei)};
  }
  if (scheme == "GB-COH") {
    std::string number = PadCompanyNumber(Squeeze(value, " -"));
    return {number, CheckCompanyNumber(number)};
  }
  if (scheme == "BR-CNPJ") {
    std::string cnpj = Squeeze(value, " ./-");
    return {cnpj, CheckCnpj(cnpj)};
  }
  if (scheme == "IMO") {
    std::string imo = Squeeze(value, " -");
    if (absl::StartsWith(imo, "IMO") && imo.size() > 3 && absl::ascii_isdigit(imo[3])) {
      imo.erase(0, 3);
    }
    return {imo, CheckImo(imo)};
  }
  if (absl::StartsWith(scheme, kVatPrefix)) {
    return NormalizeVat(scheme.substr(kVatPrefix.size()), value);
  }
  std::string text = absl::AsciiStrToUpper(value);
  absl::RemoveExtraAsciiWhitespace(&text);
  return {text, IDENTIFIER_CHECK_NOT_CHECKED};
}

// CC-WORD with an ISO-like country, or one of org-id.guide's XI, XM, XR.
bool HasSchemeShape(absl::string_view code) {
  if (code.size() < 4 || code.size() > kMaxSchemeBytes || code[2] != '-') return false;
  if (!absl::ascii_isupper(code[0]) || !absl::ascii_isupper(code[1])) return false;
  if (code[0] == 'X' && !absl::StrContains("IMR", code[1])) return false;
  for (char c : code.substr(3)) {
    if (!absl::ascii_isupper(c) && !absl::ascii_isdigit(c) && c != '_' && c != '-') return false;
  }
  return true;
}

bool HasControlCharacter(absl::string_view text) {
  return std::any_of(text.begin(), text.end(), absl::ascii_iscntrl);
}

}  // namespace

struct IdentifierCatalogue::Impl {
  std::map<std::string, IdentifierScheme, std::less<>> schemes;
  std::string digest;
};

absl::StatusOr<IdentifierCatalogue> IdentifierCatalogue::FromCsv(absl::string_view csv) {
  absl::StatusOr<std::vector<TableRow>> rows = ParseTable(csv);
  if (!rows.ok()) return rows.status();
  auto impl = std::make_shared<Impl>();
  for (TableRow& row : *rows) {
    const std::string& identifying = row["identifying"];
    if (row["code"].empty() || (identifying != "true" && identifying != "false")) {
      return absl::InvalidArgumentError(
          absl::StrCat("identifier scheme \"", row["code"],
                       "\": code must be given and identifying be true or false"));
    }
    impl->schemes[row["code"]] = {row["code"], row["title"], identifying == "true"};
  }
  impl->digest = ToHex(Sha256(csv));
  IdentifierCatalogue catalogue;
  catalogue.impl_ = std::move(impl);
  return catalogue;
}

const IdentifierScheme* IdentifierCatalogue::Find(absl::string_view code) const {
  auto found = impl_->schemes.find(code);
  return found == impl_->schemes.end() ? nullptr : &found->second;
}

bool IdentifierCatalogue::IsIdentifying(absl::string_view code) const {
  const IdentifierScheme* scheme = Find(code);
  return scheme != nullptr && scheme->identifying;
}

bool IdentifierCatalogue::IsKnown(absl::string_view code) const {
  return Find(code) != nullptr || HasSchemeShape(code) ||
         (absl::StartsWith(code, kVatPrefix) && code.size() == kVatPrefix.size() + 2);
}

const std::string& IdentifierCatalogue::digest() const { return impl_->digest; }

absl::StatusOr<v1::Identifier> IdentifierCatalogue::Normalize(
    const v1::Identifier& identifier) const {
  const std::string scheme = absl::AsciiStrToUpper(absl::StripAsciiWhitespace(identifier.scheme()));
  if (!IsKnown(scheme)) return UnknownIdentifierScheme(identifier.scheme());
  absl::string_view value = absl::StripAsciiWhitespace(identifier.value());
  if (value.empty()) return InvalidField("value", "is empty");
  if (value.size() > kMaxValueBytes) return InvalidField("value", "is longer than 256 bytes");
  if (HasControlCharacter(value)) return InvalidField("value", "holds control characters");

  Normalized normalized = NormalizeValue(scheme, value);
  if (normalized.value.empty()) return InvalidField("value", "holds no letter or digit");
  v1::Identifier result = identifier;
  result.set_scheme(scheme);
  result.set_check(normalized.check);
  result.clear_raw();
  if (normalized.value != identifier.value()) result.set_raw(identifier.value());
  result.set_value(std::move(normalized.value));
  return result;
}

}  // namespace probity
