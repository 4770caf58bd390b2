// Kills a publishing process at random moments; see README.md here.
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <random>
#include <string>

#include "base/testing.h"
#include "gtest/gtest.h"
#include "storage/rocksdb/rocksdb_store.h"
#include "storage/testing/builders.h"
#include "tests/crash/killed_child.h"
#include "tests/crash/workload.h"

namespace probity::storage {
namespace {

using testing::AnswersOf;
using testing::StoreOptions;
using testing::Way;

constexpr int kRecords = 300;

// What a child says on standard output, one letter each.
constexpr char kPublishBegins = 'b';
constexpr char kPublishDone = 'd';
constexpr char kSweepBegins = 's';
constexpr char kSweepDone = 't';

bool Say(char what) { return write(STDOUT_FILENO, &what, 1) == 1; }

absl::Status PublishLoud(Store* store) {
  const auto n = static_cast<int>(store->Head("")->manifest().revision()) - 1;
  const testing::TestLoad load = testing::LoadNumber(n, kRecords);
  auto changes = testing::MakeChangeSet(*store, load);
  if (!changes.ok()) return changes.status();
  PublishContext context;
  context.now_us = load.now_us;
  if (!Say(kPublishBegins)) return absl::CancelledError("nobody listens");
  auto view = store->Publish(*changes, context);
  std::filesystem::remove(changes->path);
  if (!view.ok()) return view.status();
  return Say(kPublishDone) ? absl::OkStatus() : absl::CancelledError("nobody listens");
}

absl::Status SweepLoud(Store* store) {
  if (!Say(kSweepBegins)) return absl::CancelledError("nobody listens");
  auto floor = store->Sweep(store->Head("")->manifest().revision() - 1);
  if (!floor.ok()) return floor.status();
  return Say(kSweepDone) ? absl::OkStatus() : absl::CancelledError("nobody listens");
}

// Publishes, and sweeps behind every second publish.
int PublishForever(const std::string& path, Way way) {
  auto store = OpenRocksdbStore(StoreOptions(path, way), TestIdentifiers());
  absl::Status status = store.status();
  if (status.ok() && (*store)->Head("")->manifest().revision() == 1) {
    status = testing::PublishNext(store->get(), kRecords);
  }
  for (int i = 1; status.ok(); ++i) {
    status = PublishLoud(store->get());
    if (status.ok() && i % 2 == 0) status = SweepLoud(store->get());
  }
  std::cerr << status << '\n';
  return 1;
}

struct Kill {
  bool inside_publish = false;
  bool inside_sweep = false;
  int begun = 0;
  int done = 0;
};

// Runs a child until `delay` after its first publish began, then kills it.
Kill PublishAndKill(const std::string& path, Way way, std::chrono::microseconds delay) {
  Kill kill_facts;
  testing::RunAndKill({path, way == Way::kLog ? "log" : "files"}, delay, 1,
                      [&kill_facts](const char* said) {
                        kill_facts.begun += *said == kPublishBegins ? 1 : 0;
                        kill_facts.done += *said == kPublishDone ? 1 : 0;
                        kill_facts.inside_sweep = *said == kSweepBegins;
                      });
  kill_facts.inside_publish = kill_facts.begun > kill_facts.done;
  return kill_facts;
}

TEST(Kill, FindsTheOldOrTheNewRevisionWhole) {
  const int kills = std::getenv("PROBITY_LONG") != nullptr ? 200 : 12;
  std::string pattern = (std::filesystem::temp_directory_path() / "kill-XXXXXX").string();
  const std::string directory = mkdtemp(pattern.data());
  const std::string path = directory + "/store";
  setenv("TMPDIR", directory.c_str(), 1);  // change sets of killed children go with it
  testing::ModelAnswers model(kRecords);
  std::mt19937 random(20261124);
  uint64_t revision = 2;
  int in_publish = 0, in_sweep = 0;
  for (int i = 0; i < kills; ++i) {
    const Way way = i % 2 == 0 ? Way::kLog : Way::kFiles;
    const Kill kill_facts = PublishAndKill(path, way, std::chrono::microseconds(random() % 400000));
    in_publish += kill_facts.inside_publish ? 1 : 0;
    in_sweep += kill_facts.inside_sweep ? 1 : 0;
    auto store = OpenRocksdbStore(StoreOptions(path, way), TestIdentifiers());
    ASSERT_TRUE(store.ok()) << store.status();
    const auto head = (*store)->Head("");
    ASSERT_GE(head->manifest().revision(), revision + kill_facts.done);
    ASSERT_LE(head->manifest().revision(), revision + kill_facts.begun);
    revision = head->manifest().revision();
    ASSERT_TRUE(AnswersOf(*head, kRecords) == model.At(revision))
        << "kill " << i << " at revision " << revision;
  }
  std::cout << kills << " kills, " << in_publish << " inside a publish, " << in_sweep
            << " inside a sweep, " << revision << " revisions\n";
  EXPECT_GE(in_publish, kills / 4);
  std::filesystem::remove_all(directory);
}

}  // namespace

int RunChild(char** argv) {
  return PublishForever(argv[2], std::string(argv[3]) == "log" ? Way::kLog : Way::kFiles);
}

}  // namespace probity::storage

int main(int argc, char** argv) {
  if (argc == 4 && std::string(argv[1]) == "--child") return probity::storage::RunChild(argv);
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
