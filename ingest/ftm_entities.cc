// Entities to records: parties, with what topics say of them, sanctions, owners and
// directors. A reference is a record's key, so it does not matter what comes first.
#include <algorithm>
#include <initializer_list>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/civil_day.h"
#include "ingest/ftm.h"

namespace probity::ingest::ftm {
namespace {

struct Schema {
  absl::string_view name;
  v1::PartyKind kind;
};
constexpr Schema kParties[] = {
    {"Company", v1::PARTY_KIND_COMPANY},        {"Organization", v1::PARTY_KIND_ORGANIZATION},
    {"PublicBody", v1::PARTY_KIND_PUBLIC_BODY}, {"Person", v1::PARTY_KIND_PERSON},
    {"Vessel", v1::PARTY_KIND_VESSEL},          {"LegalEntity", v1::PARTY_KIND_UNSPECIFIED}};

struct Names {
  const char* property;
  v1::NameType type;
};
constexpr Names kNames[] = {{"name", v1::NAME_TYPE_UNSPECIFIED},
                            {"alias", v1::NAME_TYPE_AKA_STRONG},
                            {"weakAlias", v1::NAME_TYPE_AKA_WEAK},
                            {"abbreviation", v1::NAME_TYPE_AKA_WEAK},
                            {"previousName", v1::NAME_TYPE_FKA}};

// Properties whose numbers are of one scheme whatever the country.
struct Numbers {
  const char* property;
  const char* scheme;
};
constexpr Numbers kNumbers[] = {
    {"leiCode", "XI-LEI"},  {"dunsCode", "XI-DUNS"},      {"permId", "XI-PB"},
    {"imoNumber", "IMO"},   {"innCode", "RU-INN"},        {"ogrnCode", "RU-OGRN"},
    {"uscCode", "CN-SAIC"}, {"uniqueEntityId", "US-SAM"}, {"irsCode", "US-EIN"}};

// Countries whose registration numbers are of one scheme where they have its shape.
struct Register {
  absl::string_view country;
  const char* scheme;
};
constexpr Register kRegisters[] = {{"gb", "GB-COH"}, {"br", "BR-CNPJ"}};

struct Edge {
  absl::string_view schema;
  const char* from;
  const char* to;
  v1::LinkType type;
};
constexpr Edge kEdges[] = {{"Ownership", "owner", "asset", v1::LINK_TYPE_OWNS},
                           {"Directorship", "director", "organization", v1::LINK_TYPE_DIRECTOR_OF}};

// What a topic says. A topic is a compiler's summary: it tells neither who decided nor
// when, so nothing that blocks is made of it.
struct Topic {
  absl::string_view name;
  v1::FlagType type;  // UNSPECIFIED: a measure, for information
  v1::FlagStage stage;
};
constexpr Topic kTopics[] = {
    {"debarment", v1::FLAG_TYPE_DEBARMENT, v1::FLAG_STAGE_ADMIN_DETERMINATION},
    {"crime.traffick", v1::FLAG_TYPE_TRAFFICKING_CONVICTION, v1::FLAG_STAGE_ALLEGATION},
    {"crime.traffick.human", v1::FLAG_TYPE_TRAFFICKING_CONVICTION, v1::FLAG_STAGE_ALLEGATION},
    {"forced.labor", v1::FLAG_TYPE_FORCED_LABOUR_CONVICTION, v1::FLAG_STAGE_ALLEGATION},
    {"sanction", v1::FLAG_TYPE_UNSPECIFIED, v1::FLAG_STAGE_UNSPECIFIED},
    {"asset.frozen", v1::FLAG_TYPE_UNSPECIFIED, v1::FLAG_STAGE_UNSPECIFIED},
    {"export.control", v1::FLAG_TYPE_UNSPECIFIED, v1::FLAG_STAGE_UNSPECIFIED}};

template <typename Row, size_t kCount>
const Row* Find(const Row (&rows)[kCount], absl::string_view name, absl::string_view Row::*key) {
  const auto* const found = std::find_if(std::begin(rows), std::end(rows),
                                         [&](const Row& row) { return row.*key == name; });
  return found == std::end(rows) ? nullptr : found;
}

// "2014", "2014-05", "2014-05-01" or an instant of that day.
std::optional<v1::Date> DateIn(const std::string& text) {
  absl::StatusOr<v1::Date> date = ParseDate(absl::string_view(text).substr(0, 10));
  if (!date.ok()) return std::nullopt;
  return *std::move(date);
}

// When something holds: endDate is its last day.
v1::DateInterval PeriodOf(const Entity& entity, const char* other_start) {
  v1::DateInterval period;
  std::string start = entity.Only("startDate");
  if (start.empty() && other_start != nullptr) start = entity.Only(other_start);
  if (const auto from = DateIn(start); from) *period.mutable_from() = *from;
  if (const auto last = DateIn(entity.Only("endDate")); last) {
    *period.mutable_to() = DateOf(LastDay(*last) + 1);
  }
  return period;
}

std::string RecordOf(const std::string& id) { return absl::StrCat("records/", id); }

// Makes records of the entities, one line after the other.
class Entities {
 public:
  Entities(const Tables& tables, const References& references, RowSink* sink)
      : tables_(tables), references_(references), sink_(sink) {}

