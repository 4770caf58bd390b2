// Loads over the reference store, with a clock and watched members that the test sets: for
// tests.
#ifndef PROBITY_SERVICES_DATASET_LOAD_MANAGER_TESTING_H_
#define PROBITY_SERVICES_DATASET_LOAD_MANAGER_TESTING_H_

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "base/hash.h"
#include "base/tables.h"
#include "base/testing.h"
#include "base/text_proto.h"
#include "gtest/gtest.h"
#include "services/dataset/load_manager.h"
#include "storage/memory/in_memory_store.h"
#include "storage/testing/builders.h"

namespace probity::dataset {

inline const rpc::Caller kAnn = {"ann", "authorities/a"};
inline const rpc::Caller kBob = {"bob", "authorities/b"};
inline const rpc::Caller kCarl = {"carl", "authorities/a"};

// A file of the suppliers k<from> to before k<to>.
inline std::string Rows(int from, int to, const std::string& name = "Name ") {
  std::string rows = "record_type,key,name\n";
  for (int i = from; i < to; ++i) {
    rows += "supplier,k" + std::to_string(i) + "," + name + std::to_string(i) + "\n";
  }
  return rows;
}

inline std::vector<v1::ErrorReason> Reasons(const v1::Load& load) {
  std::vector<v1::ErrorReason> reasons;
  for (const auto& one : load.violations()) reasons.push_back(one.reason());
  return reasons;
}

// A dataset "d" without records, and the loads of it.
class LoadManagerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "loads-XXXXXX").string();
    directory_ = mkdtemp(pattern.data());
    Make("d");
    Open();
  }
  void TearDown() override {
    manager_.reset();
    std::filesystem::remove_all(directory_);
  }

  void Make(const std::string& id, v1::AbsenceMode absence = v1::ABSENCE_MODE_RETRACTED) {
    ASSERT_EQ(storage::testing::CreateDataset(&store_, id, absence), absl::OkStatus());
  }

  void Open() {
    LoadManager::Options options{
        &store_, {identifiers_, countries_, schemes_, "data"}, directory_ + "/loads", [this] {
          return absl::FromUnixSeconds(now_);
        }};
    options.impact.lifted = [this](const ImpactQuestion& question) { return Lifted(question); };
    options.impact.store_preview =
        [this](const storage::View&, const v1::Load&, const std::string& directory,
               const ImpactQuestion& question) -> absl::StatusOr<std::vector<v1::LiftedVerdict>> {
      ++previews_;
      std::ofstream(directory + "/preview") << "made";
      if (!preview_.ok()) return preview_;
      return Lifted(question);
    };
    auto opened = LoadManager::Open(std::move(options));
    ASSERT_EQ(opened.status(), absl::OkStatus());
    manager_ = *std::move(opened);
  }
  void Restart() {
    manager_.reset();
    Open();
  }

  absl::StatusOr<std::vector<v1::LiftedVerdict>> Lifted(const ImpactQuestion& question) {
    ++asked_;
    if (before_answer_) std::exchange(before_answer_, nullptr)();
    if (!impact_.ok()) return impact_;
    std::vector<v1::LiftedVerdict> members;
    for (const std::string& name : lifted_) members.emplace_back().set_member(name);
    return members;
  }

  v1::Load Create(const std::string& text, v1::Load load = {}, const rpc::Caller& caller = kAnn) {
    if (load.format().empty()) load.set_format("probity-csv");
    auto made = manager_->Create("d", std::move(load), caller, "");
    EXPECT_EQ(made.status(), absl::OkStatus());
    if (!text.empty()) {
      EXPECT_EQ(Send(*made, text, caller), absl::OkStatus());
    }
    return *made;
  }
  absl::Status Send(const v1::Load& load, const std::string& text, const rpc::Caller& caller) {
    v1::UploadChunkRequest chunk;
    chunk.set_file_name("f.csv");
    chunk.set_data(text);
    chunk.set_crc32c(Crc32c(text));
    return manager_->Upload(RefOf(load), caller, chunk).status();
  }

  static rpc::LoadRef RefOf(const v1::Load& load) {
    return {DatasetOf(load), load.name().substr(load.name().rfind('/') + 1)};
  }
  v1::Load Get(const v1::Load& load, const std::string& authority = "authorities/a") {
    return manager_->Get(RefOf(load), authority).value();
  }
  v1::Load Await(const absl::StatusOr<v1::Load>& begun) {
    EXPECT_EQ(begun.status(), absl::OkStatus());
    v1::Load load = begun.ok() ? *begun : v1::Load();
    while (IsRunning(load.state())) {
      absl::SleepFor(absl::Milliseconds(1));
      load = Get(load);
    }
    return load;
  }
  v1::Load Validate(const v1::Load& load) { return Await(manager_->Validate(RefOf(load), kAnn)); }
  v1::Load Preview(const v1::Load& load) { return Await(manager_->Preview(RefOf(load), kAnn)); }
  v1::Load Commit(const v1::Load& load) { return Await(manager_->Commit(RefOf(load), kAnn)); }
  v1::Load Approve(const v1::Load& load, const rpc::Caller& caller = kBob) {
    return Await(manager_->Approve(RefOf(load), caller, "seen"));
  }
  v1::Load Import(const std::string& text, v1::Load load = {}) {
    return Commit(Create(text, std::move(load)));
  }

  bool HasFiles(const v1::Load& load) {
    std::error_code ignored;
    const std::string directory = manager_->DirectoryOf(RefOf(load));
    for (const auto& entry : std::filesystem::directory_iterator(directory, ignored)) {
      if (entry.path().filename() != "rejected" && entry.path().filename() != "preview")
        return true;
    }
    return false;
  }
  uint64_t Records() { return store_.Head("")->FindDataset("d")->record_count(); }

  // As if the server had ended while the load was in `state`.
  void DieIn(const v1::Load& load, v1::LoadState state, bool approved = false) {
    manager_.reset();
    const std::string key = "load/" + load.name();
    std::string value = store_.ListMeta(key)->at(0).second;
    const size_t split = value.find('\0');
    v1::Load saved;
    ASSERT_TRUE(saved.ParseFromString(value.substr(split + 1)));
    saved.set_state(state);
    if (approved) saved.mutable_approval()->set_approved_by("bob");
    ASSERT_EQ(store_.PutMeta(key, value.substr(0, split + 1) + saved.SerializeAsString()),
              absl::OkStatus());
    Open();
  }

  // Changes the dataset's guard rails, past all rules.
  void SetRails(const std::string& text) {
    const auto head = store_.Head("");
    const storage::v1::DatasetState& before = *head->FindDataset("d");
    storage::v1::DatasetState after = before;
    after.mutable_dataset()->clear_guard_rails();
    ASSERT_EQ(ReadTextProto(text, after.mutable_dataset()->mutable_guard_rails()), "");
    ASSERT_TRUE(store_.Publish(storage::ChangeSetWithoutRows(before, after), {}).ok());
  }

  std::string directory_;
  IdentifierCatalogue identifiers_ = TestIdentifiers();
  Countries countries_ = TestCountries();
  policy::SchemeCatalogue schemes_ =
      policy::SchemeCatalogue::FromCsv(ReadFile(TablePath("schemes.csv")).value()).value();
  storage::InMemoryStore store_{identifiers_, "fedcba9876543210"};
  std::atomic<int64_t> now_{1790000000};
  // What the watched members say.
  std::vector<std::string> lifted_;
  absl::Status impact_, preview_;
  std::function<void()> before_answer_;
  std::atomic<int> asked_{0}, previews_{0};
  std::unique_ptr<LoadManager> manager_;
};

}  // namespace probity::dataset

#endif  // PROBITY_SERVICES_DATASET_LOAD_MANAGER_TESTING_H_
