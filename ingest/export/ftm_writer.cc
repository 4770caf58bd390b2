#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "base/civil_day.h"
#include "ingest/export/record_writer.h"
#include "nlohmann/json.hpp"
#include "storage/store.h"

namespace probity::ingest {
namespace {

using nlohmann::ordered_json;

// An entity: id, schema, and properties, each of which has several texts.
class Entity {
 public:
  Entity(const std::string& id, const char* schema) {
    entity_["id"] = id;
    entity_["schema"] = schema;
    entity_["properties"] = ordered_json::object();
  }

  Entity& Add(const char* property, const std::string& text) {
    if (!text.empty()) entity_["properties"][property].push_back(text);
    return *this;
  }
  Entity& Add(const char* property, const v1::Date& date) {
    return Add(property, date.year() == 0 ? std::string() : FormatDate(date));
  }
  // The last day of a half-open interval.
  Entity& AddLast(const char* property, const v1::DateInterval& interval) {
    if (!IsFullDay(interval.to())) return Add(property, interval.to());
    return Add(property, DateOf(FirstDay(interval.to()) - 1));
  }

  void AppendTo(std::string* out) const {
    absl::StrAppend(out, entity_.dump(-1, ' ', false, ordered_json::error_handler_t::replace),
                    "\n");
  }

 private:
  ordered_json entity_;
};

const char* SchemaOf(v1::PartyKind kind) {
  switch (kind) {
    case v1::PARTY_KIND_COMPANY:
      return "Company";
    case v1::PARTY_KIND_ORGANIZATION:
    case v1::PARTY_KIND_GROUP:
      return "Organization";
    case v1::PARTY_KIND_PUBLIC_BODY:
      return "PublicBody";
    case v1::PARTY_KIND_PERSON:
      return "Person";
    case v1::PARTY_KIND_VESSEL:
      return "Vessel";
    default:
      return "LegalEntity";
  }
}

const char* PropertyOf(v1::NameType type) {
  switch (type) {
    case v1::NAME_TYPE_PREVIOUS_LEGAL_NAME:
    case v1::NAME_TYPE_FKA:
      return "previousName";
    case v1::NAME_TYPE_AKA_WEAK:
      return "weakAlias";
    case v1::NAME_TYPE_UNSPECIFIED:
    case v1::NAME_TYPE_LEGAL_NAME:
      return "name";
    default:
      return "alias";
  }
}

// The property of an identifier; others are numbers of registers.
std::string PropertyOf(const v1::Identifier& identifier) {
  static constexpr std::pair<const char*, const char*> kSchemes[] = {
      {"XI-LEI", "leiCode"}, {"XI-DUNS", "dunsCode"}, {"XI-PB", "permId"},
      {"IMO", "imoNumber"},  {"RU-INN", "innCode"},   {"RU-OGRN", "ogrnCode"},
      {"US-EIN", "irsCode"}, {"CN-SAIC", "uscCode"},  {"US-SAM", "uniqueEntityId"}};
  for (const auto& [scheme, property] : kSchemes) {
    if (identifier.scheme() == scheme) return property;
  }
  const bool is_vat = absl::string_view(identifier.scheme()).substr(0, 7) == "EU-VAT-";
  return is_vat ? "vatCode" : "registrationNumber";
}

std::string CountryOf(absl::string_view code) { return absl::AsciiStrToLower(code.substr(0, 2)); }

std::string TextOf(const v1::Address& address) {
  std::vector<std::string> parts(address.lines().begin(), address.lines().end());
  parts.push_back(absl::StrCat(address.postal_code(), address.postal_code().empty() ? "" : " ",
                               address.city()));
  parts.push_back(address.region());
  parts.push_back(address.country());
  parts.erase(std::remove(parts.begin(), parts.end(), ""), parts.end());
  return absl::StrJoin(parts, ", ");
}

// What flags of this type are lists for: somebody who has the power took a measure.
bool IsMeasure(v1::FlagType type) {
  switch (type) {
    case v1::FLAG_TYPE_IMPORT_BAN_WRO:
    case v1::FLAG_TYPE_IMPORT_BAN_FINDING:
    case v1::FLAG_TYPE_UFLPA_ENTITY:
    case v1::FLAG_TYPE_EU_FLR_DECISION:
    case v1::FLAG_TYPE_LISTA_SUJA:
    case v1::FLAG_TYPE_DEBARMENT:
    case v1::FLAG_TYPE_SANCTION_HUMAN_RIGHTS:
    case v1::FLAG_TYPE_LKSG_FINE:
      return true;
    default:
      return false;
  }
}

class FtmWriter final : public RecordWriter {
 public:
  explicit FtmWriter(std::string dataset) : dataset_(std::move(dataset)) {}

