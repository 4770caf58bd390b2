// A store with a register, a list and a portfolio of many members, with names and a watch,
// in one process: what the benchmarks of the watch and of previews work on.
#ifndef PROBITY_BENCHMARKS_WATCHED_WORLD_H_
#define PROBITY_BENCHMARKS_WATCHED_WORLD_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/identifiers.h"
#include "benchmarks/names/corpus.h"
#include "matching/matcher.h"
#include "policy/compile.h"
#include "probity/v1/record.pb.h"
#include "screening/watch/watch.h"
#include "storage/change_set.h"
#include "storage/names/name_index.h"
#include "storage/store.h"

namespace probity::benchmarks {

inline constexpr char kWatcher[] = "authorities/bench";
// Suppliers of the population that the register does not hold.
inline constexpr uint32_t kElsewhere = 50000000;
inline constexpr int kListed = 10000;

// A benchmark ends with its first error.
[[noreturn]] void Die(const std::string& why);
inline void OrDie(const absl::Status& status) {
  if (!status.ok()) Die(status.ToString());
}
template <typename Value>
Value OrDie(absl::StatusOr<Value> value) {
  OrDie(value.status());
  return *std::move(value);
}
// Seconds that it takes.
template <typename Work>
double Timed(const Work& work) {
  const absl::Time begun = absl::Now();
  work();
  return absl::ToDoubleSeconds(absl::Now() - begun);
}
double ResidentBytes();

v1::Identifier IdentifierOf(uint32_t number);
v1::Record PartyOf(uint32_t number, const std::string& name);
v1::Record FlagOf(uint32_t number);

class WatchedWorld {
 public:
  struct Options {
    std::string directory;
    uint32_t suppliers = 100000;
    uint32_t members = 100000;
    int threads = 0;
    bool alike = false;
  };
  explicit WatchedWorld(const Options& options);
  ~WatchedWorld();

  // A register, a list of kListed / 2 parties with a flag each, the members: half of them
  // by name alone.
  void Fill();
  void OpenPolicies();
  // Returns when all was weighed.
  void OpenWatch();
  void CloseWatch() { watch_.reset(); }
  void AwaitWeighed();

  // Of a dataset of `owner`, compared with head as a DELTA.
  storage::ChangeSet Compare(const std::string& dataset, const std::string& owner,
                             const std::vector<v1::Record>& records,
                             const std::vector<std::string>& removed = {});
  void Publish(const storage::ChangeSet& changes);

  // As the names of search benchmarks; or of few words, so that each is like many others.
  std::string NameFor(uint32_t number) const;

  const storage::Store& store() const { return *store_; }
  bool has_watch() const { return watch_ != nullptr; }
  const screening::Watch& watch() const { return *watch_; }
  screening::WatchOptions WatchOptions() const;

 private:
  void Create(const v1::Dataset& dataset);
  std::vector<v1::Record> Members() const;

  const Options options_;
  const IdentifierCatalogue identifiers_;
  const policy::LegalPeriods law_;
  const policy::SchemeCatalogue schemes_;
  const Countries countries_;
  const policy::CountryGroups groups_;
  const matching::Matcher matcher_;
  const screening::GoodsAtRisk goods_{};
  const Corpus corpus_{20261125, Scripts::kMixed};
  std::unique_ptr<storage::Store> store_;
  std::unique_ptr<storage::NameIndex> index_;
  std::unique_ptr<screening::NameBook> names_;
  std::unique_ptr<screening::PolicyBook> policies_;
  std::unique_ptr<screening::Watch> watch_;
};

}  // namespace probity::benchmarks

#endif  // PROBITY_BENCHMARKS_WATCHED_WORLD_H_
