// Open Contracting Data Standard 1.1: the parties that supply, of releases and records.
#include <algorithm>
#include <cstring>
#include <functional>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "base/hash.h"
#include "ingest/formats.h"
#include "ingest/json_reader.h"

namespace probity::ingest {
namespace {

const JsonLists& Packages() {
  static const auto* const kPackages = new JsonLists{{"releases", "records"}, {"compiledRelease"}};
  return *kPackages;
}

// Those who bid, supply and are paid; buyers and others are no suppliers.
constexpr absl::string_view kSupplyingRoles[] = {"supplier", "tenderer", "payee"};

// A party as one release has it.
struct Party {
  const Json& body;
  std::string key;
  absl::Time released;
};

// An identifier's own words name a party for good; an id by itself holds within
// one contracting process only.
std::string KeyOf(const Json& party, const std::string& ocid) {
  const Json& identifier = Member(party, "identifier");
  const std::string scheme = Text(identifier, "scheme");
  const std::string number = Text(identifier, "id");
  if (!scheme.empty() && !number.empty()) {
    return absl::StrCat(absl::AsciiStrToUpper(scheme), "-", number);
  }
  const std::string id = Text(party, "id");
  return id.empty() ? id : absl::StrCat(ocid, "|", id);
}

absl::Time TimeOf(const Json& release) {
  absl::Time time;
  std::string unread;
  const std::string text = Text(release, "date");
  return absl::ParseTime(absl::RFC3339_full, text, &time, &unread) ? time : absl::InfinitePast();
}

// Ids of the suppliers of the awards.
absl::flat_hash_set<std::string> AwardedIds(const Json& release) {
  absl::flat_hash_set<std::string> ids;
  for (const Json* award : Values(release, "awards")) {
    for (const Json* supplier : Values(*award, "suppliers")) ids.insert(Text(*supplier, "id"));
  }
  ids.erase("");
  return ids;
}

bool Supplies(const Json& party, const absl::flat_hash_set<std::string>& awarded) {
  if (awarded.contains(Text(party, "id"))) return true;
  for (const Json* role : Values(party, "roles")) {
    const std::string name = TextOf(*role);
    if (std::find(std::begin(kSupplyingRoles), std::end(kSupplyingRoles), name) !=
        std::end(kSupplyingRoles)) {
      return true;
    }
  }
  return false;
}

bool HoldsObjects(const Json& release, const char* name) {
  const Json& list = Member(release, name);
  return list.is_null() ||
         (list.is_array() &&
          std::all_of(list.begin(), list.end(), [](const Json& one) { return one.is_object(); }));
}

using VisitParty = std::function<absl::Status(const Party& party)>;

// Parties of a release, and suppliers of its awards that stand only there, as in
// releases before OCDS 1.1.
absl::Status ForEachParty(const Json& release, const VisitParty& visit) {
  const std::string ocid = Text(release, "ocid");
  const absl::Time released = TimeOf(release);
  absl::flat_hash_set<std::string> left = AwardedIds(release);
  const absl::flat_hash_set<std::string> awarded = left;
  for (const Json* party : Values(release, "parties")) {
    left.erase(Text(*party, "id"));
    if (!Supplies(*party, awarded)) continue;
    if (absl::Status visited = visit({*party, KeyOf(*party, ocid), released}); !visited.ok()) {
      return visited;
    }
  }
  for (const Json* award : Values(release, "awards")) {
    for (const Json* supplier : Values(*award, "suppliers")) {
      if (left.erase(Text(*supplier, "id")) == 0) continue;
      absl::Status visited = visit({*supplier, KeyOf(*supplier, ocid), released});
      if (!visited.ok()) return visited;
    }
  }
  return absl::OkStatus();
}

// The releases of a row: itself, or what a record holds.
std::vector<const Json*> ReleasesOf(const Json& row) {
  const Json& compiled = Member(row, "compiledRelease");
  if (compiled.is_object()) return {&compiled};
  const Json& releases = Member(row, "releases");
  return releases.is_array() ? ValuesOf(releases) : std::vector<const Json*>{&row};
}

// Which mention of a party is the last one, by the date of its release and then by
// its place: a supplier that wins often is one record. 40 bytes a party.
class LastMentions {
 public:
  void Note(const Party& party) {
    const auto [found, is_new] = last_.try_emplace(HashOf(party.key), party.released, next_);
    if (!is_new && party.released >= found->second.first) found->second = {party.released, next_};
    ++next_;
  }
  // Asked of the same parties in the same order again.
  bool IsLast(const Party& party) {
    const uint64_t place = asked_++;
    return party.key.empty() || last_.at(HashOf(party.key)).second == place;
  }

 private:
  using Hash = std::pair<uint64_t, uint64_t>;
  static Hash HashOf(const std::string& key) {
    const std::string digest = Sha256(key);
    Hash hash;
    std::memcpy(&hash.first, digest.data(), sizeof hash.first);
    std::memcpy(&hash.second, digest.data() + sizeof hash.first, sizeof hash.second);
    return hash;
  }

  absl::flat_hash_map<Hash, std::pair<absl::Time, uint64_t>> last_;
  uint64_t next_ = 0;
  uint64_t asked_ = 0;
};

// Makes suppliers of the parties of one row after the other.
class Suppliers {
 public:
  Suppliers(const Tables& tables, LastMentions* mentions, RowSink* sink)
      : tables_(tables), mentions_(*mentions), sink_(sink) {}

