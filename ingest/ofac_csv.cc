#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/civil_day.h"
#include "base/errors.h"
#include "ingest/csv_reader.h"
#include "ingest/formats.h"
#include "ingest/ofac_remarks.h"

namespace probity::ingest {
namespace {

constexpr char kAuthority[] = "US Office of Foreign Assets Control";
constexpr char kSourceUrl[] = "https://sanctionslist.ofac.treas.gov";
constexpr absl::string_view kNothing = "-0-";
// Of the files beside the primary one, which wait in memory for its entries: twenty times
// what the office publishes.
constexpr size_t kMaxHeldBytes = size_t{256} << 20;

// The columns of the files, which have no line of headings (Treasury's specification of
// delimited files). A file is known by how many there are.
const std::vector<std::string>& Primary() {
  static const auto* const kColumns = new std::vector<std::string>{
      "ent_num",   "SDN_Name", "SDN_Type", "Program",   "Title",      "Call_Sign",
      "Vess_type", "Tonnage",  "GRT",      "Vess_flag", "Vess_owner", "Remarks"};
  return *kColumns;
}
enum PrimaryColumn { kNumber = 0, kName = 1, kType = 2, kProgram = 3, kRemarks = 11 };
const std::vector<std::string>& Aliases() {
  static const auto* const kColumns =
      new std::vector<std::string>{"ent_num", "alt_num", "alt_type", "alt_name", "alt_remarks"};
  return *kColumns;
}
enum AliasColumn { kAliasType = 2, kAliasName = 3 };
const std::vector<std::string>& Addresses() {
  static const auto* const kColumns = new std::vector<std::string>{
      "Ent_num", "Add_num", "Address", "City/State/Province/Postal Code", "Country", "Add_remarks"};
  return *kColumns;
}
enum AddressColumn { kStreet = 2, kCity = 3, kCountry = 4 };
const std::vector<std::string>& Comments() {
  static const auto* const kColumns = new std::vector<std::string>{"Ent_num", "Remarks"};
  return *kColumns;
}

absl::string_view Said(absl::string_view value) {
  return value == kNothing ? absl::string_view() : value;
}

// A row that waits for its entry.
struct HeldRow {
  Row row;  // its `raw` is below
  std::string raw;
  std::vector<std::string> values;
};
// All rows of one entry, by the columns of their file.
struct Further {
  std::vector<HeldRow> aliases, addresses, comments;
};

std::vector<std::string> Programs(absl::string_view cell) {
  // "UKRAINE-EO13662] [RUSSIA-EO14024"
  return absl::StrSplit(cell, "] [");
}

v1::PartyKind KindOf(absl::string_view type) {
  if (type == "individual") return v1::PARTY_KIND_PERSON;
  return type == "vessel" ? v1::PARTY_KIND_VESSEL : v1::PARTY_KIND_UNSPECIFIED;
}

v1::NameType TypeOfAlias(absl::string_view type) {
  return type == "fka" ? v1::NAME_TYPE_FKA : v1::NAME_TYPE_AKA_STRONG;
}

void AddName(absl::string_view text, v1::NameType type, v1::SupplierRecord* supplier) {
  if (text.empty()) return;
  v1::Name* name = supplier->add_names();
  name->set_text(std::string(text));
  name->set_type(type);
}

// A country that has no code stands among the lines.
void AddAddress(const HeldRow& row, const Countries& countries, v1::SupplierRecord* supplier) {
  const absl::string_view street = Said(row.values[kStreet]), city = Said(row.values[kCity]);
  const absl::string_view country = Said(row.values[kCountry]);
  if (street.empty() && city.empty() && country.empty()) return;
  v1::Address* address = supplier->add_addresses();
  if (!street.empty()) address->add_lines(std::string(street));
  address->set_city(std::string(city));
  address->set_country(countries.FromName(country));
  if (address->country().empty() && !country.empty()) address->add_lines(std::string(country));
}

// The country of all addresses, or empty.
std::string OnlyCountry(const v1::SupplierRecord& supplier) {
  std::set<std::string> countries;
  for (const v1::Address& address : supplier.addresses()) countries.insert(address.country());
  return countries.size() == 1 ? *countries.begin() : "";
}

// The remarks of the file and what did not fit there. They are cut anywhere, also at a
// blank, which is trimmed from values.
std::string WholeRemarks(absl::string_view remarks, const Row& row,
                         const std::vector<HeldRow>& comments) {
  std::string whole(Said(remarks));
  bool blank = absl::EndsWith(row.raw, " \"");
  for (const HeldRow& comment : comments) {
    blank = blank || absl::StrContains(comment.raw, ",\" ");
    absl::StrAppend(&whole, blank ? " " : "", comment.values[1]);
    blank = absl::EndsWith(comment.raw, " \"");
  }
  return whole;
}

// The earliest day that is about the programme: "CMIC" of CMIC-EO13959, "EO14024Directive2"
// of RUSSIA-EO14024.
std::optional<v1::Date> DayOf(const std::string& program,
                              const std::vector<std::pair<std::string, v1::Date>>& days) {
  std::optional<v1::Date> first;
  for (const auto& [about, day] : days) {
    const std::string word = about.substr(0, about.find("Directive"));
    if (word.empty() || !absl::StrContains(program, word)) continue;
    if (!first.has_value() || FirstDay(day) < FirstDay(*first)) first = day;
  }
  return first;
}

// Makes records of the rows of all files of a list.
class OfacList {
 public:
  OfacList(const Tables& tables, RowSink* sink) : tables_(tables), sink_(sink) {}

