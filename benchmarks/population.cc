#include "benchmarks/population.h"

#include <iterator>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace probity::benchmarks {
namespace {

struct Country {
  const char* code;
  int share;  // per thousand suppliers
  const char* scheme;
  int digits;  // of a register number
  const char* legal_form;
  const char* city;
};

constexpr Country kCountries[] = {{"CN", 190, "CN-SAIC", 18, "Co., Ltd.", "Ningbo"},
                                  {"IN", 140, "IN-MCA", 21, "Private Limited", "Tiruppur"},
                                  {"BD", 90, "BD-RJSC", 8, "Ltd.", "Gazipur"},
                                  {"VN", 80, "VN-ENT", 10, "Joint Stock Company", "Bien Hoa"},
                                  {"TR", 70, "TR-MERSIS", 16, "Sanayi ve Ticaret A.Ş.", "Denizli"},
                                  {"DE", 100, "DE-CR", 8, "GmbH", "Mönchengladbach"},
                                  {"GB", 90, "GB-COH", 8, "Limited", "Leicester"},
                                  {"FR", 70, "FR-RCS", 9, "SARL", "Saint-Étienne"},
                                  {"IT", 70, "IT-RI", 11, "S.r.l.", "Prato"},
                                  {"ES", 50, "ES-RMC", 8, "S.L.", "Alcoy"},
                                  {"PL", 50, "PL-KRS", 10, "Sp. z o.o.", "Łódź"}};

constexpr const char* kOnsets[] = {"ba",  "cor", "del", "fen", "gal", "har",  "jin", "kal",
                                   "lum", "mer", "nor", "or",  "pel", "quin", "ros", "sal",
                                   "tan", "ul",  "ver", "wes", "xi",  "yar",  "zen", "bri"};
constexpr const char* kEnds[] = {"dan", "ex",  "ford", "gor", "ham", "ix",  "ka",  "lin",
                                 "mo",  "nia", "on",   "pur", "ra",  "sen", "tex", "una"};
constexpr const char* kTrades[] = {"Textiles",  "Garments", "Foods",     "Steel",   "Logistics",
                                   "Packaging", "Leather",  "Furniture", "Seafood", "Electronics",
                                   "Cleaning",  "Spinning", "Ceramics",  "Trading", "Chemicals"};
constexpr const char* kSchemes[] = {"SA8000", "GOTS", "RAINFOREST", "WRAP", "FAIRTRADE"};
constexpr const char* kStreets[] = {"Mill Road",       "Harbour Street", "Station Avenue",
                                    "Industrial Zone", "Canal Lane",     "Market Square"};

// Steele, Lea and Flood's SplitMix64: one good 64-bit number for each input.
uint64_t Mix(uint64_t value) {
  value += 0x9E3779B97F4A7C15;
  value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
  value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
  return value ^ (value >> 31);
}

// A draw below `limit`; each `purpose` draws anew.
uint32_t Draw(uint32_t number, uint32_t purpose, uint32_t limit) {
  return static_cast<uint32_t>(Mix(uint64_t{number} << 8 | purpose) % limit);
}

template <size_t kCount>
const char* Pick(uint32_t number, uint32_t purpose, const char* const (&from)[kCount]) {
  return from[Draw(number, purpose, kCount)];
}

const Country& CountryOf(uint32_t number) {
  int draw = static_cast<int>(Draw(number, 1, 1000));
  for (const Country& country : kCountries) {
    draw -= country.share;
    if (draw < 0) return country;
  }
  return kCountries[0];
}

std::string Word(uint32_t number, uint32_t purpose) {
  std::string word = Pick(number, purpose, kOnsets);
  word[0] = static_cast<char>(word[0] - 'a' + 'A');
  return absl::StrCat(word, Pick(number, purpose + 1, kOnsets), Pick(number, purpose + 2, kEnds));
}

// ISO 7064 MOD 97-10 over digits and letters.
int RemainderOf97(const std::string& text) {
  int rest = 0;
  for (const char c : text) {
    rest = c <= '9' ? (rest * 10 + (c - '0')) % 97 : (rest * 100 + (c - 'A' + 10)) % 97;
  }
  return rest;
}

bool ChangesIn(uint32_t number, uint32_t purpose, int edition) {
  return edition > 0 && Draw(number, purpose, 100) == 0;
}

std::string DayIn(uint32_t number, uint32_t purpose, int year) {
  return absl::StrFormat("%d-%02d-%02d", year, 1 + Draw(number, purpose, 12),
                         1 + Draw(number, purpose + 1, 28));
}

}  // namespace