  absl::Status Take(const Row& row, const Entity& entity) {
    if (entity.IsNested()) {
      return sink_->Refuse(row, {v1::ERROR_REASON_ROW_VALUE, "properties",
                                 "entities stand inside one another; take the publisher's file of "
                                 "single entities"});
    }
    if (entity.id().empty() || entity.schema().empty()) {
      return sink_->Refuse(row,
                           {v1::ERROR_REASON_ROW_KEY_MISSING, entity.id().empty() ? "id" : "schema",
                            "the line is no FollowTheMoney entity: it lacks id or schema"});
    }
    if (const Schema* party = Find(kParties, entity.schema(), &Schema::name); party != nullptr) {
      return TakeParty(row, entity, party->kind);
    }
    if (entity.schema() == "Sanction") return TakeSanction(row, entity);
    if (const Edge* edge = Find(kEdges, entity.schema(), &Edge::schema); edge != nullptr) {
      return TakeEdge(row, entity, *edge);
    }
    return absl::OkStatus();
  }

 private:
  absl::Status TakeParty(const Row& row, const Entity& entity, v1::PartyKind kind) {
    v1::SupplierRecord* supplier = Begin(entity.id())->mutable_supplier();
    supplier->set_kind(kind);
    FillNames(entity, supplier);
    FillIdentifiers(entity, supplier);
    FillAddresses(entity, supplier);
    FillFacts(entity, kind == v1::PARTY_KIND_PERSON, supplier);
    if (absl::Status taken = sink_->Accept(row, &record_); !taken.ok()) return taken;
    return TakeTopics(Further(row), entity);
  }

  static void FillNames(const Entity& entity, v1::SupplierRecord* supplier) {
    for (const Names& names : kNames) {
      for (std::string& text : entity.All(names.property)) {
        v1::Name* name = supplier->add_names();
        name->set_text(std::move(text));
        name->set_type(names.type);
      }
    }
    if (!supplier->names().empty()) return;
    const std::string whole =
        absl::StrCat(entity.First("firstName"), " ", entity.First("lastName"));
    const absl::string_view trimmed = absl::StripAsciiWhitespace(whole);
    if (!trimmed.empty()) supplier->add_names()->set_text(std::string(trimmed));
  }

  void FillIdentifiers(const Entity& entity, v1::SupplierRecord* supplier) const {
    for (const Numbers& numbers : kNumbers) {
      for (std::string& value : entity.All(numbers.property)) {
        Add(numbers.scheme, std::move(value), supplier);
      }
    }
    for (const std::string& value : entity.All("vatCode")) {
      const std::string country = absl::AsciiStrToUpper(absl::string_view(value).substr(0, 2));
      AddIfSure(absl::StrCat("EU-VAT-", country), value, supplier);
    }
    std::string country = entity.Only("jurisdiction");
    if (country.empty()) country = entity.Only("country");
    for (const Register& known : kRegisters) {
      if (known.country != country) continue;
      for (const char* property : {"registrationNumber", "taxNumber"}) {
        for (const std::string& value : entity.All(property))
          AddIfSure(known.scheme, value, supplier);
      }
    }
  }

