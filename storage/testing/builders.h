// Short ways to write records, datasets and loads in tests of the store.
#ifndef PROBITY_STORAGE_TESTING_BUILDERS_H_
#define PROBITY_STORAGE_TESTING_BUILDERS_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "probity/v1/dataset_service.pb.h"
#include "probity/v1/record.pb.h"
#include "storage/change_set.h"
#include "storage/store.h"

namespace probity::storage::testing {

using IdList = std::vector<std::pair<std::string, std::string>>;  // scheme, value

// A party with one legal name and identifiers as given, already normalised.
probity::v1::Record Party(const std::string& key, const std::string& name, const IdList& ids);
// A flag about a party of any dataset ("records/k" or "datasets/d/records/k").
probity::v1::Record Flag(const std::string& key, const std::string& about);
// Parts records, by their names.
probity::v1::Record Separation(const std::string& key, const std::vector<std::string>& records,
                               const std::vector<std::string>& apart_from);
probity::v1::Date Day(const std::string& iso);

// Creates a dataset through Publish. Without `owner` it is shared.
absl::Status CreateDataset(Store* store, const std::string& id, probity::v1::AbsenceMode absence,
                           const std::string& owner = "");

// What a test loads in one go.
struct TestLoad {
  std::string dataset;
  std::vector<probity::v1::Record> records = {};
  std::vector<std::string> removed = {};  // for DELTA
  probity::v1::LoadMode mode = probity::v1::LOAD_MODE_FULL_EDITION;
  std::string edition = {};    // ISO day, or empty
  std::string authority = {};  // sees the dataset; its owner's name when owned
  int64_t now_us = 0;
};

// Compares with head and makes the change set in a temporary directory.
absl::StatusOr<ChangeSet> MakeChangeSet(const Store& store, const TestLoad& load);
// MakeChangeSet and Publish; the file is removed.
absl::StatusOr<std::shared_ptr<const View>> Load(Store* store, const TestLoad& load);

// What an index beside the store is shown, as lines of text.
std::vector<std::string> VersionsAt(const Store& store, uint64_t revision);
std::vector<std::string> ChangesOf(const Store& store, uint64_t revision);

// Records that a term finds, in order.
std::vector<RecordRef> Find(const View& view, IndexKind kind, const std::string& term);

}  // namespace probity::storage::testing

#endif  // PROBITY_STORAGE_TESTING_BUILDERS_H_
