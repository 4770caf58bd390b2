#include "services/supplier/record_party.h"

#include <string>

#include "absl/strings/str_join.h"
#include "storage/names/party_names.h"
#include "storage/timeline.h"

namespace probity::supplier {
namespace {

std::string AddressLine(const v1::Address& address) {
  return absl::StrJoin({absl::StrJoin(address.lines(), ", "), address.city(), address.region(),
                        address.postal_code()},
                       ", ");
}

}  // namespace

absl::StatusOr<std::optional<RecordParty>> ReadRecordParty(const Comparer& comparer,
                                                           const storage::View& view,
                                                           const storage::RecordRef& ref) {
  auto row = view.GetRecord(ref);
  if (!row.ok()) return row.status();
  if (!row->has_value()) return std::nullopt;
  const auto known = storage::PartyNamesOf(**row);
  if (!known.has_value()) return std::nullopt;
  const v1::SupplierRecord& party = storage::LatestRecord(**row).supplier();
  RecordParty record;
  record.names.assign(party.names().begin(), party.names().end());
  record.facts.kind = known->kind;
  record.facts.countries = known->countries;
  record.facts.date = known->date;
  if (party.addresses_size() > 0) {
    record.facts.address =
        comparer.matcher.Normalize(AddressLine(party.addresses(0)), matching::Kind::kAddress);
  }
  return record;
}

int ScoreRecordName(const Comparer& comparer, const NameQuestion& question,
                    const RecordParty& record, const v1::Name& name, v1::ExplanationLevel level,
                    Explanations* out) {
  matching::Facts facts = record.facts;
  facts.weak_alias = name.type() == v1::NAME_TYPE_AKA_WEAK;
  return ScoreNames(comparer.matcher, question.party,
                    comparer.matcher.Normalize(name.text(), facts.kind), facts, level, out);
}

}  // namespace probity::supplier
