// FollowTheMoney entities: what the two readings of a file have in common. Private to
// ftm_*.cc.
#ifndef PROBITY_INGEST_FTM_H_
#define PROBITY_INGEST_FTM_H_

#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "ingest/importer.h"
#include "ingest/json_reader.h"

namespace probity::ingest::ftm {

// One line: an id, a schema, and properties of which each has several texts.
class Entity {
 public:
  // Borrows `value`.
  explicit Entity(const Json& value)
      : id_(Text(value, "id")),
        schema_(Text(value, "schema")),
        properties_(Member(value, "properties")) {}

  const std::string& id() const { return id_; }
  const std::string& schema() const { return schema_; }
  // True: another entity stands inside, as in files of nested entities.
  bool IsNested() const;
  // The texts of a property, without empty ones.
  std::vector<std::string> All(const char* property) const;
  // Or empty.
  std::string First(const char* property) const;
  // The value that all texts agree on; sources that contradict each other say nothing.
  std::string Only(const char* property) const;

 private:
  std::string id_;
  std::string schema_;
  const Json& properties_;
};

// What lines need of lines that may come later: addresses, and who has a sanction of
// its own. Read before anything else.
class References {
 public:
  explicit References(const Tables& tables) : tables_(tables) {}

  // INVALID_ARGUMENT / LIMIT_EXCEEDED when the addresses of a load do not fit into memory.
  absl::Status Take(const Row& row, const Entity& entity);

  bool IsSanctioned(const std::string& id) const { return sanctioned_.contains(id); }
  // False when there is no such address.
  bool FindAddress(const std::string& id, v1::Address* address) const;
  // "GB" for "gb"; empty for codes that are none of ISO 3166, such as "eu".
  std::string CountryOf(const std::string& code) const;

 private:
  v1::Address Read(const Entity& entity) const;

  const Tables& tables_;
  absl::flat_hash_map<std::string, std::string> addresses_;  // serialised, by id
  absl::flat_hash_set<std::string> sanctioned_;
  size_t held_ = 0;
};

// Reads the lines of one file into records.
absl::Status ReadEntities(const Tables& tables, const References& references, const InputFile& file,
                          RowSink* sink);

}  // namespace probity::ingest::ftm

#endif  // PROBITY_INGEST_FTM_H_
