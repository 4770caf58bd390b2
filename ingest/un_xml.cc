// The United Nations Security Council's consolidated list: each entry becomes a party,
// and the measure that lists it.
#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/civil_day.h"
#include "base/utf8.h"
#include "ingest/formats.h"
#include "ingest/xml_reader.h"

namespace probity::ingest {
namespace {

constexpr char kSource[] = "https://main.un.org/securitycouncil/en/content/un-sc-consolidated-list";

// An element of an entry, with those inside it.
struct Element {
  std::string name;
  std::string text;
  std::vector<std::pair<std::string, std::string>> children;

  absl::string_view Child(absl::string_view child) const {
    for (const auto& [known, value] : children) {
      if (known == child) return value;
    }
    return "";
  }
};

// One INDIVIDUAL or ENTITY; names of elements without that prefix.
class Entry {
 public:
  void Begin(uint64_t line) {
    line_ = line;
    bytes_ = 0;
    elements_.clear();
  }
  // What is beyond the limit of a row is counted and not kept.
  void BeginElement(absl::string_view name) {
    bytes_ += name.size() + sizeof(Element);
    if (!IsTooLong()) elements_.emplace_back().name = std::string(name);
  }
  void EndElement(absl::string_view text) {
    bytes_ += text.size();
    if (!IsTooLong()) elements_.back().text = std::string(text);
  }
  void EndChild(absl::string_view name, absl::string_view text) {
    bytes_ += name.size() + text.size() + sizeof(std::pair<std::string, std::string>);
    if (!IsTooLong()) elements_.back().children.emplace_back(name, text);
  }

  uint64_t line() const { return line_; }
  bool IsTooLong() const { return bytes_ > kMaxRowBytes; }
  const std::vector<Element>& elements() const { return elements_; }
  absl::string_view Text(absl::string_view name) const {
    for (const Element& element : elements_) {
      if (element.name == name) return element.text;
    }
    return "";
  }
  // "REFERENCE_NUMBER=QDi.001 FIRST_NAME=…"
  std::string Shown() const {
    std::string shown;
    for (const Element& element : elements_) {
      if (shown.size() > kMaxRawBytes) break;
      absl::StrAppend(&shown, shown.empty() ? "" : " ", element.name, "=", element.text);
      for (const auto& [name, text] : element.children) {
        absl::StrAppend(&shown, " ", name, "=", text);
      }
    }
    return shown;
  }

 private:
  uint64_t line_ = 0;
  size_t bytes_ = 0;  // in memory
  std::vector<Element> elements_;
};

// The day of "2001-01-25", "2001-01-25-05:00" or "2001-01-25T00:00:00".
std::optional<v1::Date> DayOf(absl::string_view text) {
  absl::StatusOr<v1::Date> day = ParseDate(text.substr(0, 10));
  if (!day.ok() || !IsFullDay(*day)) return std::nullopt;
  return *std::move(day);
}

// Persons' aliases are Good or Low, entities' "a.k.a." or "f.k.a.". A quality that is
// new could be any: it is not taken for low, which would find less.
v1::NameType TypeOfAlias(absl::string_view quality) {
  if (absl::EqualsIgnoreCase(quality, "Low")) return v1::NAME_TYPE_AKA_WEAK;
  const std::string lower = absl::AsciiStrToLower(quality);
  return absl::StartsWith(lower, "f") ? v1::NAME_TYPE_FKA : v1::NAME_TYPE_AKA_STRONG;
}

class UnList final : public XmlVisitor {
 public:
  UnList(const Tables& tables, const InputFile& file, RowSink* sink)
      : tables_(tables), file_(file), sink_(sink) {}

  absl::Status Start(absl::string_view name, int depth, uint64_t line) override {
    if (depth == 3) {
      inside_ = name == "INDIVIDUAL" || name == "ENTITY";
      entry_.Begin(line);
    }
    if (depth == 4 && inside_) entry_.BeginElement(name);
    return absl::OkStatus();
  }

  absl::Status End(absl::string_view name, int depth, absl::string_view text) override {
    if (depth == 3 && inside_) {
      inside_ = false;
      return Take(name == "INDIVIDUAL");
    }
    if (depth == 4 && inside_) entry_.EndElement(text);
    if (depth > 4 && inside_) entry_.EndChild(name, text);
    return absl::OkStatus();
  }

