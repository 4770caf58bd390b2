// Kills a publishing process at random moments; see README.md here.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <random>
#include <string>
#include <thread>

#include "base/testing.h"
#include "gtest/gtest.h"
#include "storage/index_terms.h"
#include "storage/memory/in_memory_store.h"
#include "storage/rocksdb/rocksdb_store.h"
#include "storage/testing/builders.h"

namespace probity::storage {
namespace {

constexpr int kRecords = 300;

// Load number `n`: two thirds of the keys, some of them changed, every third
// sharing an identifier with a neighbour, so that clusters form and dissolve.
testing::TestLoad LoadNumber(int n) {
  testing::TestLoad load{"d"};
  for (int i = 0; i < kRecords; ++i) {
    if ((i + n) % 3 == 0) continue;
    const std::string number = std::to_string(10000000 + (i / ((n % 4) + 1)));
    load.records.push_back(testing::Party("k" + std::to_string(i),
                                          "Name " + std::to_string(i * 31 + n / 2 * (i % 5)),
                                          {{"GB-COH", number}}));
  }
  load.now_us = 1000 + n;
  return load;
}

RocksdbOptions Options(const std::string& path, bool through_log) {
  RocksdbOptions options;
  options.path = path;
  options.small_publish = through_log ? size_t{4} << 20 : 0;
  options.load_buffer = 64 << 10;  // several runs of sorted files in one publish
  options.lineage = "fedcba9876543210";
  return options;
}

// Says on standard output when each publish begins ('b') and is done ('d').
int PublishForever(const std::string& path, bool through_log) {
  auto store = OpenRocksdbStore(Options(path, through_log), TestIdentifiers());
  if (!store.ok()) {
    std::cerr << store.status() << '\n';
    return 1;
  }
  // Revision 1 is the empty store, 2 the empty dataset, n + 2 load number n.
  if ((*store)->Head("")->manifest().revision() == 1 &&
      !testing::CreateDataset(store->get(), "d", probity::v1::ABSENCE_MODE_RETRACTED).ok()) {
    return 1;
  }
  for (;;) {
    const auto n = static_cast<int>((*store)->Head("")->manifest().revision()) - 1;
    auto changes = testing::MakeChangeSet(**store, LoadNumber(n));
    if (!changes.ok()) return 1;
    if (write(STDOUT_FILENO, "b", 1) != 1) return 1;
    PublishContext context;
    context.now_us = 1000 + n;
    if (auto view = (*store)->Publish(*changes, context); !view.ok()) {
      std::cerr << view.status() << '\n';
      return 1;
    }
    if (write(STDOUT_FILENO, "d", 1) != 1) return 1;
    std::filesystem::remove(changes->path);
  }
}

// Every answer that a view gives about the test's keys, as text.
std::string AnswersOf(const View& view) {
  std::string text = std::to_string(view.manifest().supplier_count()) + "\n";
  for (int i = 0; i < kRecords; ++i) {
    const RecordRef ref{"d", "k" + std::to_string(i)};
    auto row = view.GetRecord(ref);
    auto supplier = view.SupplierOf(ref);
    EXPECT_TRUE(row.ok()) << row.status();
    EXPECT_TRUE(supplier.ok()) << supplier.status();
    if (!row.ok() || !supplier.ok()) return "unreadable";
    text += ref.key + (row->has_value() ? " " + (*row)->SerializeAsString() : " -");
    text += supplier->has_value() ? " " + (*supplier)->bytes : " -";
    const std::string term = IdentifierTerm("GB-COH", std::to_string(10000000 + i));
    for (const RecordRef& found : testing::Find(view, IndexKind::kIdentifier, term)) {
      text += " " + found.key;
    }
    const std::string word = std::to_string(i * 31);
    for (const RecordRef& found : testing::Find(view, IndexKind::kNameToken, word)) {
      text += " " + found.key;
    }
    text += "\n";
  }
  return text;
}

struct Kill {
  bool inside_publish = false;
  int begun = 0;
  int done = 0;
};

// Runs a child for `delay`, then kills it and reads what it said.
Kill RunAndKill(const std::string& path, bool through_log, std::chrono::microseconds delay) {
  int ends[2];
  EXPECT_EQ(pipe(ends), 0);
  const pid_t child = fork();
  if (child == 0) {
    dup2(ends[1], STDOUT_FILENO);
    close(ends[0]);
    close(ends[1]);
    execl("/proc/self/exe", "kill_test", "--child", path.c_str(), through_log ? "log" : "files",
          static_cast<char*>(nullptr));
    _exit(127);
  }
  close(ends[1]);
  Kill kill_facts;
  char said = 0;
  bool killed = false;
  while (read(ends[0], &said, 1) == 1) {
    (said == 'b' ? kill_facts.begun : kill_facts.done) += 1;
    if (killed) continue;
    // Counted from the first publish, so that opening does not eat the delay.
    std::this_thread::sleep_for(delay);
    kill(child, SIGKILL);
    killed = true;
  }
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status)) << "the child ended by itself: " << status;
  kill_facts.inside_publish = kill_facts.begun > kill_facts.done;
  return kill_facts;
}

TEST(Kill, FindsTheOldOrTheNewRevisionWhole) {
  const int kills = std::getenv("PROBITY_LONG") != nullptr ? 200 : 12;
  std::string pattern = (std::filesystem::temp_directory_path() / "kill-XXXXXX").string();
  const std::string directory = mkdtemp(pattern.data());
  const std::string path = directory + "/store";
  setenv("TMPDIR", directory.c_str(), 1);  // change sets of killed children go with it
  InMemoryStore model(TestIdentifiers(), "fedcba9876543210");
  ASSERT_TRUE(testing::CreateDataset(&model, "d", probity::v1::ABSENCE_MODE_RETRACTED).ok());
  std::mt19937 random(20261124);
  uint64_t revision = 2;
  int inside = 0;
  for (int i = 0; i < kills; ++i) {
    const bool through_log = i % 2 == 0;
    const Kill kill_facts = RunAndKill(path, through_log,
                                       std::chrono::microseconds(random() % 400000));
    inside += kill_facts.inside_publish ? 1 : 0;
    auto store = OpenRocksdbStore(Options(path, through_log), TestIdentifiers());
    ASSERT_TRUE(store.ok()) << store.status();
    const auto head = (*store)->Head("");
    ASSERT_GE(head->manifest().revision(), revision + kill_facts.done);
    ASSERT_LE(head->manifest().revision(), revision + kill_facts.begun);
    while (revision < head->manifest().revision()) {
      ++revision;
      ASSERT_TRUE(testing::Load(&model, LoadNumber(static_cast<int>(revision) - 2)).ok());
    }
    ASSERT_TRUE(AnswersOf(*head) == AnswersOf(*model.Head("")))
        << "kill " << i << " at revision " << revision;
  }
  std::cout << kills << " kills, " << inside << " inside a publish, " << revision
            << " revisions\n";
  EXPECT_GE(inside, kills / 4);
  std::filesystem::remove_all(directory);
}

}  // namespace

int RunChild(char** argv) { return PublishForever(argv[2], std::string(argv[3]) == "log"); }

}  // namespace probity::storage

int main(int argc, char** argv) {
  if (argc == 4 && std::string(argv[1]) == "--child") return probity::storage::RunChild(argv);
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
