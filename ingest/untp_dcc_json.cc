// UN Transparency Protocol: Digital Conformity Credentials, versions 0.5 to 0.7, as
// certifications. Signatures are not verified and status lists are not fetched: what is
// read counts as a document that was seen.
#include <algorithm>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/civil_day.h"
#include "base/utf8.h"
#include "ingest/formats.h"
#include "ingest/json_reader.h"
#include "ingest/untp.h"

namespace probity::ingest {
namespace {

using untp::CertificationSchemeOf;
using untp::IdentifierOf;

// Bytes of a publisher's name of goods.
constexpr size_t kMaxCodeBytes = 256;
constexpr char kType[] = "DigitalConformityCredential";
constexpr char kEnveloped[] = "EnvelopedVerifiableCredential";

bool Is(const Json& object, absl::string_view type) {
  const std::vector<const Json*> types = Values(object, "type");
  return std::any_of(types.begin(), types.end(),
                     [&](const Json* one) { return TextOf(*one) == type; });
}

// The day that an instant begins with, as it is written.
std::optional<v1::Date> DayOf(const std::string& instant) {
  absl::StatusOr<v1::Date> day = ParseDate(absl::string_view(instant).substr(0, 10));
  if (!day.ok() || !IsFullDay(*day)) return std::nullopt;
  return *std::move(day);
}

// A credential in an envelope is the middle part of a JSON web token in a data address.
// Null where it is none.
Json Opened(const Json& envelope) {
  const std::string address = Text(envelope, "id");
  const size_t comma = address.find(',');
  if (!absl::StartsWith(address, "data:") || comma == std::string::npos) return Json();
  const std::vector<absl::string_view> parts =
      absl::StrSplit(absl::string_view(address).substr(comma + 1), '.');
  std::string text;
  if (parts.size() != 3 || !absl::WebSafeBase64Unescape(parts[1], &text)) return Json();
  return ParseJson(text).value_or(Json());
}

using Fault = std::optional<RowFault>;

Fault Wrong(absl::string_view member, absl::string_view problem,
            v1::ErrorReason reason = v1::ERROR_REASON_ROW_VALUE) {
  return RowFault{reason, std::string(member), std::string(problem)};
}

// Makes a certification of each credential, and records of the parties and facilities
// that it names without an identifier that is certain.
class Credentials {
 public:
  Credentials(const Tables& tables, RowSink* sink) : tables_(tables), sink_(sink) {}

  absl::Status Take(Row row, const Json& value) {
    described_.clear();
    record_.Clear();
    const Json opened = Is(value, kEnveloped) ? Opened(value) : value;
    Fault fault = Fill(opened);
    if (fault.has_value()) return sink_->Refuse(row, *fault);
    for (v1::Record& described : described_) {
      if (!known_.insert(described.key()).second) continue;
      if (absl::Status taken = sink_->Accept(row, &described); !taken.ok()) return taken;
      row.further = true;
    }
    return sink_->Accept(row, &record_);
  }

 private:
  Fault Fill(const Json& credential) {
    if (!Is(credential, kType)) {
      return Wrong("type", absl::StrCat("the object is no ", kType,
                                        " of the UN Transparency "
                                        "Protocol"));
    }
    const Json& attestation = Member(credential, "credentialSubject");
    record_.set_key(Text(credential, "id").empty() ? Text(attestation, "id")
                                                   : Text(credential, "id"));
    v1::Certification* certification = record_.mutable_certification();
    if (Fault fault = FillScheme(attestation, certification); fault) return fault;
    if (Fault fault = FillDays(credential, certification); fault) return fault;
    if (Fault fault = FillHolder(attestation, certification); fault) return fault;
    if (Fault fault = FillScope(attestation, certification); fault) return fault;
    FillBody(credential, attestation, certification);
    const std::string number = Text(attestation, "registeredId");
    certification->set_certificate_no(number.empty() ? Text(attestation, "id") : number);
    certification->set_grade(Text(Member(attestation, "profileScore"), "code"));
    const std::string level = Text(attestation, "assessorLevel");
    const bool by_itself =
        absl::EqualsIgnoreCase(level, "self") || absl::EqualsIgnoreCase(level, "1stParty");
    certification->set_verification_method(by_itself ? v1::VERIFICATION_METHOD_SELF_REPORTED
                                                     : v1::VERIFICATION_METHOD_DOCUMENT_ONLY);
    FillDigest(Member(attestation, "conformityCertificate"), certification);
    return std::nullopt;
  }

  // ---- Scheme ----