  static void Add(const std::string& scheme, std::string value, v1::SupplierRecord* supplier) {
    v1::Identifier* identifier = supplier->add_identifiers();
    identifier->set_scheme(scheme);
    identifier->set_value(std::move(value));
  }

  // A number of which only its shape tells that it is of the scheme.
  void AddIfSure(const std::string& scheme, const std::string& value,
                 v1::SupplierRecord* supplier) const {
    v1::Identifier identifier;
    identifier.set_scheme(scheme);
    identifier.set_value(value);
    const auto normal = tables_.identifiers.Normalize(identifier);
    if (normal.ok() && normal->check() == v1::IDENTIFIER_CHECK_OK) Add(scheme, value, supplier);
  }

  void FillAddresses(const Entity& entity, v1::SupplierRecord* supplier) const {
    for (const std::string& id : entity.All("addressEntity")) {
      v1::Address address;
      if (references_.FindAddress(id, &address)) *supplier->add_addresses() = std::move(address);
    }
    if (!supplier->addresses().empty()) return;
    for (std::string& text : entity.All("address")) {
      v1::Address* address = supplier->add_addresses();
      address->add_lines(std::move(text));
      address->set_country(references_.CountryOf(entity.Only("country")));
    }
  }

  void FillFacts(const Entity& entity, bool is_person, v1::SupplierRecord* supplier) const {
    for (const char* property : {"jurisdiction", "flag", "mainCountry"}) {
      if (supplier->jurisdiction().empty() && !is_person) {
        supplier->set_jurisdiction(references_.CountryOf(entity.Only(property)));
      }
    }
    const auto begun = DateIn(entity.Only(is_person ? "birthDate" : "incorporationDate"));
    if (begun) *supplier->mutable_founded() = *begun;
    const auto ended = DateIn(entity.Only(is_person ? "deathDate" : "dissolutionDate"));
    if (ended) *supplier->mutable_dissolved() = *ended;
    const std::string form = entity.First("legalForm");
    if (!form.empty()) supplier->mutable_legal_form()->set_local_name(form);
  }

  absl::Status TakeTopics(const Row& row, const Entity& entity) {
    for (const std::string& text : entity.All("topics")) {
      const Topic* topic = Find(kTopics, text, &Topic::name);
      if (topic == nullptr) continue;
      // The sanction says the same, and more.
      const bool is_measure = topic->type == v1::FLAG_TYPE_UNSPECIFIED;
      if (is_measure && references_.IsSanctioned(entity.id())) continue;
      v1::Record* record = Begin(absl::StrCat(entity.id(), "|topic|", text));
      is_measure ? FillMeasure(entity, text, record->mutable_legal_measure())
                 : FillFlag(entity, *topic, record->mutable_risk_flag());
      if (absl::Status taken = sink_->Accept(row, record); !taken.ok()) return taken;
    }
    return absl::OkStatus();
  }

  static void FillSubject(const std::string& id, const std::string& name,
                          v1::FlagSubject* subject) {
    subject->mutable_party()->set_source_record(RecordOf(id));
    subject->mutable_party()->set_display_name(name);
  }

  static void FillFlag(const Entity& entity, const Topic& topic, v1::RiskFlag* flag) {
    FillSubject(entity.id(), entity.First("name"), flag->mutable_subject());
    flag->set_type(topic.type);
    flag->set_stage(topic.stage);
    flag->set_summary(
        absl::StrCat("The compiler of the data gives the topic \"", topic.name, "\"."));
    flag->set_source_url(entity.First("sourceUrl"));
  }

  static void FillMeasure(const Entity& entity, const std::string& topic,
                          v1::LegalMeasure* measure) {
    FillSubject(entity.id(), entity.First("name"), measure->mutable_subject());
    measure->set_regime(topic);
    measure->set_effect(v1::MEASURE_EFFECT_INFO_ONLY);
    measure->set_source_url(entity.First("sourceUrl"));
  }

