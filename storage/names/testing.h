// Random parties and the plainest search, for tests of the name index.
#ifndef PROBITY_STORAGE_NAMES_TESTING_H_
#define PROBITY_STORAGE_NAMES_TESTING_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "index/search.h"
#include "storage/names/name_index.h"
#include "storage/store.h"
#include "storage/testing/history.h"

namespace probity::storage::testing {

// Parties of all kinds with one to three of a few names, in several scripts, and
// sites, some of them restricted.
class NameHistory : public RandomHistory {
 public:
  using RandomHistory::RandomHistory;
  static const std::vector<std::string>& Names();

 protected:
  probity::v1::Record NextRecord(const std::string& key) override;

 private:
  probity::v1::Record NextSite(const std::string& key);
};

std::shared_ptr<const View> ViewOf(const Store& store, uint64_t revision,
                                   const std::string& authority);

// A search finds every name that scores so much.
inline constexpr int kSure = 9000;
// Weak aliases score this at most.
inline constexpr int kWeak = 8000;

// Who is surely found by one of Names() in what `view` shows, as lines of text:
// number of dataset, key, ordinal of the best name, score.
std::string FindAll(const NameIndex& index, const View& view);
// From kWeak on, with every name compared by the index.
std::string FindAllExhaustively(const NameIndex& index, const View& view);
// From `min_score` on, from the view's records alone, without any index.
std::string FindAllInRecords(const View& view, int min_score = kSure);

}  // namespace probity::storage::testing

#endif  // PROBITY_STORAGE_NAMES_TESTING_H_