  // 0.5 and 0.6 call it `scope`, 0.7 `referenceScheme`; assessments may name the standard.
  Fault FillScheme(const Json& attestation, v1::Certification* certification) const {
    std::vector<const Json*> named = {&Member(attestation, "referenceScheme"),
                                      &Member(attestation, "scope"),
                                      &Member(attestation, "referenceProfile")};
    for (const Json* assessment : AssessmentsOf(attestation)) {
      for (const Json* standard : Values(*assessment, "referenceStandard")) {
        named.push_back(standard);
      }
    }
    for (const Json* one : named) {
      certification->set_scheme_id(CertificationSchemeOf(tables_.schemes, *one));
      if (!certification->scheme_id().empty()) return std::nullopt;
    }
    const std::string name = Text(*named[0], "name") + Text(*named[1], "name");
    return Wrong("credentialSubject.referenceScheme",
                 absl::StrCat("\"", CutUtf8(name, 100),
                              "\" is no scheme of data/schemes.csv by its name or address"),
                 v1::ERROR_REASON_ROW_UNKNOWN_SCHEME);
  }

  // ---- Days ----

  // Version 1 of verifiable credentials has other names for the same two.
  static Fault FillDays(const Json& credential, v1::Certification* certification) {
    for (const char* name : {"validFrom", "issuanceDate"}) {
      const std::string from = Text(credential, name);
      if (from.empty()) continue;
      const std::optional<v1::Date> day = DayOf(from);
      if (!day) return NoDay(name, from);
      *certification->mutable_valid_from() = *day;
      break;
    }
    for (const char* name : {"validUntil", "expirationDate"}) {
      const std::string until = Text(credential, name);
      if (until.empty()) continue;
      const std::optional<v1::Date> day = DayOf(until);
      if (!day) return NoDay(name, until);
      *certification->mutable_expires_on() = *day;
      break;
    }
    return std::nullopt;
  }

  static Fault NoDay(absl::string_view member, const std::string& text) {
    return Wrong(member,
                 absl::StrCat("\"", CutUtf8(text, 100), "\" begins with no day that exists"),
                 v1::ERROR_REASON_ROW_DATE);
  }

  // ---- Parties and facilities ----

  Fault FillHolder(const Json& attestation, v1::Certification* certification) {
    const Json& party = Member(attestation, "issuedToParty");
    const std::string name = Text(party, "name");
    certification->mutable_holder()->set_display_name(name);
    if (std::optional<v1::Identifier> identifier = IdentifierOf(tables_.identifiers, party);
        identifier) {
      *certification->mutable_holder()->mutable_identifier() = *std::move(identifier);
      return std::nullopt;
    }
    if (name.empty()) {
      return Wrong("credentialSubject.issuedToParty", "the party has no name and no identifier");
    }
    v1::Record& supplier = described_.emplace_back();
    supplier.set_key(absl::StrCat("party|", IdOf(party)));
    supplier.mutable_supplier()->add_names()->set_text(name);
    certification->mutable_holder()->set_source_record(absl::StrCat("records/", supplier.key()));
    return std::nullopt;
  }

  static std::string IdOf(const Json& entity) {
    const std::string id = Text(entity, "id");
    return id.empty() ? Text(entity, "name") : id;
  }

  // 0.5 and 0.6 call them `assessment`, 0.7 `conformityAssessment`.
  static std::vector<const Json*> AssessmentsOf(const Json& attestation) {
    std::vector<const Json*> assessments = Values(attestation, "conformityAssessment");
    return assessments.empty() ? Values(attestation, "assessment") : assessments;
  }

  static bool Conforms(const Json& assessment) {
    for (const char* name : {"conformance", "compliance"}) {
      const Json& said = Member(assessment, name);
      if (said.is_boolean() && !said.get<bool>()) return false;
    }
    return true;
  }

  // What conforms is covered; what was assessed and does not conform is not.
  Fault FillScope(const Json& attestation, v1::Certification* certification) {
    const std::vector<const Json*> assessments = AssessmentsOf(attestation);
    bool conforms = assessments.empty();
    for (const Json* assessment : assessments) {
      if (!Conforms(*assessment)) continue;
      conforms = true;
      for (const Json* one : Values(*assessment, "assessedFacility")) {
        AddFacility(one->is_object() && one->contains("facility") ? Member(*one, "facility") : *one,
                    certification);
      }
      for (const Json* one : Values(*assessment, "assessedProduct")) {
        AddProduct(one->is_object() && one->contains("product") ? Member(*one, "product") : *one,
                   certification);
      }
      const std::optional<v1::Date> day = DayOf(Text(*assessment, "assessmentDate"));
      if (day && (!certification->has_last_audit_on() ||
                  FirstDay(*day) > FirstDay(certification->last_audit_on()))) {
        *certification->mutable_last_audit_on() = *day;
      }
    }
    if (conforms) return std::nullopt;
    return Wrong("credentialSubject.conformityAssessment.conformance",
                 "no assessment says that its subject conforms: this is no certificate");
  }