  absl::Status Take(Row row, const Json& value) {
    for (const Json* release : ReleasesOf(value)) {
      if (!HoldsObjects(*release, "parties") || !HoldsObjects(*release, "awards")) {
        return sink_->Refuse(row, {v1::ERROR_REASON_ROW_VALUE, "parties",
                                   "parties and awards of a release are lists of objects"});
      }
      absl::Status taken = ForEachParty(*release, [&](const Party& party) {
        absl::Status one = TakeParty(row, party);
        row.further = true;
        return one;
      });
      if (!taken.ok()) return taken;
    }
    return absl::OkStatus();
  }

 private:
  absl::Status TakeParty(const Row& row, const Party& party) {
    if (!mentions_.IsLast(party)) return absl::OkStatus();
    if (party.key.empty()) {
      return sink_->Refuse(row, {v1::ERROR_REASON_ROW_KEY_MISSING, "parties.id",
                                 "a party has neither an identifier nor an id"});
    }
    record_.Clear();
    record_.set_key(party.key);
    v1::SupplierRecord* supplier = record_.mutable_supplier();
    FillNames(party.body, supplier);
    if (absl::Status filled = FillIdentifiers(row, party.body, supplier); !filled.ok()) {
      return filled;
    }
    FillAddress(Member(party.body, "address"), supplier);
    for (const Json* one : Values(Member(party.body, "details"), "classifications")) {
      const std::string id = Text(*one, "id");
      if (!id.empty()) supplier->add_sectors(absl::StrCat(Text(*one, "scheme"), ":", id));
    }
    return sink_->Accept(row, &record_);
  }

  static void FillNames(const Json& party, v1::SupplierRecord* supplier) {
    const std::string legal = Text(Member(party, "identifier"), "legalName");
    const std::string common = Text(party, "name");
    if (!legal.empty()) {
      v1::Name* name = supplier->add_names();
      name->set_text(legal);
      name->set_type(v1::NAME_TYPE_LEGAL_NAME);
    }
    if (common.empty() || common == legal) return;
    v1::Name* name = supplier->add_names();
    name->set_text(common);
    if (!legal.empty()) name->set_type(v1::NAME_TYPE_TRADING_OR_OPERATING_NAME);
  }

  absl::Status FillIdentifiers(const Row& row, const Json& party, v1::SupplierRecord* supplier) {
    std::vector<const Json*> identifiers = Values(party, "additionalIdentifiers");
    identifiers.insert(identifiers.begin(), &Member(party, "identifier"));
    for (const Json* one : identifiers) {
      const std::string number = Text(*one, "id");
      const std::string scheme = absl::AsciiStrToUpper(Text(*one, "scheme"));
      if (number.empty() || scheme.empty()) continue;
      if (!tables_.identifiers.IsKnown(scheme)) {
        absl::Status warned = sink_->Warn(
            row, {v1::ERROR_REASON_ROW_UNKNOWN_SCHEME, "parties.identifier.scheme",
                  absl::StrCat("\"", scheme.substr(0, 100), "\" is no scheme of org-id.guide; ",
                               record_.key(), " is kept without this identifier")});
        if (!warned.ok()) return warned;
        continue;
      }
      v1::Identifier* identifier = supplier->add_identifiers();
      identifier->set_scheme(scheme);
      identifier->set_value(number);
    }
    return absl::OkStatus();
  }

  // OCDS 1.1 writes the country's name, 1.2 its code.
  void FillAddress(const Json& from, v1::SupplierRecord* supplier) const {
    if (!from.is_object()) return;
    v1::Address address;
    const std::string street = Text(from, "streetAddress");
    for (const absl::string_view line : absl::StrSplit(street, '\n')) {
      const absl::string_view trimmed = absl::StripAsciiWhitespace(line);
      if (!trimmed.empty()) address.add_lines(std::string(trimmed));
    }
    address.set_city(Text(from, "locality"));
    address.set_region(Text(from, "region"));
    address.set_postal_code(Text(from, "postalCode"));
    std::string country = Text(from, "country");
    if (country.empty()) country = Text(from, "countryName");
    address.set_country(tables_.countries.FromName(country));
    if (address.country().empty() && !country.empty()) address.add_lines(country);
    if (address.ByteSizeLong() > 0) *supplier->add_addresses() = std::move(address);
  }

  const Tables& tables_;
  LastMentions& mentions_;
  RowSink* sink_;
  v1::Record record_;
};

// What is neither a release nor a record says nothing that could be read.
bool IsContracting(const Json& row) {
  return row.contains("ocid") || row.contains("parties") || row.contains("awards");
}

absl::Status NotContracting(const Row& row, RowSink* sink) {
  return sink->Refuse(row, {v1::ERROR_REASON_ROW_VALUE, "ocid",
                            "the object is no release and no record of the Open Contracting Data "
                            "Standard: it has no ocid"});
}

}  // namespace

absl::Status ReadOcdsJson(const Tables& tables, const Files& files, RowSink* sink) {
  LastMentions mentions;
  FirstReading first(sink);
  for (const InputFile& file : files) {
    absl::Status noted = ForEachObject(file, Packages(), &first, [&](const Row&, const Json& row) {
      for (const Json* release : ReleasesOf(row)) {
        absl::Status seen = ForEachParty(*release, [&](const Party& party) {
          mentions.Note(party);
          return absl::OkStatus();
        });
        if (!seen.ok()) return seen;
      }
      return absl::OkStatus();
    });
    if (!noted.ok()) return noted;
  }
  Suppliers suppliers(tables, &mentions, sink);
  for (const InputFile& file : files) {
    absl::Status read =
        ForEachObject(file, Packages(), sink, [&](const Row& row, const Json& value) {
          return IsContracting(value) ? suppliers.Take(row, value) : NotContracting(row, sink);
        });
    if (!read.ok()) return read;
  }
  return absl::OkStatus();
}

}  // namespace probity::ingest
