#include "screening/names/record_party.h"

#include "absl/strings/str_join.h"
#include "storage/clusters.h"
#include "storage/names/party_names.h"
#include "storage/timeline.h"

namespace probity::screening {
namespace {

std::string AddressLine(const v1::Address& address) {
  return absl::StrJoin({absl::StrJoin(address.lines(), ", "), address.city(), address.region(),
                        address.postal_code()},
                       ", ");
}

// nullptr where there is none.
const v1::Address* AddressOf(const v1::Record& record) {
  if (record.has_site()) return record.site().has_address() ? &record.site().address() : nullptr;
  return record.supplier().addresses_size() > 0 ? &record.supplier().addresses(0) : nullptr;
}

matching::Facts FactsOf(const storage::PartyNames& known) {
  matching::Facts facts;
  facts.kind = known.kind;
  facts.countries = known.countries;
  facts.date = known.date;
  return facts;
}

matching::Facts FactsBeside(const Comparer& comparer, const NameQuestion& question,
                            const RecordParty& record, const v1::Name& name) {
  matching::Facts facts = record.facts;
  facts.weak_alias = name.type() == v1::NAME_TYPE_AKA_WEAK;
  if (!question.party.facts.address.tokens.empty() && !record.address.empty()) {
    facts.address = comparer.matcher.Normalize(record.address, matching::Kind::kAddress);
  }
  return facts;
}

}  // namespace

absl::StatusOr<std::optional<RecordParty>> ReadRecordParty(const storage::View& view,
                                                           const storage::RecordRef& ref) {
  auto row = view.GetRecord(ref);
  if (!row.ok()) return row.status();
  if (!row->has_value()) return std::nullopt;
  const auto known = storage::PartyNamesOf(**row);
  if (!known.has_value()) return std::nullopt;
  const v1::Record& said = storage::LatestRecord(**row);
  const auto& names = said.has_site() ? said.site().names() : said.supplier().names();
  RecordParty record;
  record.names.assign(names.begin(), names.end());
  record.facts = FactsOf(*known);
  const v1::Address* address = AddressOf(said);
  if (address != nullptr) record.address = AddressLine(*address);
  return record;
}

std::optional<RecordParty> PartyOfOnlyRecord(const v1::Supplier& supplier,
                                             const storage::RecordRef& ref) {
  const auto& records = supplier.source_records();
  const bool is_only = records.size() == 1 && records.Get(0) == ref.Name();
  const bool says_all =
      !supplier.names().empty() && supplier.addresses_size() < storage::kMaxAddressesOfSupplier;
  if (!is_only || !says_all) return std::nullopt;
  RecordParty record;
  record.names.push_back(supplier.names(0));
  record.facts = FactsOf(storage::PartyNamesOf(supplier));
  if (supplier.addresses_size() > 0) record.address = AddressLine(supplier.addresses(0));
  return record;
}

int ScoreRecordName(const Comparer& comparer, const NameQuestion& question,
                    const RecordParty& record, const v1::Name& name, v1::ExplanationLevel level,
                    Explanations* out) {
  const matching::Facts facts = FactsBeside(comparer, question, record, name);
  return ScoreNames(comparer.matcher, question.party,
                    comparer.matcher.Normalize(name.text(), facts.kind), facts, level, out);
}

std::vector<Reason> ReasonsForRecordName(const Comparer& comparer, const NameQuestion& question,
                                         const RecordParty& record, const v1::Name& name) {
  const matching::Facts facts = FactsBeside(comparer, question, record, name);
  return ReasonsFor(comparer.matcher, question.party,
                    comparer.matcher.Normalize(name.text(), facts.kind), facts);
}

}  // namespace probity::screening
