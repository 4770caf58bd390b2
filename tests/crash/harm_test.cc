// What a store says of files that were harmed while none ran; see README.md here.
#include <cstdlib>
#include <functional>
#include <iostream>
#include <string>

#include "absl/strings/match.h"
#include "base/errors.h"
#include "gtest/gtest.h"
#include "tests/crash/machine.h"

namespace probity::storage::testing {
namespace {

using probity::v1::ErrorReason;

bool IsLong() { return std::getenv("PROBITY_LONG") != nullptr; }

// Files that were harmed while no store ran.
struct Harm {
  const char* name;
  // Changes the files; returns the path of the one that the error must name.
  std::function<std::string(DiskImage*)> act;
  ErrorReason reason = probity::v1::ERROR_REASON_STORE_CORRUPT;
};

// The path of the only or largest file whose name contains `part`.
std::string PathOf(const DiskImage& image, const std::string& part) {
  std::string found;
  for (const auto& [path, bytes] : image.files) {
    const bool larger = found.empty() || bytes.size() > image.files.at(found).size();
    if (absl::StrContains(path.substr(path.rfind('/')), part) && larger) found = path;
  }
  EXPECT_NE(found, "") << "no file like " << part;
  return found;
}

std::string Remove(DiskImage* image, const std::string& part) {
  const std::string path = PathOf(*image, part);
  image->files.erase(path);
  return path;
}

std::string Truncate(DiskImage* image, const std::string& part, int percent) {
  const std::string path = PathOf(*image, part);
  std::string& bytes = image->files[path];
  bytes.resize(bytes.size() * percent / 100);
  return path;
}

std::string Flip(DiskImage* image, const std::string& part, int percent) {
  const std::string path = PathOf(*image, part);
  std::string& bytes = image->files[path];
  bytes[bytes.size() * percent / 100] ^= 0x5a;
  return path;
}

// Loses the end of a file, which only the note of the durable revision tells.
std::string Lose(DiskImage* image, const std::string& part, int percent) {
  const std::string path = PathOf(*image, part);
  if (percent == 0) {
    image->files.erase(path);
  } else {
    image->files[path].resize(image->files[path].size() * percent / 100);
  }
  return kStorePath;
}

class HarmedStoreTest : public ::testing::TestWithParam<Harm> {};

// A store with sorted files and with a log that holds its last publish.
DiskImage StoreWithAllFiles() {
  Machine machine(DiskWith(Way::kFiles, 4));
  EXPECT_TRUE(machine.Start(Way::kLog).ok());
  EXPECT_TRUE(PublishNext(machine.store(), kRecords).ok());
  return machine.disk().AfterPowerCut(Unsynced::kKept, 0);
}

// Wherever MANIFEST is cut, the store is refused or holds its newest revision.
TEST(HarmedStore, NoEndOfManifestIsLostUnseen) {
  // Not closed: the last tables are named at the end.
  Machine machine(DiskWith(Way::kFiles, 3));
  ASSERT_TRUE(machine.Start(Way::kFiles).ok());
  ASSERT_TRUE(PublishNext(machine.store(), kRecords).ok());
  const DiskImage image = machine.disk().AfterPowerCut(Unsynced::kKept, 0);
  const std::string path = PathOf(image, "MANIFEST");
  const size_t size = image.files.at(path).size();
  int refused = 0;
  for (size_t cut = 0; cut < size; cut += IsLong() ? 16 : 128) {
    DiskImage harmed = image;
    harmed.files[path].resize(cut);
    Machine again(harmed);
    const absl::Status status = again.Start(Way::kFiles);
    if (!status.ok()) {
      ++refused;
      EXPECT_EQ(ReasonOf(status), probity::v1::ERROR_REASON_STORE_CORRUPT) << status;
      continue;
    }
    EXPECT_EQ(again.store()->Head("")->manifest().revision(), 4u) << cut << " of " << size;
    EXPECT_EQ(CompareWithModel(again.store()), "") << cut << " of " << size;
  }
  std::cout << "MANIFEST cut: " << refused << " starts refused\n";
  EXPECT_GT(refused, 0);
}

// What a refused start left, with the harmed files as they were before.
DiskImage Mended(const DiskImage& left, const DiskImage& harmed, const DiskImage& whole) {
  DiskImage mended = left;
  for (const auto& [name, bytes] : whole.files) {
    const auto file = harmed.files.find(name);
    if (file == harmed.files.end() || file->second != bytes) mended.files[name] = bytes;
  }
  return mended;
}

// Whether RocksDB opened the store and began a new MANIFEST.
bool WasOpened(const DiskImage& left, const DiskImage& harmed) {
  for (const auto& [name, bytes] : harmed.files) {
    if (absl::StrContains(name, "MANIFEST") && left.files.count(name) == 0) return true;
  }
  return false;
}

// A compaction may meet a harmed table just after the store was opened; then all
// but the tables may have changed.
void ExpectOthersUntouched(const DiskImage& left, const DiskImage& harmed) {
  const bool opened = WasOpened(left, harmed);
  for (const auto& [name, bytes] : harmed.files) {
    if (opened && !absl::StrContains(name, ".sst")) continue;
    ASSERT_EQ(left.files.count(name), 1u) << name << " was deleted";
    EXPECT_TRUE(left.files.at(name) == bytes) << name << " was changed";
  }
}

TEST_P(HarmedStoreTest, NamesTheFileAndLosesNothing) {
  const DiskImage whole = StoreWithAllFiles();
  DiskImage image = whole;
  const std::string path = GetParam().act(&image);
  Machine machine(image);
  absl::Status status = machine.Start(Way::kLog);
  if (status.ok()) {
    const std::string answers = AnswersOf(*machine.store()->Head(""), kRecords);
    ASSERT_TRUE(absl::StrContains(answers, "unreadable: ")) << "the harm was not noticed";
    EXPECT_TRUE(absl::StrContains(answers, "stored data is damaged")) << answers;
    EXPECT_TRUE(absl::StrContains(answers, path.substr(path.rfind('/') + 1))) << answers;
    return;
  }
  EXPECT_EQ(ReasonOf(status), GetParam().reason) << status;
  EXPECT_TRUE(absl::StrContains(status.message(), path.substr(path.rfind('/') + 1))) << status;
  const DiskImage left = machine.disk().AfterPowerCut(Unsynced::kKept, 0);
  ExpectOthersUntouched(left, image);
  Machine again(Mended(left, image, whole));
  ASSERT_TRUE(again.Start(Way::kLog).ok());
  EXPECT_EQ(CompareWithModel(again.store()), "");
}

INSTANTIATE_TEST_SUITE_P(
    Files, HarmedStoreTest,
    ::testing::Values(
        Harm{"CurrentIsGone", [](DiskImage* disk) { return Remove(disk, "CURRENT"); }},
        Harm{"CurrentIsEmpty", [](DiskImage* disk) { return Truncate(disk, "CURRENT", 0); }},
        Harm{"CurrentIsTorn", [](DiskImage* disk) { return Truncate(disk, "CURRENT", 50); }},
        Harm{"CurrentNamesNoFile", [](DiskImage* disk) { return Flip(disk, "CURRENT", 70); }},
        Harm{"ManifestIsGone", [](DiskImage* disk) { return Remove(disk, "MANIFEST"); }},
        Harm{"ManifestIsEmpty", [](DiskImage* disk) { return Truncate(disk, "MANIFEST", 0); }},
        Harm{"ManifestIsTorn", [](DiskImage* disk) { return Truncate(disk, "MANIFEST", 20); }},
        Harm{"ManifestHasAWrongByte", [](DiskImage* disk) { return Flip(disk, "MANIFEST", 30); }},
        Harm{"TableIsGone", [](DiskImage* disk) { return Remove(disk, ".sst"); }},
        Harm{"TableIsEmpty", [](DiskImage* disk) { return Truncate(disk, ".sst", 0); }},
        Harm{"TableIsTorn", [](DiskImage* disk) { return Truncate(disk, ".sst", 50); }},
        Harm{"TableHasAWrongByte", [](DiskImage* disk) { return Flip(disk, ".sst", 10); }},
        Harm{"LogIsGone", [](DiskImage* disk) { return Lose(disk, ".log", 0); }},
        Harm{"LogIsTorn", [](DiskImage* disk) { return Lose(disk, ".log", 50); }},
        Harm{"LogHasAWrongByte",
             [](DiskImage* disk) {
               Flip(disk, ".log", 30);
               return std::string(kStorePath);
             }}),
    [](const auto& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace probity::storage::testing
