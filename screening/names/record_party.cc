#include "screening/names/record_party.h"

#include "absl/strings/str_join.h"
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
  record.facts.kind = known->kind;
  record.facts.countries = known->countries;
  record.facts.date = known->date;
  const v1::Address* address = AddressOf(said);
  if (address != nullptr) record.address = AddressLine(*address);
  return record;
}

int ScoreRecordName(const Comparer& comparer, const NameQuestion& question,
                    const RecordParty& record, const v1::Name& name, v1::ExplanationLevel level,
                    Explanations* out) {
  matching::Facts facts = record.facts;
  facts.weak_alias = name.type() == v1::NAME_TYPE_AKA_WEAK;
  if (!question.party.facts.address.tokens.empty() && !record.address.empty()) {
    facts.address = comparer.matcher.Normalize(record.address, matching::Kind::kAddress);
  }
  return ScoreNames(comparer.matcher, question.party,
                    comparer.matcher.Normalize(name.text(), facts.kind), facts, level, out);
}

}  // namespace probity::screening