  absl::Status Read(const Files& files) {
    if (absl::Status opened = Open(files); !opened.ok()) return opened;
    for (const auto& reader : readers_) {
      if (reader->columns() == Primary()) continue;
      if (absl::Status held = Hold(reader.get()); !held.ok()) return held;
    }
    for (const auto& reader : readers_) {
      if (reader->columns() != Primary()) continue;
      absl::Status read = reader->ForEach(
          [this](const Row& row, const CsvReader::Values& values) { return Take(row, values); });
      if (!read.ok()) return read;
    }
    return RefuseLeftOver();
  }

 private:
  absl::Status Open(const Files& files) {
    CsvOptions options;
    options.headers = {Primary(), Aliases(), Addresses(), Comments()};
    std::set<std::vector<std::string>> found;
    for (const InputFile& file : files) {
      auto reader = CsvReader::Open(file, options, sink_);
      if (!reader.ok()) return reader.status();
      found.insert((*reader)->columns());
      readers_.push_back(*std::move(reader));
    }
    // Without one of these, all aliases or addresses would be gone, and nobody the wiser.
    absl::Status there = Need(found.count(Primary()) > 0, "entries (cons_prim.csv, sdn.csv)");
    if (there.ok()) there = Need(found.count(Aliases()) > 0, "aliases (cons_alt.csv, alt.csv)");
    if (there.ok()) there = Need(found.count(Addresses()) > 0, "addresses (cons_add.csv, add.csv)");
    return there;
  }

  static absl::Status Need(bool there, absl::string_view what) {
    if (there) return absl::OkStatus();
    return MakeError(
        absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_MISSING_FILE,
        absl::StrCat("the file of ", what,
                     " is not among the files; send the list's files together: entries, aliases, "
                     "addresses and, where there are some, comments"),
        {{"file", std::string(what)}});
  }

  absl::Status Hold(CsvReader* reader) {
    auto rows = &Further::comments;
    if (reader->columns() == Aliases()) rows = &Further::aliases;
    if (reader->columns() == Addresses()) rows = &Further::addresses;
    return reader->ForEach([&](const Row& row, const CsvReader::Values& values) {
      held_bytes_ += 2 * row.raw.size() + sizeof(HeldRow) + values.size() * sizeof(std::string);
      if (held_bytes_ > kMaxHeldBytes) return TooLarge(row);
      (further_[values[0]].*rows)
          .push_back({row, std::string(row.raw), {values.begin(), values.end()}});
      return absl::OkStatus();
    });
  }

  static absl::Status TooLarge(const Row& row) {
    return MakeError(absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_FILE_TOO_LARGE,
                     absl::StrCat(row.file_name, ":", row.line,
                                  ": the files of aliases, addresses and comments hold more than ",
                                  kMaxHeldBytes, " bytes, as no list of the office does"),
                     {{"file", std::string(row.file_name)}, {"line", absl::StrCat(row.line)}});
  }

