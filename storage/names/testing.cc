#include "storage/names/testing.h"

#include <algorithm>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "matching/testing.h"
#include "storage/names/party_names.h"

namespace probity::storage::testing {
namespace {

index::Query QueryFor(const std::string& name, int min_score) {
  index::Query query;
  query.name = matching::TestMatcher().Normalize(name, matching::Kind::kAny);
  query.min_score = min_score;
  query.limit = 1000;
  return query;
}

std::string Lines(const std::string& name, const std::vector<index::Hit>& hits) {
  std::string lines;
  for (const index::Hit& hit : hits) {
    absl::StrAppend(&lines, name, ": ", hit.dataset, "/", hit.key, " ", hit.name_ordinal, " ",
                    hit.score, "\n");
  }
  return lines;
}

using Searcher = absl::StatusOr<index::SearchResult> (NameIndex::*)(const View&,
                                                                    const index::Query&) const;
std::string FindAllWith(Searcher searcher, int min_score, const NameIndex& index,
                        const View& view) {
  std::string lines;
  for (const std::string& name : NameHistory::Names()) {
    auto found = (index.*searcher)(view, QueryFor(name, min_score));
    if (!found.ok()) return found.status().ToString();
    lines += Lines(name, found->hits);
  }
  return lines;
}

// The best name of a record; a score of 0 when none agrees.
index::Hit BestOf(const index::Query& query, const PartyNames& party) {
  const matching::Matcher& matcher = matching::TestMatcher();
  index::Hit best;
  for (const PartyNames::OneName& name : party.names) {
    matching::Facts facts;
    facts.countries = party.countries;
    facts.date = party.date;
    facts.kind = party.kind;
    facts.weak_alias = name.weak;
    const int names = matcher.Score(query.name, matcher.Normalize(name.text, party.kind));
    const int score = matching::ApplyFacts(matcher.tables(), names, query.facts, facts, nullptr);
    if (score <= best.score) continue;
    best.score = score;
    best.name_ordinal = name.ordinal;
  }
  return best;
}

}  // namespace

const std::vector<std::string>& NameHistory::Names() {
  static const auto* names = new std::vector<std::string>{
      "Kestrel Trading Ltd", "Kestrel Shipping Ltd", "Zenith Cotton Mills", "ООО Волга Текстиль",
      "Volga Textile LLC",   "上海纺织有限公司",     "Aurora Borealis",     "Maria Lopez Garcia",
      "Lopez Garcia Maria",  "Golden Ocean 7",       "Golden Ocean 8"};
  return *names;
}

probity::v1::Record NameHistory::NextSite(const std::string& key) {
  probity::v1::Record record;
  record.set_key(key);
  record.mutable_site()->add_names()->set_text(Names()[Pick(Names().size())]);
  if (Pick(2) == 0) record.mutable_site()->mutable_address()->set_country("IN");
  if (Pick(4) == 0) record.set_visibility(probity::v1::VISIBILITY_RESTRICTED);
  return record;
}

probity::v1::Record NameHistory::NextRecord(const std::string& key) {
  if (Pick(6) == 0) return Flag(key, "datasets/reg/records/k1");
  if (Pick(6) == 0) return NextSite(key);
  probity::v1::Record record = Party(key, Names()[Pick(Names().size())], {});
  probity::v1::SupplierRecord* party = record.mutable_supplier();
  for (int more = Pick(3); more > 0; --more) {
    probity::v1::Name* name = party->add_names();
    name->set_text(Names()[Pick(Names().size())]);
    name->set_type(Pick(2) == 0 ? probity::v1::NAME_TYPE_AKA_WEAK
                                : probity::v1::NAME_TYPE_PREVIOUS_LEGAL_NAME);
  }
  if (Pick(8) == 0) party->mutable_names(0)->set_text("...");
  party->set_kind(static_cast<probity::v1::PartyKind>(Pick(probity::v1::PartyKind_ARRAYSIZE)));
  if (Pick(2) == 0) party->set_jurisdiction(Pick(2) == 0 ? "US-MA" : "IN");
  // Changes that leave the names as they are.
  if (Pick(2) == 0) party->add_sectors(absl::StrCat("SIC2007:", Pick(9)));
  return record;
}

std::shared_ptr<const View> ViewOf(const Store& store, uint64_t revision,
                                   const std::string& authority) {
  probity::v1::Consistency at;
  *at.mutable_at_exact_revision() = store.TokenOf(revision).value();
  return store.ViewAt(at, authority).value();
}

std::string FindAll(const NameIndex& index, const View& view) {
  return FindAllWith(&NameIndex::Search, kSure, index, view);
}

std::string FindAllExhaustively(const NameIndex& index, const View& view) {
  return FindAllWith(&NameIndex::SearchExhaustively, kWeak, index, view);
}

std::string FindAllInRecords(const View& view, int min_score) {
  std::string lines;
  for (const std::string& name : NameHistory::Names()) {
    const index::Query query = QueryFor(name, min_score);
    std::vector<index::Hit> hits;
    for (const v1::DatasetState& state : view.manifest().datasets()) {
      const auto add = [&](absl::string_view key, const v1::RecordRow& row) {
        const std::optional<PartyNames> party = PartyNamesOf(row);
        index::Hit hit = party.has_value() ? BestOf(query, *party) : index::Hit();
        hit.dataset = state.number();
        hit.key = std::string(key);
        if (hit.score >= min_score) hits.push_back(hit);
        return true;
      };
      EXPECT_TRUE(view.ForEachRecord(BareDatasetId(state.dataset().name()), add).ok());
    }
    std::sort(hits.begin(), hits.end(), [](const index::Hit& a, const index::Hit& b) {
      return std::tie(b.score, a.dataset, a.key) < std::tie(a.score, b.dataset, b.key);
    });
    lines += Lines(name, hits);
  }
  return lines;
}

}  // namespace probity::storage::testing