 private:
  using Fault = std::optional<RowFault>;

  absl::Status Take(bool is_person) {
    const std::string raw = entry_.Shown();
    Row row{file_.name, entry_.line(), raw};
    if (entry_.IsTooLong()) {
      return sink_->Refuse(row,
                           {v1::ERROR_REASON_ROW_TOO_LONG, "",
                            absl::StrCat("the entry is longer than ", kMaxRowBytes, " bytes")});
    }
    v1::Record measure;
    if (Fault fault = Fill(is_person, &measure); fault) return sink_->Refuse(row, *fault);
    if (absl::Status taken = sink_->Accept(row, &party_); !taken.ok()) return taken;
    row.further = true;
    return sink_->Accept(row, &measure);
  }

  Fault Fill(bool is_person, v1::Record* measure) {
    const std::string reference(entry_.Text("REFERENCE_NUMBER"));
    if (reference.empty()) {
      return RowFault{v1::ERROR_REASON_ROW_KEY_MISSING, "REFERENCE_NUMBER",
                      "the entry has no permanent reference number"};
    }
    party_.Clear();
    party_.set_key(reference);
    v1::SupplierRecord* supplier = party_.mutable_supplier();
    FillNames(supplier);
    for (const Element& element : entry_.elements()) FillFrom(element, supplier);
    if (is_person) {
      supplier->set_kind(v1::PARTY_KIND_PERSON);
      FillBirth(supplier);
    }
    measure->set_key(absl::StrCat("entry|", reference));
    return FillMeasure(reference, measure->mutable_legal_measure());
  }

  void FillNames(v1::SupplierRecord* supplier) const {
    std::string name;
    for (const char* part : {"FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME"}) {
      const absl::string_view text = entry_.Text(part);
      if (!text.empty()) absl::StrAppend(&name, name.empty() ? "" : " ", text);
    }
    if (!name.empty()) supplier->add_names()->set_text(name);
    AddName(entry_.Text("NAME_ORIGINAL_SCRIPT"), v1::NAME_TYPE_ORIGINAL_SCRIPT, supplier);
  }

  static void AddName(absl::string_view text, v1::NameType type, v1::SupplierRecord* supplier) {
    if (text.empty()) return;
    v1::Name* name = supplier->add_names();
    name->set_text(std::string(text));
    name->set_type(type);
  }

  void FillFrom(const Element& element, v1::SupplierRecord* supplier) const {
    if (absl::EndsWith(element.name, "_ALIAS")) {
      AddName(element.Child("ALIAS_NAME"), TypeOfAlias(element.Child("QUALITY")), supplier);
    } else if (absl::EndsWith(element.name, "_ADDRESS")) {
      FillAddress(element, supplier);
    } else if (element.name == "INDIVIDUAL_DOCUMENT") {
      FillDocument(element, supplier);
    }
  }

  void FillAddress(const Element& from, v1::SupplierRecord* supplier) const {
    v1::Address address;
    if (!from.Child("STREET").empty()) address.add_lines(std::string(from.Child("STREET")));
    address.set_city(std::string(from.Child("CITY")));
    address.set_region(std::string(from.Child("STATE_PROVINCE")));
    address.set_postal_code(std::string(from.Child("ZIP_CODE")));
    const absl::string_view country = from.Child("COUNTRY");
    address.set_country(tables_.countries.FromName(country));
    if (address.country().empty() && !country.empty()) address.add_lines(std::string(country));
    if (address.ByteSizeLong() > 0) *supplier->add_addresses() = std::move(address);
  }

  // A passport or identity number together with the country that issued it; other
  // documents, and those of which the country is not known, name nobody for certain.
  void FillDocument(const Element& document, v1::SupplierRecord* supplier) const {
    const absl::string_view type = document.Child("TYPE_OF_DOCUMENT");
    const absl::string_view number = document.Child("NUMBER");
    absl::string_view issuer = document.Child("ISSUING_COUNTRY");
    if (issuer.empty()) issuer = document.Child("COUNTRY_OF_ISSUE");
    const std::string country = tables_.countries.FromName(issuer);
    const bool is_passport = absl::EqualsIgnoreCase(type, "Passport");
    const bool is_number = absl::EqualsIgnoreCase(type, "National Identification Number");
    if (country.empty() || number.empty() || (!is_passport && !is_number)) return;
    v1::Identifier* identifier = supplier->add_identifiers();
    identifier->set_scheme(absl::StrCat(country, is_passport ? "-PASSPORT" : "-NATIONAL-ID"));
    identifier->set_value(std::string(number));
  }

