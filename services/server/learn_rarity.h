// `probityd learn-rarity`: how rare words are in the names that a store holds.
#ifndef PROBITY_SERVICES_SERVER_LEARN_RARITY_H_
#define PROBITY_SERVICES_SERVER_LEARN_RARITY_H_

#include <string>

#include "absl/status/statusor.h"
#include "probity/config/v1/server_config.pb.h"

namespace probity::server {

// A word_rarity table (matching/learn_rarity.h) of the newest revision of the
// store in config.data_dir, for config.rarity_table. Datasets that an authority
// owns are left out: the table tells which words are in use. A party that two
// datasets hold counts twice. Publishes nothing.
//   NOT_FOUND            there is no store; none is made
//   FAILED_PRECONDITION  it holds too few companies
//   what OpenRocksdbStore says, STORE_IN_USE for one that a server has open
absl::StatusOr<std::string> LearnRarity(const config::v1::ServerConfig& config);

}  // namespace probity::server

#endif  // PROBITY_SERVICES_SERVER_LEARN_RARITY_H_
