#include "ingest/fields.h"

#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace probity::ingest {
namespace {

using google::protobuf::FieldDescriptor;

struct ColumnPath {
  const char* column;
  const char* path;  // inside the body
};

constexpr ColumnPath kCommon[] = {
    {"key", "key"}, {"visibility", "visibility"}, {"retain_until", "retain_until"}};

constexpr ColumnPath kSupplier[] = {{"name", "names.text"},
                                    {"other_names", "names"},
                                    {"kind", "kind"},
                                    {"identifiers", "identifiers"},
                                    {"addresses", "addresses"},
                                    {"address", "addresses.lines"},
                                    {"city", "addresses.city"},
                                    {"region", "addresses.region"},
                                    {"postal_code", "addresses.postal_code"},
                                    {"country", "addresses.country"},
                                    {"jurisdiction", "jurisdiction"},
                                    {"legal_form", "legal_form.local_name"},
                                    {"status", "status"},
                                    {"registration_status", "registration_status"},
                                    {"registration_scheme", "registration_scheme"},
                                    {"successor", "successor"},
                                    {"founded", "founded"},
                                    {"dissolved", "dissolved"},
                                    {"sectors", "sectors"}};

constexpr ColumnPath kSite[] = {{"name", "names.text"},
                                {"other_names", "names"},
                                {"identifiers", "identifiers"},
                                {"address", "address.lines"},
                                {"city", "address.city"},
                                {"region", "address.region"},
                                {"postal_code", "address.postal_code"},
                                {"country", "address.country"},
                                {"latitude", "position.latitude"},
                                {"longitude", "position.longitude"},
                                {"operator", "operators.operator"},
                                {"operated_from", "operators.period.from"},
                                {"operated_to", "operators.period.to"},
                                {"processes", "processes"},
                                {"commodities", "commodities"},
                                {"workers", "workforce.total"},
                                {"closed_on", "closed_on"}};

constexpr ColumnPath kCertification[] = {{"scheme", "scheme_id"},
                                         {"standard_version", "standard_version"},
                                         {"certificate_no", "certificate_no"},
                                         {"licence_no", "licence_no"},
                                         {"holder", "holder"},
                                         {"certification_body", "certification_body.name"},
                                         {"issued_on", "issued_on"},
                                         {"valid_from", "valid_from"},
                                         {"expires_on", "expires_on"},
                                         {"licence_valid_to", "licence_valid_to"},
                                         {"grade", "grade"},
                                         {"sites", "scope.sites"},
                                         {"all_sites", "scope.all_sites"},
                                         {"commodities", "scope.commodities"},
                                         {"excluded_commodities", "scope.excluded_commodities"},
                                         {"processes", "scope.processes"},
                                         {"coc_model", "scope.coc_model"},
                                         {"status_events", "status_events"},
                                         {"last_audit_on", "last_audit_on"},
                                         {"next_surveillance_due", "next_surveillance_due"},
                                         {"document_sha256", "document_sha256"},
                                         {"verification_method", "verification_method"},
                                         {"verified_on", "verified_on"},
                                         {"verified_by", "verified_by"}};

constexpr ColumnPath kAudit[] = {{"scheme", "scheme_id"},
                                 {"site", "site"},
                                 {"auditee", "auditee"},
                                 {"audit_type", "type"},
                                 {"announcement", "announcement"},
                                 {"started_on", "started_on"},
                                 {"ended_on", "ended_on"},
                                 {"firm", "firm"},
                                 {"grade", "grade"},
                                 {"pillars", "pillars"},
                                 {"report_no", "report_no"},
                                 {"workers_interviewed", "workers_interviewed"},
                                 {"valid_until", "valid_until"},
                                 {"finding_id", "findings.id"},
                                 {"finding_severity", "findings.severity"},
                                 {"finding_indicators", "findings.ilo_indicators"},
                                 {"finding_topic", "findings.topic"},
                                 {"finding_clause", "findings.clause"},
                                 {"finding_opened_on", "findings.opened_on"},
                                 {"finding_due_on", "findings.due_on"},
                                 {"finding_closed_on", "findings.closed_on"},
                                 {"finding_evidence", "findings.evidence"}};

constexpr ColumnPath kRiskFlag[] = {{"subject", "subject.party"},
                                    {"flag_type", "type"},
                                    {"stage", "stage"},
                                    {"severity", "severity"},
                                    {"ilo_indicators", "ilo_indicators"},
                                    {"exploitation_purposes", "exploitation_purposes"},
                                    {"event_from", "event.from"},
                                    {"event_to", "event.to"},
                                    {"reported_on", "reported_on"},
                                    {"decided_on", "decided_on"},
                                    {"decision_no", "decision_no"},
                                    {"decided_by", "decided_by"},
                                    {"jurisdiction", "jurisdiction"},
                                    {"listed_from", "listing_intervals.from"},
                                    {"listed_to", "listing_intervals.to"},
                                    {"remediation_status", "remediation_status"},
                                    {"contested", "contested"},
                                    {"summary", "summary"},
                                    {"source_url", "source_url"}};

constexpr ColumnPath kLegalMeasure[] = {
    {"subject", "subject.party"},   {"regime", "regime"},
    {"effect", "effect"},           {"list_status", "list_status"},
    {"authority", "authority"},     {"decision_no", "decision_no"},
    {"decided_on", "decided_on"},   {"in_force_from", "in_force.from"},
    {"in_force_to", "in_force.to"}, {"appeal_state", "appeal_state"},
    {"binding_in", "binding_in"},   {"section", "section"},
    {"source_url", "source_url"},   {"sam_exclusion_type", "sam_exclusion_type"}};

constexpr ColumnPath kLink[] = {{"from", "from"},         {"to", "to"},
                                {"link_type", "type"},    {"share_percent", "share_percent"},
                                {"since", "period.from"}, {"until", "period.to"}};

using FieldTable = std::map<std::string, std::map<std::string, Field, std::less<>>, std::less<>>;

Field Resolve(const ColumnPath& from, absl::string_view prefix) {
  Field field;
  field.column = from.column;
  const google::protobuf::Descriptor* type = v1::Record::descriptor();
  for (const std::string& part :
       std::vector<std::string>(absl::StrSplit(absl::StrCat(prefix, from.path), '.'))) {
    const FieldDescriptor* step = type->FindFieldByName(part);
    field.path.push_back(step);
    type = step->message_type();
  }
  return field;
}

template <size_t kCount>
void AddType(const char* type, const ColumnPath (&columns)[kCount], FieldTable* table) {
  auto& fields = (*table)[type];
  for (const ColumnPath& column : kCommon) fields.emplace(column.column, Resolve(column, ""));
  for (const ColumnPath& column : columns) {
    fields.emplace(column.column, Resolve(column, absl::StrCat(type, ".")));
  }
}

const FieldTable& Table() {
  static const auto* const kTable = [] {
    auto* table = new FieldTable;
    AddType("supplier", kSupplier, table);
    AddType("site", kSite, table);
    AddType("certification", kCertification, table);
    AddType("audit", kAudit, table);
    AddType("risk_flag", kRiskFlag, table);
    AddType("legal_measure", kLegalMeasure, table);
    AddType("link", kLink, table);
    (*table)["remove"].emplace("key", Resolve(kCommon[0], ""));
    return table;
  }();
  return *kTable;
}

}  // namespace

bool IsRecordType(absl::string_view type) { return Table().find(type) != Table().end(); }

const Field* FindField(absl::string_view type, absl::string_view column) {
  const auto fields = Table().find(type);
  if (fields == Table().end()) return nullptr;
  const auto field = fields->second.find(column);
  return field == fields->second.end() ? nullptr : &field->second;
}

std::vector<const Field*> FieldsOf(absl::string_view type) {
  std::vector<const Field*> all;
  const auto fields = Table().find(type);
  if (fields == Table().end()) return all;
  for (const auto& [column, field] : fields->second) all.push_back(&field);
  return all;
}

bool IsColumn(absl::string_view column) {
  for (const auto& [type, fields] : Table()) {
    if (fields.find(column) != fields.end()) return true;
  }
  return false;
}

std::string RecordTypeList() {
  return absl::StrJoin(Table(), ", ", [](std::string* out, const auto& entry) {
    absl::StrAppend(out, entry.first);
  });
}

}  // namespace probity::ingest
