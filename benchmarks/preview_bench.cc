// Measures a preview: what a load with few changes into a large register would do to many
// watched members. Store, names and watch run in this process. The last line is a JSON
// object of the figures.
#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "benchmarks/watched_world.h"
#include "screening/preview/previewer.h"

namespace probity::benchmarks {
namespace {

using screening::PreviewResult;
using screening::PreviewScope;

class Bench {
 public:
  explicit Bench(const WatchedWorld::Options& options) : options_(options), world_(options) {}

  void Run(int rounds, bool without_watch) {
    world_.Fill();
    world_.OpenPolicies();
    world_.OpenWatch();
    const std::vector<double> register_seconds = Measure("register", Register(), rounds);
    const std::vector<double> list_seconds = Measure("list", List(), rounds);
    const double lifted = Preview(changes_, PreviewScope::kLifted);
    absl::PrintF("the question before a commit alone: %.2f s\n", lifted);
    world_.CloseWatch();
    if (without_watch) {
      const double alone = Preview(changes_, PreviewScope::kAll);
      absl::PrintF("without what the watch knows: %.2f s\n", alone);
    }
    absl::PrintF("{\"preview_seconds\": %.2f, \"preview_list_seconds\": %.2f}\n",
                 *std::max_element(register_seconds.begin(), register_seconds.end()),
                 *std::max_element(list_seconds.begin(), list_seconds.end()));
  }

 private:
  uint32_t Changed() const { return std::max<uint32_t>(10, options_.suppliers / 100); }

  std::vector<double> Measure(const std::string& dataset, const std::vector<v1::Record>& records,
                              int rounds) {
    changes_ = world_.Compare(dataset, "", records, removed_);
    removed_.clear();
    std::vector<double> seconds;
    for (int round = 0; round < rounds; ++round) {
      const double before = ResidentBytes();
      seconds.push_back(Preview(changes_, PreviewScope::kAll));
      absl::PrintF(
          "%d changed records of a %s: %.2f s, %d members looked at, %d would change, "
          "%d lifted; %.0f MiB more resident behind it\n",
          records.size(), dataset, seconds.back(), result_.members_evaluated,
          result_.impacts.size(), result_.lifted, (ResidentBytes() - before) / 1048576);
    }
    return seconds;
  }

  double Preview(const storage::ChangeSet& changes, PreviewScope scope) {
    const screening::WatchOptions watch = world_.WatchOptions();
    screening::PreviewParts parts{watch.names, watch.law, watch.schemes, watch.goods,
                                  watch.policies};
    parts.watch = world_.has_watch() ? &world_.watch() : nullptr;
    parts.threads = options_.threads;
    const screening::Previewer previewer(std::move(parts));
    return Timed([&] {
      result_ = OrDie(previewer.Preview({changes, scope, kWatcher, nullptr, nullptr}));
    });
  }

  // One in a hundred: most have another name, some another number, some are new or gone.
  std::vector<v1::Record> Register() {
    std::vector<v1::Record> records;
    for (uint32_t i = 0; i < Changed(); ++i) {
      const uint32_t number = i * 100 % options_.suppliers;
      const uint32_t kind = i % 10;
      if (kind == 0) {
        removed_.push_back(absl::StrCat("s", number));
      } else if (kind == 1) {
        records.push_back(PartyOf(2 * kElsewhere + i, world_.NameFor(2 * kElsewhere + i)));
      } else if (kind == 2) {
        records.push_back(PartyOf(number, world_.NameFor(number)));
        *records.back().mutable_supplier()->mutable_identifiers(0) =
            IdentifierOf(3 * kElsewhere + i);
      } else {
        records.push_back(PartyOf(number, world_.NameFor(kElsewhere + kListed + i)));
      }
    }
    return records;
  }

  // Parties that come onto a list with a flag each, some with the name of a vendor.
  std::vector<v1::Record> List() {
    std::vector<v1::Record> records;
    for (uint32_t i = 0; i < Changed() / 2; ++i) {
      const uint32_t number = 2 * kElsewhere - 1 - i;
      records.push_back(PartyOf(number, world_.NameFor(i % 20 == 0 ? i : number)));
      records.push_back(FlagOf(number));
    }
    return records;
  }

  const WatchedWorld::Options options_;
  WatchedWorld world_;
  storage::ChangeSet changes_;
  std::vector<std::string> removed_;
  PreviewResult result_;
};

}  // namespace
}  // namespace probity::benchmarks

int main(int argc, char** argv) {
  probity::benchmarks::WatchedWorld::Options options;
  options.suppliers = 1000000;
  int rounds = 3;
  bool without_watch = false;
  CLI::App app("Measures what a load would do to many watched members.");
  app.add_option("--directory", options.directory, "where store and watch are made")->required();
  app.add_option("--suppliers", options.suppliers, "in the register; 1 % of them change")
      ->capture_default_str();
  app.add_option("--members", options.members, "that are watched")->capture_default_str();
  app.add_option("--threads", options.threads, "that decide; 0: half of the cores")
      ->capture_default_str();
  app.add_option("--rounds", rounds, "of each preview; the slowest counts")->capture_default_str();
  app.add_flag("--without_watch", without_watch,
               "also where every member must be decided: some minutes");
  app.add_flag("--alike", options.alike, "names of few words, each like many others");
  CLI11_PARSE(app, argc, argv);
  std::filesystem::create_directories(options.directory);
  probity::benchmarks::Bench(options).Run(rounds, without_watch);
  return 0;
}