  // A day or year of birth that contradicts lowers a match: only one that is exact, and
  // the only one, is taken.
  void FillBirth(v1::SupplierRecord* supplier) const {
    std::optional<v1::Date> born;
    for (const Element& element : entry_.elements()) {
      if (element.name != "INDIVIDUAL_DATE_OF_BIRTH" || element.children.empty()) continue;
      const std::optional<v1::Date> date = BirthIn(element);
      if (!date || (born && FormatDate(*born) != FormatDate(*date))) return;
      born = date;
    }
    if (born) *supplier->mutable_founded() = *born;
  }

  static std::optional<v1::Date> BirthIn(const Element& element) {
    const absl::string_view type = element.Child("TYPE_OF_DATE");
    if (!type.empty() && !absl::EqualsIgnoreCase(type, "EXACT")) return std::nullopt;
    const absl::string_view day = element.Child("DATE");
    if (!day.empty()) return DayOf(day);
    absl::StatusOr<v1::Date> year = ParseDate(element.Child("YEAR"));
    return year.ok() ? std::optional<v1::Date>(*year) : std::nullopt;
  }

  // The Council's measures bind all member states; which of them an entry is under
  // stands in `section`.
  Fault FillMeasure(const std::string& reference, v1::LegalMeasure* measure) const {
    v1::SubjectRef* subject = measure->mutable_subject()->mutable_party();
    subject->set_source_record(absl::StrCat("records/", reference));
    if (!party_.supplier().names().empty()) {
      subject->set_display_name(party_.supplier().names(0).text());
    }
    measure->set_regime("UN-SC");
    measure->set_effect(v1::MEASURE_EFFECT_MUST_EXCLUDE);
    measure->set_list_status(v1::LIST_STATUS_ACTIVE);
    measure->set_authority("United Nations Security Council");
    measure->set_decision_no(reference);
    measure->set_section(std::string(entry_.Text("UN_LIST_TYPE")));
    measure->set_source_url(kSource);
    const absl::string_view listed = entry_.Text("LISTED_ON");
    if (!listed.empty()) {
      const std::optional<v1::Date> day = DayOf(listed);
      if (!day) return NoDay("LISTED_ON", listed);
      *measure->mutable_decided_on() = *day;
      *measure->mutable_in_force()->mutable_from() = *day;
    }
    return FillAmended(measure);
  }

  // The latest of the days on which the entry was changed.
  Fault FillAmended(v1::LegalMeasure* measure) const {
    for (const Element& element : entry_.elements()) {
      if (element.name != "LAST_DAY_UPDATED") continue;
      for (const auto& [name, text] : element.children) {
        if (text.empty()) continue;
        const std::optional<v1::Date> day = DayOf(text);
        if (!day) return NoDay("LAST_DAY_UPDATED", text);
        if (!measure->has_amended_on() || FirstDay(*day) > FirstDay(measure->amended_on())) {
          *measure->mutable_amended_on() = *day;
        }
      }
    }
    return std::nullopt;
  }

  static RowFault NoDay(const char* element, absl::string_view text) {
    return {v1::ERROR_REASON_ROW_DATE, element,
            absl::StrCat("\"", CutUtf8(text, 100), "\" begins with no day that exists")};
  }

  const Tables& tables_;
  const InputFile& file_;
  RowSink* sink_;
  bool inside_ = false;
  Entry entry_;
  v1::Record party_;
};

}  // namespace

absl::Status ReadUnXml(const Tables& tables, const Files& files, RowSink* sink) {
  for (const InputFile& file : files) {
    UnList list(tables, file, sink);
    if (absl::Status read = ReadXml(file, "CONSOLIDATED_LIST", sink, &list); !read.ok()) {
      return read;
    }
  }
  return absl::OkStatus();
}

}  // namespace probity::ingest