  // Programmes are many and do different things: the entry is kept for information,
  // under the programme, so that a rule can name it.
  absl::Status TakeSanction(Row row, const Entity& entity) {
    const std::vector<std::string> subjects = entity.All("entity");
    if (subjects.empty()) return Lacks(row, "entity");
    for (const std::string& subject : subjects) {
      v1::Record* record =
          Begin(subjects.size() == 1 ? entity.id() : absl::StrCat(entity.id(), "|", subject));
      v1::LegalMeasure* measure = record->mutable_legal_measure();
      FillSubject(subject, "", measure->mutable_subject());
      measure->set_regime(FirstOf(entity, {"programId", "program"}));
      measure->set_effect(v1::MEASURE_EFFECT_INFO_ONLY);
      measure->set_authority(entity.First("authority"));
      measure->set_decision_no(FirstOf(entity, {"unscId", "authorityId", "recordId"}));
      measure->set_section(CutText(entity.First("provisions"), kMaxSectionBytes));
      measure->set_source_url(entity.First("sourceUrl"));
      for (const std::string& country : entity.All("country")) {
        measure->add_binding_in(absl::AsciiStrToUpper(country));
      }
      if (const auto day = DateIn(entity.Only("listingDate")); day) {
        *measure->mutable_decided_on() = *day;
      }
      *measure->mutable_in_force() = PeriodOf(entity, "listingDate");
      if (absl::Status taken = sink_->Accept(row, record); !taken.ok()) return taken;
      row.further = true;
    }
    return absl::OkStatus();
  }

  absl::Status TakeEdge(Row row, const Entity& entity, const Edge& edge) {
    const std::vector<std::string> from = entity.All(edge.from);
    const std::vector<std::string> to = entity.All(edge.to);
    if (from.empty() || to.empty()) return Lacks(row, from.empty() ? edge.from : edge.to);
    for (const std::string& start : from) {
      for (const std::string& end : to) {
        v1::Record* record =
            Begin(from.size() * to.size() == 1 ? entity.id()
                                               : absl::StrCat(entity.id(), "|", start, "|", end));
        v1::Link* link = record->mutable_link();
        link->mutable_from()->set_source_record(RecordOf(start));
        link->mutable_to()->set_source_record(RecordOf(end));
        link->set_type(edge.type);
        double percent = 0;
        if (absl::SimpleAtod(absl::StrReplaceAll(entity.Only("percentage"), {{"%", ""}}),
                             &percent) &&
            percent >= 0 && percent <= 100) {
          link->set_share_percent(percent);
        }
        *link->mutable_period() = PeriodOf(entity, nullptr);
        if (absl::Status taken = sink_->Accept(row, record); !taken.ok()) return taken;
        row.further = true;
      }
    }
    return absl::OkStatus();
  }

  absl::Status Lacks(const Row& row, const char* property) {
    return sink_->Refuse(row, {v1::ERROR_REASON_ROW_VALUE, absl::StrCat("properties.", property),
                               "the entity does not say whom it is about"});
  }

  static std::string FirstOf(const Entity& entity, std::initializer_list<const char*> properties) {
    for (const char* property : properties) {
      std::string text = entity.First(property);
      if (!text.empty()) return text;
    }
    return "";
  }

  static Row Further(Row row) {
    row.further = true;
    return row;
  }

  v1::Record* Begin(const std::string& key) {
    record_.Clear();
    record_.set_key(key);
    return &record_;
  }

  static constexpr size_t kMaxSectionBytes = 1000;

  const Tables& tables_;
  const References& references_;
  RowSink* sink_;
  v1::Record record_;
};

}  // namespace

absl::Status ReadEntities(const Tables& tables, const References& references, const InputFile& file,
                          RowSink* sink) {
  Entities entities(tables, references, sink);
  return ForEachJsonLine(file, sink, [&](const Row& row, const Json& value) {
    return entities.Take(row, Entity(value));
  });
}

}  // namespace probity::ingest::ftm
