// Measures the watch: how long a commit takes to be weighed against many members, and
// what a member takes in memory. Store, names and watch run in this process. The last
// line is a JSON object of the figures.
#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_format.h"
#include "benchmarks/watched_world.h"
#include "storage/own_datasets.h"

namespace probity::benchmarks {
namespace {

constexpr int kChanged = 1000;

class Bench {
 public:
  explicit Bench(const WatchedWorld::Options& options) : options_(options), world_(options) {}

  void Run() {
    world_.Fill();
    world_.OpenPolicies();
    const double built = Timed([&] { world_.OpenWatch(); });
    absl::PrintF(
        "%d members, half of them by name alone, decided at first: %.1f s (%.0f a second)\n",
        options_.members, built, options_.members / built);
    const double bytes = MeasureMember();
    const double list =
        MeasureChange("a list of names, half of them parties and half flags", "list", ListUpdate());
    const double names = MeasureChange("a register, names", "register", Renamed());
    const double one = MeasureChange("one judgement", "", {Judgement()});
    absl::PrintF(
        "{\"watch_1000_changes_seconds\": %.2f, \"watch_member_bytes\": %.0f, "
        "\"watch_judgement_ms\": %.1f}\n",
        std::max(list, names), bytes, one * 1000);
  }

 private:
  // What reopening takes: then nothing but the members is new in memory.
  double MeasureMember() {
    world_.CloseWatch();
    const double before = ResidentBytes();
    const double seconds = Timed([&] { world_.OpenWatch(); });
    const double bytes = (ResidentBytes() - before) / options_.members;
    absl::PrintF("reopened: %.1f s, %.0f bytes a member\n", seconds, bytes);
    return bytes;
  }

  double MeasureChange(const std::string& what, const std::string& dataset,
                       const std::vector<v1::Record>& records) {
    const bool own = dataset.empty();
    world_.Publish(
        world_.Compare(own ? storage::OwnDatasetId(v1::DATASET_KIND_JUDGEMENTS, kWatcher) : dataset,
                       own ? kWatcher : "", records));
    const double seconds = Timed([&] { world_.AwaitWeighed(); });
    const auto status = OrDie(world_.watch().StatusOf(kWatcher, "vendors"));
    absl::PrintF("%d changed records of %s: weighed after %.3f s, %d events so far\n",
                 records.size(), what, seconds, status.newest_event);
    return seconds;
  }

  // Some of those who come are like vendors by name.
  std::vector<v1::Record> ListUpdate() const {
    std::vector<v1::Record> records;
    for (uint32_t i = 0; i < kChanged / 2; ++i) {
      const uint32_t number = 2 * kElsewhere - 1 - i;
      records.push_back(PartyOf(number, world_.NameFor(i % 20 == 0 ? i : number)));
      records.push_back(FlagOf(number));
    }
    return records;
  }
  std::vector<v1::Record> Renamed() const {
    std::vector<v1::Record> records;
    for (uint32_t i = 0; i < kChanged; ++i) {
      const uint32_t number = i * (options_.suppliers / kChanged);
      records.push_back(PartyOf(number, world_.NameFor(kElsewhere + kListed + i)));
    }
    return records;
  }
  v1::Record Judgement() const {
    v1::Record record;
    record.set_key("j");
    record.mutable_judgement()->set_source_record("datasets/list/records/s50000000");
    record.mutable_judgement()->mutable_subject()->add_bound_records(
        "datasets/register/records/s2");
    return record;
  }

  const WatchedWorld::Options options_;
  WatchedWorld world_;
};

}  // namespace
}  // namespace probity::benchmarks

int main(int argc, char** argv) {
  probity::benchmarks::WatchedWorld::Options options;
  CLI::App app("Measures the watch over many members.");
  app.add_option("--directory", options.directory, "where store and watch are made")->required();
  app.add_option("--suppliers", options.suppliers, "in the register")->capture_default_str();
  app.add_option("--members", options.members, "that are watched")->capture_default_str();
  app.add_option("--threads", options.threads, "that decide; 0: half of the cores")
      ->capture_default_str();
  app.add_flag("--alike", options.alike, "names of few words, each like many others");
  CLI11_PARSE(app, argc, argv);
  std::filesystem::create_directories(options.directory);
  probity::benchmarks::Bench(options).Run();
  return 0;
}