  void Begin(std::string*) override {}

  Written Write(const v1::Record& record, std::string* out) override {
    lost_ = 0;
    switch (record.body_case()) {
      case v1::Record::kSupplier:
        Party(record, out);
        break;
      case v1::Record::kSite:
        Site(record, out);
        break;
      case v1::Record::kRiskFlag:
        if (!IsMeasure(record.risk_flag().type()) || !record.risk_flag().subject().has_party()) {
          return {false, 1};
        }
        Flag(record, out);
        break;
      case v1::Record::kLegalMeasure:
        if (!record.legal_measure().subject().has_party()) return {false, 1};
        Measure(record, out);
        break;
      case v1::Record::kLink:
        Link(record, out);
        break;
      default:
        return {false, 1};
    }
    return {true, lost_};
  }

 private:
  // The id of whom a record is about. Makes an entity of an identifier.
  std::string IdOf(const v1::SubjectRef& ref, std::string* out) const {
    if (ref.has_identifier()) {
      const v1::Identifier& identifier = ref.identifier();
      const std::string id = absl::StrCat(identifier.scheme(), ":", identifier.value());
      Entity(id, "LegalEntity")
          .Add("name", ref.display_name())
          .Add(PropertyOf(identifier).c_str(), identifier.value())
          .AppendTo(out);
      return id;
    }
    const auto named = storage::RecordRef::FromName(ref.source_record());
    if (named && named->dataset == dataset_) return named->key;
    return named ? named->Name() : std::string(absl::StripPrefix(ref.source_record(), "records/"));
  }

  void Party(const v1::Record& record, std::string* out) {
    const v1::SupplierRecord& supplier = record.supplier();
    const bool is_person = supplier.kind() == v1::PARTY_KIND_PERSON;
    Entity entity(record.key(), SchemaOf(supplier.kind()));
    for (const v1::Name& name : supplier.names()) {
      entity.Add(PropertyOf(name.type()), name.text());
      lost_ += name.has_valid() ? 1 : 0;
    }
    for (const v1::Identifier& identifier : supplier.identifiers()) {
      entity.Add(PropertyOf(identifier).c_str(), identifier.value());
    }
    for (const v1::Address& address : supplier.addresses()) {
      entity.Add("address", TextOf(address)).Add("country", CountryOf(address.country()));
    }
    if (!is_person) entity.Add("jurisdiction", CountryOf(supplier.jurisdiction()));
    entity.Add("legalForm", supplier.legal_form().local_name())
        .Add(is_person ? "birthDate" : "incorporationDate", supplier.founded())
        .Add(is_person ? "deathDate" : "dissolutionDate", supplier.dissolved())
        .Add("status", Word(supplier.status() == v1::ENTITY_STATUS_UNSPECIFIED
                                ? ""
                                : v1::EntityStatus_Name(supplier.status()),
                            "ENTITY_STATUS_"));
    for (const std::string& sector : supplier.sectors()) entity.Add("sector", sector);
    lost_ += (supplier.has_successor() ? 1 : 0) + (supplier.registration_status() != 0 ? 1 : 0) +
             (supplier.corroboration() != 0 ? 1 : 0);
    entity.AppendTo(out);
  }

  void Site(const v1::Record& record, std::string* out) {
    const v1::SiteRecord& site = record.site();
    Entity entity(record.key(), "Address");
    for (const v1::Name& name : site.names()) entity.Add(PropertyOf(name.type()), name.text());
    entity.Add("full", TextOf(site.address()))
        .Add("street", absl::StrJoin(site.address().lines(), ", "))
        .Add("city", site.address().city())
        .Add("region", site.address().region())
        .Add("postalCode", site.address().postal_code())
        .Add("country", CountryOf(site.address().country()));
    if (site.has_position()) {
      entity.Add("latitude", absl::StrCat(site.position().latitude()))
          .Add("longitude", absl::StrCat(site.position().longitude()));
    }
    lost_ += site.identifiers_size() + site.operators_size() + site.processes_size() +
             site.commodities_size() + (site.has_workforce() ? 1 : 0) +
             (site.has_closed_on() ? 1 : 0);
    entity.AppendTo(out);
  }