  absl::Status Take(const Row& row, const CsvReader::Values& values) {
    const std::string number(Said(values[kNumber]));
    if (number.empty()) {
      return sink_->Refuse(row, {v1::ERROR_REASON_ROW_KEY_MISSING, Primary()[kNumber],
                                 "the entry has no number, which names it for good"});
    }
    if (Said(values[kName]).empty()) {
      return sink_->Refuse(row,
                           {v1::ERROR_REASON_ROW_VALUE, Primary()[kName], "the entry has no name"});
    }
    Further further;
    const auto found = further_.find(number);
    if (found != further_.end()) {
      further = std::move(found->second);
      further_.erase(found);
    }
    v1::Record party;
    party.set_key(number);
    const OfacRemarks remarks = Fill(row, values, further, party.mutable_supplier());
    absl::Status accepted = sink_->Accept(row, &party);
    for (const std::string& program : Programs(Said(values[kProgram]))) {
      if (accepted.ok()) accepted = GiveMeasure(row, number, program, remarks);
    }
    return accepted;
  }

  OfacRemarks Fill(const Row& row, const CsvReader::Values& values, const Further& further,
                   v1::SupplierRecord* supplier) const {
    const absl::string_view type = Said(values[kType]);
    supplier->set_kind(KindOf(type));
    AddName(Said(values[kName]), v1::NAME_TYPE_LEGAL_NAME, supplier);
    for (const HeldRow& alias : further.aliases) {
      AddName(Said(alias.values[kAliasName]), TypeOfAlias(alias.values[kAliasType]), supplier);
    }
    for (const HeldRow& address : further.addresses) {
      AddAddress(address, tables_.countries, supplier);
    }
    OfacRemarks remarks = ReadOfacRemarks(WholeRemarks(values[kRemarks], row, further.comments),
                                          OnlyCountry(*supplier), tables_.countries);
    for (const std::string& name : remarks.weak_names) {
      AddName(name, v1::NAME_TYPE_AKA_WEAK, supplier);
    }
    for (const v1::Identifier& identifier : remarks.identifiers) {
      *supplier->add_identifiers() = identifier;
    }
    supplier->set_jurisdiction(remarks.registered_in);
    const auto& days = type == "individual" ? remarks.births : remarks.foundings;
    if (days.size() == 1 && IsValidDate(days[0])) *supplier->mutable_founded() = days[0];
    return remarks;
  }

  absl::Status GiveMeasure(const Row& row, const std::string& number, const std::string& program,
                           const OfacRemarks& remarks) {
    v1::Record entry;
    entry.set_key(absl::StrCat("entry|", number, "|", program));
    v1::LegalMeasure* measure = entry.mutable_legal_measure();
    measure->mutable_subject()->mutable_party()->set_source_record(
        absl::StrCat("records/", number));
    measure->set_regime(program);
    measure->set_effect(v1::MEASURE_EFFECT_INFO_ONLY);
    measure->set_list_status(v1::LIST_STATUS_ACTIVE);
    measure->set_authority(kAuthority);
    measure->add_binding_in("US");
    measure->set_source_url(kSourceUrl);
    if (auto day = DayOf(program, remarks.listed)) *measure->mutable_decided_on() = *day;
    if (auto day = DayOf(program, remarks.effective)) {
      *measure->mutable_in_force()->mutable_from() = *day;
    }
    Row given = row;
    given.further = true;
    return sink_->Accept(given, &entry);
  }

  // Rows of entries that there are not: the primary file may be another edition's, or cut.
  absl::Status RefuseLeftOver() {
    std::map<std::pair<absl::string_view, uint64_t>, const HeldRow*> rows;
    for (const auto& [number, further] : further_) {
      for (const auto* held : {&further.aliases, &further.addresses, &further.comments}) {
        for (const HeldRow& one : *held) rows[{one.row.file_name, one.row.line}] = &one;
      }
    }
    for (const auto& [place, held] : rows) {
      Row row = held->row;
      row.raw = held->raw;
      absl::Status refused =
          sink_->Refuse(row, {v1::ERROR_REASON_ROW_VALUE, Aliases()[0],
                              absl::StrCat("there is no entry ", held->values[0],
                                           "; are all files of one edition, and whole?")});
      if (!refused.ok()) return refused;
    }
    return absl::OkStatus();
  }

  const Tables& tables_;
  RowSink* sink_;
  std::vector<std::unique_ptr<CsvReader>> readers_;    // rows that wait refer to them
  absl::flat_hash_map<std::string, Further> further_;  // by number of the entry
  size_t held_bytes_ = 0;
};

}  // namespace

absl::Status ReadOfacCsv(const Tables& tables, const Files& files, RowSink* sink) {
  return OfacList(tables, sink).Read(files);
}

}  // namespace probity::ingest