  void AddFacility(const Json& facility, v1::Certification* certification) {
    v1::SubjectRef site;
    site.set_display_name(Text(facility, "name"));
    if (std::optional<v1::Identifier> identifier = IdentifierOf(tables_.identifiers, facility);
        identifier) {
      *site.mutable_identifier() = *std::move(identifier);
    } else if (!IdOf(facility).empty()) {
      v1::Record& record = described_.emplace_back();
      record.set_key(absl::StrCat("facility|", IdOf(facility)));
      FillSite(facility, certification->holder(), record.mutable_site());
      site.set_source_record(absl::StrCat("records/", record.key()));
    } else {
      return;
    }
    const auto& sites = certification->scope().sites();
    const bool is_new = std::none_of(sites.begin(), sites.end(), [&](const v1::SubjectRef& other) {
      return other.SerializeAsString() == site.SerializeAsString();
    });
    if (is_new) *certification->mutable_scope()->add_sites() = std::move(site);
  }

  void FillSite(const Json& facility, const v1::SubjectRef& holder, v1::SiteRecord* site) const {
    const std::string name = Text(facility, "name");
    site->add_names()->set_text(name.empty() ? IdOf(facility) : name);
    *site->add_operators()->mutable_operator_() = holder;
    FillAddress(Member(facility, "address"), site);
    const Json& position = Member(Member(facility, "locationInformation"), "geoLocation");
    const Json& latitude = Member(position, "latitude");
    const Json& longitude = Member(position, "longitude");
    if (!latitude.is_number() || !longitude.is_number()) return;
    site->mutable_position()->set_latitude(latitude.get<double>());
    site->mutable_position()->set_longitude(longitude.get<double>());
  }

  void FillAddress(const Json& from, v1::SiteRecord* site) const {
    v1::Address address;
    if (!Text(from, "streetAddress").empty()) address.add_lines(Text(from, "streetAddress"));
    address.set_city(Text(from, "addressLocality"));
    address.set_region(Text(from, "addressRegion"));
    address.set_postal_code(Text(from, "postalCode"));
    const Json& country = Member(from, "addressCountry");
    address.set_country(tables_.countries.FromName(
        country.is_object() ? Text(country, "countryCode") : TextOf(country)));
    if (address.ByteSizeLong() > 0) *site->mutable_address() = std::move(address);
  }

  // Without the product's name its certificate would seem to cover all goods.
  static void AddProduct(const Json& product, v1::Certification* certification) {
    const std::string name = Text(product, "name");
    const std::string code = CutText(name.empty() ? IdOf(product) : name, kMaxCodeBytes);
    const auto& known = certification->scope().commodities();
    const bool is_new = std::none_of(known.begin(), known.end(), [&](const v1::CommodityCode& one) {
      return one.code() == code;
    });
    if (code.empty() || !is_new) return;
    v1::CommodityCode* commodity = certification->mutable_scope()->add_commodities();
    commodity->set_scheme(v1::COMMODITY_SCHEME_PUBLISHER);
    commodity->set_code(code);
  }

  // ---- Who issued it ----

  static void FillBody(const Json& credential, const Json& attestation,
                       v1::Certification* certification) {
    const Json& issuer = Member(credential, "issuer");
    std::string name = Text(issuer, "name");
    if (name.empty()) name = Text(issuer, "id");
    if (name.empty()) name = TextOf(issuer);
    certification->mutable_certification_body()->set_name(name);
    for (const Json* one : Values(attestation, "authorisation")) {
      const std::string by = Text(Member(*one, "issuingAuthority"), "name");
      if (by.empty()) continue;
      certification->mutable_certification_body()->set_accreditation_body(by);
      return;
    }
  }

  static void FillDigest(const Json& link, v1::Certification* certification) {
    const std::string digest = absl::AsciiStrToLower(Text(link, "hashDigest"));
    const bool is_sha256 = absl::EqualsIgnoreCase(Text(link, "hashMethod"), "SHA-256") &&
                           digest.size() == 64 &&
                           std::all_of(digest.begin(), digest.end(), absl::ascii_isxdigit);
    if (is_sha256) certification->set_document_sha256(digest);
  }

  const Tables& tables_;
  RowSink* sink_;
  v1::Record record_;
  std::vector<v1::Record> described_;
  // Parties and facilities that were given; a load has as many as there are credentials.
  absl::flat_hash_set<std::string> known_;
};

}  // namespace

absl::Status ReadUntpDccJson(const Tables& tables, const Files& files, RowSink* sink) {
  Credentials credentials(tables, sink);
  for (const InputFile& file : files) {
    absl::Status read = ForEachObject(file, {}, sink, [&](const Row& row, const Json& value) {
      return credentials.Take(row, value);
    });
    if (!read.ok()) return read;
  }
  return absl::OkStatus();
}

}  // namespace probity::ingest
