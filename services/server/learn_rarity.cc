#include "services/server/learn_rarity.h"

#include <filesystem>
#include <optional>
#include <vector>

#include "matching/learn_rarity.h"
#include "matching/matcher.h"
#include "services/server/open_store.h"
#include "storage/names/party_names.h"

namespace probity::server {
namespace {

absl::Status AddNames(const storage::View& view, const std::string& dataset,
                      matching::RarityLearner* learner) {
  return view.ForEachRecord(
      storage::BareDatasetId(dataset), [&](absl::string_view, const storage::v1::RecordRow& row) {
        const std::optional<storage::PartyNames> party = storage::PartyNamesOf(row);
        std::vector<std::string> names;
        if (party.has_value() && party->kind != matching::Kind::kSite) {
          for (const auto& name : party->names) names.push_back(name.text);
          learner->Add(names, party->kind);
        }
        return true;
      });
}

}  // namespace

absl::StatusOr<std::string> LearnRarity(const config::v1::ServerConfig& config) {
  std::error_code error;
  if (!std::filesystem::exists(StorePath(config), error)) {
    return absl::NotFoundError(absl::StrCat("there is no store in ", config.data_dir(),
                                            "; data_dir is the directory of a server"));
  }
  // The shipped table, whatever the server's own one: so the same store gives the
  // same table, to the letter.
  auto matcher = matching::Matcher::Load(config.tables_dir());
  if (!matcher.ok()) return matcher.status();
  IdentifierCatalogue identifiers;
  absl::Status read = ReadTable(config.tables_dir() + "/identifier_schemes.csv", &identifiers);
  if (!read.ok()) return read;
  auto store = OpenStore(config, identifiers);
  if (!store.ok()) return store.status();
  matching::RarityLearner learner(&*matcher);
  const auto view = (*store)->Head("");
  for (const storage::v1::DatasetState& state : view->manifest().datasets()) {
    if (read.ok()) read = AddNames(*view, state.dataset().name(), &learner);
  }
  if (!read.ok()) return read;
  return learner.Table();
}

}  // namespace probity::server