  void Flag(const v1::Record& record, std::string* out) {
    const v1::RiskFlag& flag = record.risk_flag();
    Entity entity(record.key(), "Sanction");
    entity.Add("entity", IdOf(flag.subject().party(), out))
        .Add("program", Word(v1::FlagType_Name(flag.type()), "FLAG_TYPE_"))
        .Add("authority", flag.decided_by())
        .Add("recordId", flag.decision_no())
        .Add("date", flag.decided_on())
        .Add("country", CountryOf(flag.jurisdiction()))
        .Add("reason", flag.summary())
        .Add("status", Word(v1::FlagStage_Name(flag.stage()), "FLAG_STAGE_"))
        .Add("sourceUrl", flag.source_url());
    for (const v1::DateInterval& listed : flag.listing_intervals()) {
      entity.Add("startDate", listed.from()).AddLast("endDate", listed);
    }
    lost_ += flag.ilo_indicators_size() + flag.exploitation_purposes_size() + flag.remedies_size() +
             (flag.has_affected() ? 1 : 0) + (flag.has_event() ? 1 : 0) +
             (flag.has_reply() ? 1 : 0) + (flag.severity() != 0 ? 1 : 0) +
             (flag.contested() ? 1 : 0) + (flag.remediation_status() != 0 ? 1 : 0) +
             (flag.has_reported_on() ? 1 : 0) + (flag.legal_measure().empty() ? 0 : 1);
    entity.AppendTo(out);
  }

  void Measure(const v1::Record& record, std::string* out) {
    const v1::LegalMeasure& measure = record.legal_measure();
    Entity entity(record.key(), "Sanction");
    entity.Add("entity", IdOf(measure.subject().party(), out))
        .Add("program", measure.regime())
        .Add("authority", measure.authority())
        .Add("recordId", measure.decision_no())
        .Add("listingDate", measure.decided_on())
        .Add("startDate", measure.in_force().from())
        .AddLast("endDate", measure.in_force())
        .Add("provisions", measure.section())
        .Add("sourceUrl", measure.source_url());
    for (const std::string& place : measure.binding_in()) entity.Add("country", CountryOf(place));
    lost_ += measure.goods_size() + measure.origins_size() + (measure.effect() != 0 ? 1 : 0) +
             (measure.list_status() != 0 ? 1 : 0) + (measure.appeal_state() != 0 ? 1 : 0) +
             (measure.ground_code().empty() ? 0 : 1) + (measure.sam_exclusion_type() != 0 ? 1 : 0);
    entity.AppendTo(out);
  }

  void Link(const v1::Record& record, std::string* out) {
    const v1::Link& link = record.link();
    const std::string from = IdOf(link.from(), out), to = IdOf(link.to(), out);
    const bool owns =
        link.type() == v1::LINK_TYPE_OWNS || link.type() == v1::LINK_TYPE_BENEFICIAL_OWNER_OF;
    const bool directs = link.type() == v1::LINK_TYPE_DIRECTOR_OF;
    Entity entity(record.key(), owns ? "Ownership" : directs ? "Directorship" : "UnknownLink");
    entity.Add(owns      ? "owner"
               : directs ? "director"
                         : "subject",
               from)
        .Add(owns      ? "asset"
             : directs ? "organization"
                       : "object",
             to)
        .Add("role", Word(v1::LinkType_Name(link.type()), "LINK_TYPE_"))
        .Add("startDate", link.period().from())
        .AddLast("endDate", link.period());
    if (link.has_share_percent()) {
      if (owns) entity.Add("percentage", absl::StrCat(link.share_percent()));
      lost_ += owns ? 0 : 1;
    }
    lost_ += link.corroboration() != 0 ? 1 : 0;
    entity.AppendTo(out);
  }

  // "final admin decision" of FLAG_STAGE_FINAL_ADMIN_DECISION.
  static std::string Word(absl::string_view name, absl::string_view prefix) {
    std::string word = absl::AsciiStrToLower(absl::StripPrefix(name, prefix));
    std::replace(word.begin(), word.end(), '_', ' ');
    return word == "unspecified" ? "" : word;
  }

  const std::string dataset_;
  uint64_t lost_ = 0;  // of the record that is being written
};

}  // namespace

std::unique_ptr<RecordWriter> MakeFtmWriter(const ExportedDataset& dataset) {
  return std::make_unique<FtmWriter>(dataset.id);
}

}  // namespace probity::ingest
