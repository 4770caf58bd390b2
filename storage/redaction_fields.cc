#include "storage/redaction_fields.h"

#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"

namespace probity::storage {
namespace {

using google::protobuf::FieldDescriptor;

// Fields of a message of probity.v1 by what becomes of them, divided by spaces.
struct MessageFields {
  absl::string_view message, always, if_named, inside, never;
};

// Who acted for an authority (judged_by, set_by, ...) stays: it is the audit trail.
constexpr MessageFields kTable[] = {
    {"Record", "", "",
     "supplier site certification audit risk_flag legal_measure self_cleaning declaration link "
     "vendor judgement portfolio portfolio_member waiver reply separation",
     "key commodity_risk retain_until redactions"},
    {"SupplierRecord", "names identifiers addresses successor founded dissolved", "", "",
     "jurisdiction legal_form registration_scheme sectors"},
    {"SiteRecord", "names identifiers address position", "", "operators",
     "processes commodities workforce closed_on"},
    {"SiteOperator", "", "", "operator", "period"},
    {"SubjectRef", "display_name", "identifier", "", "source_record supplier vendor"},
    {"Certification", "verified_by", "certificate_no licence_no", "holder scope status_events",
     "scheme_id standard_version certification_body issued_on valid_from expires_on "
     "licence_valid_to grade last_audit_on next_surveillance_due document_sha256 verified_on"},
    {"CertificationScope", "", "", "sites", "commodities excluded_commodities processes"},
    {"StatusEvent", "reason source", "", "", "from"},
    {"Audit", "", "", "site auditee findings",
     "scheme_id started_on ended_on firm auditor_qualifications grade pillars report_no "
     "valid_until"},
    {"Finding", "evidence", "", "", "id topic clause opened_on due_on closed_on"},
    {"RiskFlag", "summary", "decision_no source_url", "subject remedies reply",
     "event reported_on decided_on decided_by jurisdiction listing_intervals affected "
     "legal_measure"},
    {"FlagSubject", "", "", "party", "commodity_origin"},
    {"Remedy", "description", "", "", "on currency"},
    {"SupplierReply", "text", "", "", "on"},
    {"LegalMeasure", "", "decision_no source_url", "subject",
     "regime ground_code authority decided_on amended_on in_force binding_in goods origins "
     "section"},
    {"SelfCleaning", "assessed_by reasons", "evidence", "subject", "about assessed_on valid_for"},
    {"Declaration", "", "url", "subject", "declared_on period document_sha256"},
    {"Link", "", "", "from to", "period"},
    {"Vendor", "display_name identifier", "", "",
     "name number country source_record supplier set_by set_at bound_records suppliers"},
    {"Judgement", "reason", "", "subject",
     "name source_record judged_by judged_at subject_fingerprint record_fingerprint supplier "
     "withdraws withdrawn_by"},
    {"JudgedSubject", "", "identifier", "query", "vendor supplier query_digest bound_records"},
    {"JudgedQuery", "name", "", "", "country"},
    {"Waiver", "reason approval_reason revocation_reason", "", "subject",
     "name rule_id derogation procedure contract_end last_day legal_basis to_confirm policy "
     "requested_by requested_at subject_fingerprint approved_by in_force_from approval revoked_by "
     "revocation approves revokes"},
    {"Reply", "text reasons", "evidence", "",
     "name about received_on recorded_by recorded_at assessed_by assessed_on assessment "
     "withdrawn_by assesses withdraws"},
    {"Separation", "reason", "", "", "records apart_from"},
    {"Portfolio", "", "", "purchase", "name title policy set_by set_at"},
    {"PortfolioMember", "", "", "subject purchase", "name"},
    {"ScreenedSubject", "name address founded", "", "ref", "country"},
    {"PurchaseContext", "", "", "items parties requirements",
     "authority_country procedure dates declarations tender buyer_bound_by demand"},
    {"PurchaseItem", "", "", "manufacturer site", "item_id commodity origin inputs value"},
    {"PurchaseParty", "", "", "subject", ""},
    {"RequiredEvidence", "", "", "site", "requirement_id accepted_schemes item_id process"},
};

using Table = absl::flat_hash_map<std::string, PersonalField>;

void AddAll(absl::string_view message, absl::string_view fields, PersonalField kind, Table* table) {
  for (const absl::string_view field : absl::StrSplit(fields, ' ', absl::SkipEmpty())) {
    table->emplace(absl::StrCat("probity.v1.", message, ".", field), kind);
  }
}

Table MakeTable() {
  Table table;
  for (const MessageFields& row : kTable) {
    AddAll(row.message, row.always, PersonalField::kAlways, &table);
    AddAll(row.message, row.if_named, PersonalField::kIfNamed, &table);
    AddAll(row.message, row.inside, PersonalField::kInside, &table);
    AddAll(row.message, row.never, PersonalField::kNever, &table);
  }
  return table;
}

}  // namespace

std::optional<PersonalField> PersonalFieldOf(const FieldDescriptor& field) {
  static const auto* const kFields = new Table(MakeTable());
  const auto found = kFields->find(field.full_name());
  if (found != kFields->end()) return found->second;
  const bool holds_text = field.cpp_type() == FieldDescriptor::CPPTYPE_STRING ||
                          field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
  if (holds_text) return std::nullopt;
  return PersonalField::kNever;
}

}  // namespace probity::storage