std::string LeiOf(uint32_t number) {
  constexpr char kSigns[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  std::string lei = "529900";
  // An odd factor and 2^32 have no common divisor: each number stays unique.
  uint64_t rest = (uint64_t{number} * 2654435761u & 0xFFFFFFFF) | uint64_t{number} << 32;
  for (int i = 0; i < 12; ++i, rest /= 36) lei += kSigns[rest % 36];
  return absl::StrFormat("XI-LEI:%s%02d", lei, 98 - RemainderOf97(lei + "00"));
}

std::string RegisterNumberOf(uint32_t number) {
  const Country& country = CountryOf(number);
  const uint64_t unique = uint64_t{number} * 7919 % 100000000;
  return absl::StrFormat("%s:%0*d", country.scheme, country.digits, unique);
}

std::string SchemeOf(uint32_t number) { return Pick(number, 40, kSchemes); }

std::string CertificateNoOf(uint32_t number) {
  return absl::StrFormat("%s-%08d", CountryOf(number).code, uint64_t{number} * 6101 % 100000000);
}

std::string NameOf(uint32_t number) {
  std::string name = Word(number, 10);
  if (Draw(number, 20, 3) == 0) absl::StrAppend(&name, " ", Word(number, 21));
  return absl::StrCat(name, " ", Pick(number, 30, kTrades), " ", CountryOf(number).legal_form);
}

std::string SupplierHeader() {
  return "record_type,key,name,other_names,kind,identifiers,address,city,postal_code,country,"
         "jurisdiction,registration_status,registration_scheme\n";
}

std::string SupplierRow(uint32_t number, int edition) {
  const Country& country = CountryOf(number);
  const std::string other = Draw(number, 50, 4) == 0 ? Word(number, 51) + " Group" : "";
  const int house =
      1 + static_cast<int>(Draw(number, 60, 400)) + (ChangesIn(number, 61, edition) ? 1000 : 0);
  return absl::StrFormat(
      "supplier,S%08d,\"%s\",%s,company,%s|%s,%d %s,%s,%05d,%s,%s,issued,XI-LEI\n", number,
      NameOf(number), other, LeiOf(number), RegisterNumberOf(number), house,
      Pick(number, 62, kStreets), country.city, Draw(number, 63, 100000), country.code,
      country.code);
}

std::string CertificationHeader() {
  return "record_type,key,scheme,certificate_no,holder,certification_body,issued_on,valid_from,"
         "expires_on,commodities,processes,status_events,last_audit_on,verification_method,"
         "verified_on\n";
}

std::string CertificationRow(uint32_t number, int edition) {
  const std::string issued = DayIn(number, 70, 2024);
  const char* const audited = ChangesIn(number, 75, edition) ? "2026-10-01" : "2026-03-01";
  return absl::StrFormat(
      "certification,C%08d,%s,%s,%s,Invented Assurance Body,%s,%s,%s,HS:%04d,Production,"
      "ISSUED@%s,%s,SCHEME_REGISTER,2026-11-01\n",
      number, SchemeOf(number), CertificateNoOf(number), LeiOf(number), issued, issued,
      DayIn(number, 73, 2098), 5201 + Draw(number, 77, 90), issued, audited);
}

std::string SecondCertificationRow(uint32_t number) {
  const std::string issued = DayIn(number, 80, 2024);
  return absl::StrFormat(
      "certification,D%08d,SA8000,SA-%08d,%s,Invented Assurance Body,%s,%s,%s,,Production,"
      "ISSUED@%s,2026-03-01,SCHEME_REGISTER,2026-11-01\n",
      number, number, LeiOf(number), issued, issued, DayIn(number, 82, 2098), issued);
}

std::string FlagHeader() {
  return "record_type,key,subject,flag_type,stage,severity,reported_on,decided_on,jurisdiction,"
         "listed_from,listed_to,remediation_status,summary\n";
}

std::string FlagRows(uint32_t number) {
  const std::string lei = LeiOf(number);
  return absl::StrFormat(
      "risk_flag,M%08d,%s,media,dismissed,minor,2019-05-01,,DE,,,none,Invented report\n"
      "risk_flag,L%08d,%s,labour-law-breach,remedied,minor,2018-03-01,2018-06-01,DE,2018-06-01,"
      "2020-06-01,verified-complete,Invented breach\n"
      "risk_flag,B%08d,%s,debarment,expired,major,2012-03-01,2013-01-01,IN,2013-01-01,2016-01-01,"
      "none,Invented bar\n",
      number, lei, number, lei, number, lei);
}

}  // namespace probity::benchmarks
