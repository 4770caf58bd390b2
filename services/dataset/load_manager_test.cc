// Loads through their states, over the reference store, with a clock and watched members
// that the test sets.
#include "services/dataset/load_manager.h"

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "base/errors.h"
#include "base/hash.h"
#include "base/testing.h"
#include "base/text_proto.h"
#include "gmock/gmock.h"
#include "storage/memory/in_memory_store.h"
#include "storage/testing/builders.h"

namespace probity::dataset {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr int64_t kWeek = 7 * 24 * 3600;
const rpc::Caller kAnn = {"ann", "authorities/a"};
const rpc::Caller kBob = {"bob", "authorities/b"};
const rpc::Caller kCarl = {"carl", "authorities/a"};

std::string Rows(int from, int to, const std::string& name = "Name ") {
  std::string rows = "record_type,key,name\n";
  for (int i = from; i < to; ++i) {
    rows += "supplier,k" + std::to_string(i) + "," + name + std::to_string(i) + "\n";
  }
  return rows;
}

std::vector<v1::ErrorReason> Reasons(const v1::Load& load) {
  std::vector<v1::ErrorReason> reasons;
  for (const auto& one : load.violations()) reasons.push_back(one.reason());
  return reasons;
}

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

TEST_F(LoadManagerTest, StepByStep) {
  v1::Load load = Create(Rows(0, 10));
  EXPECT_EQ(load.state(), v1::LOAD_STATE_OPEN);
  load = Validate(load);
  EXPECT_EQ(load.state(), v1::LOAD_STATE_VALIDATED);
  EXPECT_EQ(load.counts().added(), 10u);
  EXPECT_EQ(asked_, 0);
  load = Preview(load);
  EXPECT_EQ(load.state(), v1::LOAD_STATE_PREVIEWED);
  EXPECT_EQ(previews_, 1);
  EXPECT_EQ(Records(), 0u);
  load = Commit(load);
  EXPECT_EQ(load.state(), v1::LOAD_STATE_COMMITTED);
  EXPECT_EQ(load.committed_by(), "ann");
  EXPECT_EQ(load.counts().added(), 10u);
  EXPECT_FALSE(load.has_expires_at());
  EXPECT_EQ(Records(), 10u);
  EXPECT_FALSE(HasFiles(load));
}

TEST_F(LoadManagerTest, PreviewAndCommitValidateWhatIsOpen) {
  EXPECT_EQ(Preview(Create(Rows(0, 3))).state(), v1::LOAD_STATE_PREVIEWED);
  EXPECT_EQ(Import(Rows(0, 3)).state(), v1::LOAD_STATE_COMMITTED);
  EXPECT_EQ(previews_, 1);
}

// What was read once is not read again: the file may be gone.
TEST_F(LoadManagerTest, WhatWasFoundIsUsedWhileItFits) {
  const v1::Load load = Validate(Create(Rows(0, 3)));
  std::filesystem::remove(manager_->DirectoryOf(RefOf(load)) + "/file-0");
  Restart();
  EXPECT_EQ(Commit(load).state(), v1::LOAD_STATE_COMMITTED);
  EXPECT_EQ(Records(), 3u);
}

TEST_F(LoadManagerTest, AMovedDatasetIsComparedAgain) {
  const v1::Load load = Validate(Create(Rows(0, 5)));
  ASSERT_EQ(Import(Rows(0, 3)).state(), v1::LOAD_STATE_COMMITTED);
  const v1::Load committed = Commit(load);
  EXPECT_EQ(committed.state(), v1::LOAD_STATE_COMMITTED);
  EXPECT_EQ(committed.counts().added(), 2u);
  EXPECT_EQ(committed.counts().unchanged(), 3u);
}

TEST_F(LoadManagerTest, ADatasetThatMovesBeforeThePublishIsComparedAgain) {
  const v1::Load load = Create(Rows(0, 5));
  before_answer_ = [this] {
    ASSERT_TRUE(
        storage::testing::Load(&store_, {"d", {storage::testing::Party("x", "X", {})}}).ok());
  };
  const v1::Load committed = Commit(load);
  EXPECT_EQ(committed.state(), v1::LOAD_STATE_COMMITTED);
  EXPECT_EQ(committed.counts().removed(), 1u);
  EXPECT_EQ(asked_, 2);
}

TEST_F(LoadManagerTest, ADamagedChangeSetIsMadeAgain) {
  for (const char* file : {"kept", "changes-"}) {
    const v1::Load load = Validate(Create(Rows(0, 3, file)));
    int damaged = 0;
    for (const auto& entry :
         std::filesystem::directory_iterator(manager_->DirectoryOf(RefOf(load)))) {
      if (entry.path().filename().string().rfind(file, 0) != 0) continue;
      std::ofstream(entry.path(), std::ios::app) << "x";
      ++damaged;
    }
    ASSERT_EQ(damaged, 1);
    EXPECT_EQ(Commit(load).state(), v1::LOAD_STATE_COMMITTED) << file;
  }
}

TEST_F(LoadManagerTest, ABrokenGuardRailHoldsUntilASecondPersonLetsItThrough) {
  ASSERT_EQ(Import(Rows(0, 100)).state(), v1::LOAD_STATE_COMMITTED);
  ASSERT_EQ(Import(Rows(20, 100)).state(), v1::LOAD_STATE_COMMITTED);  // 20 per cent
  v1::Load load = Import(Rows(41, 100));                               // 21 of 80
  EXPECT_EQ(load.state(), v1::LOAD_STATE_HELD);
  EXPECT_THAT(Reasons(load), ElementsAre(v1::ERROR_REASON_TOO_MUCH_REMOVED));
  EXPECT_EQ(Records(), 80u);
  EXPECT_EQ(previews_, 1);
  EXPECT_EQ(Commit(load).state(), v1::LOAD_STATE_HELD);
  EXPECT_EQ(ReasonOf(manager_->Approve(RefOf(load), kAnn, "me").status()),
            v1::ERROR_REASON_LOAD_SELF_APPROVAL);
  EXPECT_EQ(ReasonOf(manager_->Approve(RefOf(load), {"local", ""}, "me").status()),
            v1::ERROR_REASON_LOAD_SELF_APPROVAL);
  load = Approve(load);
  EXPECT_EQ(load.state(), v1::LOAD_STATE_COMMITTED);
  EXPECT_EQ(load.approval().approved_by(), "bob");
  EXPECT_EQ(load.approval().note(), "seen");
  EXPECT_THAT(load.approval().violations(), ElementsAre(v1::ERROR_REASON_TOO_MUCH_REMOVED));
  EXPECT_EQ(Records(), 59u);
  const auto manifest = store_.Head("")->manifest();
  EXPECT_EQ(manifest.approval().approved_by(), "bob");
  EXPECT_EQ(manifest.published_by(), "ann");
  // The next revision is nobody's approval.
  ASSERT_EQ(Import(Rows(41, 100)).state(), v1::LOAD_STATE_COMMITTED);
  EXPECT_FALSE(store_.Head("")->manifest().has_approval());
  // A call that was sent twice.
  EXPECT_EQ(Approve(load).state(), v1::LOAD_STATE_COMMITTED);
}

TEST_F(LoadManagerTest, WhoCommittedDoesNotApproveEither) {
  const v1::Load load = Create(Rows(0, 3) + "supplier,k1,Twice\n");
  EXPECT_EQ(Await(manager_->Commit(RefOf(load), kCarl)).state(), v1::LOAD_STATE_HELD);
  EXPECT_EQ(ReasonOf(manager_->Approve(RefOf(load), kCarl, "me").status()),
            v1::ERROR_REASON_LOAD_SELF_APPROVAL);
  EXPECT_EQ(Approve(load).state(), v1::LOAD_STATE_COMMITTED);
  EXPECT_EQ(store_.Head("")->manifest().published_by(), "carl");
}

TEST_F(LoadManagerTest, OnlyWhoOpenedItSendsFiles) {
  const v1::Load load = Create("");
  EXPECT_EQ(Send(load, "x", kBob).code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(Send(load, "x", kAnn), absl::OkStatus());
}

TEST_F(LoadManagerTest, ARaisedLimitReleasesNothing) {
  const v1::Load load = Import(Rows(0, 3) + "supplier,k1,Twice\n");
  ASSERT_EQ(load.state(), v1::LOAD_STATE_HELD);
  SetRails("max_duplicate_keys: 9");
  EXPECT_EQ(Commit(load).state(), v1::LOAD_STATE_HELD);
  EXPECT_EQ(Records(), 0u);
}

TEST_F(LoadManagerTest, AnApprovalCountsForWhatWasShown) {
  ASSERT_EQ(Import(Rows(0, 100)).state(), v1::LOAD_STATE_COMMITTED);
  v1::Load load = Import(Rows(30, 100));
  ASSERT_EQ(load.state(), v1::LOAD_STATE_HELD);
  // The dataset grew meanwhile: more would go than was shown.
  ASSERT_EQ(Import(Rows(0, 120)).state(), v1::LOAD_STATE_COMMITTED);
  load = Approve(load);
  EXPECT_EQ(load.state(), v1::LOAD_STATE_HELD);
  EXPECT_FALSE(load.has_approval());
  EXPECT_EQ(Records(), 120u);
  // It was looked at again.
  EXPECT_EQ(Approve(load).state(), v1::LOAD_STATE_COMMITTED);
  EXPECT_EQ(Records(), 70u);
}

TEST_F(LoadManagerTest, AnApprovalCountsAfterTheDatasetMovedWhereItIsNoWorse) {
  ASSERT_EQ(Import(Rows(0, 100)).state(), v1::LOAD_STATE_COMMITTED);
  const v1::Load load = Import(Rows(30, 100));
  ASSERT_EQ(load.state(), v1::LOAD_STATE_HELD);
  ASSERT_EQ(Import(Rows(5, 100)).state(), v1::LOAD_STATE_COMMITTED);
  const v1::Load approved = Approve(load);
  EXPECT_EQ(approved.state(), v1::LOAD_STATE_COMMITTED);
  EXPECT_EQ(approved.counts().removed(), 25u);
}

TEST_F(LoadManagerTest, LiftedVerdictsHold) {
  lifted_ = {"authorities/a/portfolios/p/members/1", "authorities/b/portfolios/q/members/2"};
  v1::Load load = Import(Rows(0, 3));
  EXPECT_EQ(load.state(), v1::LOAD_STATE_HELD);
  EXPECT_THAT(Reasons(load), ElementsAre(v1::ERROR_REASON_VERDICTS_LIFTED));
  EXPECT_EQ(load.lifted_count(), 2u);
  // Each authority reads its own members' names.
  ASSERT_EQ(load.lifted_size(), 1);
  EXPECT_EQ(load.lifted(0).member(), "authorities/a/portfolios/p/members/1");
  EXPECT_EQ(Get(load, "authorities/b").lifted(0).member(), "authorities/b/portfolios/q/members/2");
  EXPECT_THAT(Get(load, "").lifted(), IsEmpty());
  EXPECT_THAT(Get(load, "authorities/").lifted(), IsEmpty());
  lifted_ = {"portfolios/p/members/3", "authorities/a/portfolios/p/members/1"};
  const v1::Load other = Import(Rows(0, 3));
  ASSERT_EQ(Get(other, "").lifted_size(), 1);
  EXPECT_EQ(Get(other, "").lifted(0).member(), "portfolios/p/members/3");
  lifted_ = {"authorities/a/portfolios/p/members/1", "authorities/b/portfolios/q/members/2"};
  load = Approve(load);
  EXPECT_EQ(load.state(), v1::LOAD_STATE_COMMITTED);
  EXPECT_EQ(load.approval().lifted_count(), 2u);
}

TEST_F(LoadManagerTest, AnotherLiftedMemberThanWasShownHoldsAgain) {
  lifted_ = {"authorities/a/portfolios/p/members/1", "authorities/a/portfolios/p/members/2"};
  v1::Load load = Import(Rows(0, 3));
  ASSERT_EQ(load.state(), v1::LOAD_STATE_HELD);
  lifted_ = {"authorities/a/portfolios/p/members/3"};
  load = Approve(load);
  EXPECT_EQ(load.state(), v1::LOAD_STATE_HELD);
  EXPECT_EQ(load.lifted(0).member(), "authorities/a/portfolios/p/members/3");
  lifted_.clear();
  EXPECT_EQ(Approve(load).state(), v1::LOAD_STATE_COMMITTED);
}

TEST_F(LoadManagerTest, APreviewSaysWhatWouldHoldAndACommitAsksAgain) {
  lifted_ = {"authorities/a/portfolios/p/members/1"};
  const v1::Load load = Preview(Create(Rows(0, 3)));
  EXPECT_EQ(load.state(), v1::LOAD_STATE_PREVIEWED);
  EXPECT_EQ(load.lifted_size(), 1);
  lifted_.clear();
  const v1::Load committed = Commit(load);
  EXPECT_EQ(committed.state(), v1::LOAD_STATE_COMMITTED);
  EXPECT_THAT(committed.violations(), IsEmpty());
}

TEST_F(LoadManagerTest, WhatCannotBeToldDoesNotPass) {
  impact_ = LimitExceeded("rows", 10, 20);
  EXPECT_THAT(Reasons(Import(Rows(0, 3))), ElementsAre(v1::ERROR_REASON_VERDICTS_LIFTED));
  impact_ = absl::DataLossError("harmed");
  EXPECT_EQ(Import(Rows(0, 3)).state(), v1::LOAD_STATE_FAILED);
  EXPECT_EQ(Records(), 0u);
  // Now and then it takes a moment.
  impact_ = absl::UnavailableError("the index is being made");
  const v1::Load load = Create(Rows(0, 3));
  ASSERT_TRUE(manager_->Commit(RefOf(load), kAnn).ok());
  while (asked_ < 4) absl::SleepFor(absl::Milliseconds(1));
  EXPECT_EQ(Get(load).phase(), v1::LOAD_PHASE_PREVIEWING);
  EXPECT_EQ(Await(manager_->Abort(RefOf(load), kAnn)).state(), v1::LOAD_STATE_ABORTED);
}

TEST_F(LoadManagerTest, APreviewThatIsOvertakenWaitsAgain) {
  preview_ = LoadConflict("datasets/d");
  const v1::Load load = Preview(Create(Rows(0, 3)));
  EXPECT_EQ(load.state(), v1::LOAD_STATE_VALIDATED);
  EXPECT_EQ(load.error().reason(), "LOAD_CONFLICT");
  preview_ = absl::OkStatus();
  const v1::Load again = Preview(load);
  EXPECT_EQ(again.state(), v1::LOAD_STATE_PREVIEWED);
  EXPECT_FALSE(again.has_error());
}

TEST_F(LoadManagerTest, WhatCannotBeReadFails) {
  const std::pair<const char*, const char*> cases[] = {
      {"record_type,name\nsupplier,A\n", "NO_KEY_COLUMNS"},
      {"record_type,key,name\n", "EMPTY_FILE"},
      {"record_type,key,name\nsupplier,1", "TRUNCATED_FILE"},
      {"record_type,key,nonsense\n", "UNKNOWN_COLUMN"}};
  for (const auto& [text, reason] : cases) {
    for (const bool whole : {true, false}) {
      const v1::Load load = whole ? Import(text) : Validate(Create(text));
      EXPECT_EQ(load.state(), v1::LOAD_STATE_FAILED) << text;
      EXPECT_EQ(load.error().reason(), reason);
      EXPECT_FALSE(HasFiles(load));
    }
  }
  EXPECT_EQ(Import("").error().reason(), "EMPTY_FILE");
}

TEST_F(LoadManagerTest, EachGuardRailOfALoadHolds) {
  SetRails("required_columns: 'country' max_unknown_schemes: 1 max_duplicate_keys: 1");
  const std::string head = "record_type,key,name,identifiers,country\n";
  const std::string fill = [] {
    std::string rows;
    for (int i = 0; i < 400; ++i) rows += "supplier,f" + std::to_string(i) + ",F,,GB\n";
    return rows;
  }();
  const std::string unknown = "supplier,u,U,XX-NONE:1,GB\n", twice = "supplier,f1,F,,GB\n";
  EXPECT_THAT(Reasons(Import(head + fill + unknown + twice)), IsEmpty());
  EXPECT_THAT(Reasons(Import(head + fill + unknown + unknown)),
              ElementsAre(v1::ERROR_REASON_UNKNOWN_SCHEMES));
  EXPECT_THAT(Reasons(Import(head + fill + twice + twice)),
              ElementsAre(v1::ERROR_REASON_DUPLICATE_KEYS));
  EXPECT_THAT(Reasons(Import(Rows(0, 400))),
              ElementsAre(v1::ERROR_REASON_MISSING_COLUMN, v1::ERROR_REASON_TOO_MUCH_REMOVED));
  EXPECT_THAT(Reasons(Import(head + fill + "planet,1,1,1,1\nplanet,2,1,1,1\n")), IsEmpty());
  EXPECT_THAT(Reasons(Import(head + fill +
                             "planet,1,1,1,1\nplanet,2,1,1,1\nplanet,3,1,1,1\nplanet,4,1,1,1\n"
                             "planet,5,1,1,1\n")),
              ElementsAre(v1::ERROR_REASON_TOO_MANY_REFUSED_ROWS));
}

TEST_F(LoadManagerTest, AnOlderEditionIsHeldAndBecomesTheActiveOneOfARegister) {
  v1::Load newer, older;
  *newer.mutable_edition() = storage::testing::Day("2026-10-01");
  *older.mutable_edition() = storage::testing::Day("2026-09-01");
  ASSERT_EQ(Import(Rows(0, 3), newer).state(), v1::LOAD_STATE_COMMITTED);
  const v1::Load held = Import(Rows(0, 2), older);
  EXPECT_THAT(Reasons(held), ElementsAre(v1::ERROR_REASON_OLDER_EDITION));
  ASSERT_EQ(Approve(held).state(), v1::LOAD_STATE_COMMITTED);
  EXPECT_EQ(store_.Head("")->FindDataset("d")->edition().edition().month(), 9);
}

TEST_F(LoadManagerTest, ADryRunSaysWhatWouldHoldAndEnds) {
  v1::Load dry;
  dry.set_dry_run(true);
  const v1::Load load = Import(Rows(0, 3) + "supplier,k1,Twice\n", dry);
  EXPECT_EQ(load.state(), v1::LOAD_STATE_ABORTED);
  EXPECT_THAT(Reasons(load),
              ElementsAre(v1::ERROR_REASON_TOO_MANY_REFUSED_ROWS, v1::ERROR_REASON_DUPLICATE_KEYS));
  EXPECT_FALSE(HasFiles(load));
}

TEST_F(LoadManagerTest, AnUnchangedEditionIsChecked) {
  ASSERT_EQ(Import(Rows(0, 3)).state(), v1::LOAD_STATE_COMMITTED);
  now_ += 3600;
  v1::Load unchanged;
  unchanged.set_mode(v1::LOAD_MODE_UNCHANGED);
  const v1::Load load = Import("", unchanged);
  EXPECT_EQ(load.state(), v1::LOAD_STATE_COMMITTED);
  EXPECT_EQ(load.counts().unchanged(), 3u);
  const v1::SourceEdition edition = store_.Head("")->FindDataset("d")->edition();
  EXPECT_EQ(edition.checked_at().seconds(), now_);
  EXPECT_EQ(edition.sha256_size(), 1);
  EXPECT_EQ(Records(), 3u);
}

TEST_F(LoadManagerTest, EveryStateCanBeAborted) {
  const auto abort = [this](const v1::Load& load) {
    return Await(manager_->Abort(RefOf(load), kBob));
  };
  const v1::Load open = Create(Rows(0, 3)), validated = Validate(Create(Rows(0, 3))),
                 previewed = Preview(Create(Rows(0, 3))),
                 held = Import(Rows(0, 3) + "supplier,k1,Twice\n");
  for (const v1::Load& load : {open, validated, previewed, held}) {
    ASSERT_TRUE(HasFiles(load));
    EXPECT_EQ(abort(load).state(), v1::LOAD_STATE_ABORTED) << load.state();
    EXPECT_EQ(abort(load).state(), v1::LOAD_STATE_ABORTED);
    EXPECT_FALSE(HasFiles(load));
  }
  const v1::Load committed = Import(Rows(0, 3));
  EXPECT_EQ(ReasonOf(manager_->Abort(RefOf(committed), kAnn).status()),
            v1::ERROR_REASON_LOAD_STATE);
}

TEST_F(LoadManagerTest, WhatRunsIsAborted) {
  for (const bool preview : {true, false}) {
    const v1::Load load = Create(Rows(0, 3));
    impact_ = absl::UnavailableError("not yet");
    const int before = asked_;
    const auto begun =
        preview ? manager_->Preview(RefOf(load), kAnn) : manager_->Commit(RefOf(load), kAnn);
    ASSERT_TRUE(begun.ok());
    while (asked_ == before) absl::SleepFor(absl::Milliseconds(1));
    EXPECT_EQ(Await(manager_->Abort(RefOf(load), kAnn)).state(), v1::LOAD_STATE_ABORTED);
    EXPECT_FALSE(HasFiles(load));
  }
  EXPECT_EQ(Records(), 0u);
}

TEST_F(LoadManagerTest, ARestartFindsEachStateWhereItIsSafe) {
  const v1::Load open = Create(Rows(0, 3)), validated = Validate(Create(Rows(0, 3))),
                 previewed = Preview(Create(Rows(0, 3))),
                 held = Import(Rows(0, 3) + "supplier,k1,Twice\n");
  Restart();
  EXPECT_EQ(Get(open).state(), v1::LOAD_STATE_OPEN);
  EXPECT_EQ(Get(validated).state(), v1::LOAD_STATE_VALIDATED);
  EXPECT_EQ(Get(validated).counts().added(), 3u);
  EXPECT_EQ(Get(previewed).state(), v1::LOAD_STATE_PREVIEWED);
  EXPECT_EQ(Get(held).state(), v1::LOAD_STATE_HELD);
  EXPECT_THAT(Reasons(Get(held)),
              ElementsAre(v1::ERROR_REASON_TOO_MANY_REFUSED_ROWS, v1::ERROR_REASON_DUPLICATE_KEYS));
  for (const auto running :
       {v1::LOAD_STATE_VALIDATING, v1::LOAD_STATE_PREVIEWING, v1::LOAD_STATE_COMMITTING}) {
    DieIn(open, running);
    EXPECT_EQ(Get(open).state(), v1::LOAD_STATE_OPEN);
    DieIn(validated, running);
    EXPECT_EQ(Get(validated).state(), v1::LOAD_STATE_VALIDATED);
  }
  DieIn(held, v1::LOAD_STATE_COMMITTING, /*approved=*/true);
  EXPECT_EQ(Get(held).state(), v1::LOAD_STATE_HELD);
  EXPECT_FALSE(Get(held).has_approval());
  EXPECT_EQ(Approve(held).state(), v1::LOAD_STATE_COMMITTED);
  EXPECT_EQ(Commit(open).state(), v1::LOAD_STATE_COMMITTED);
  EXPECT_EQ(Commit(validated).state(), v1::LOAD_STATE_COMMITTED);
}

TEST_F(LoadManagerTest, ARestartFindsWhatWasPublished) {
  const v1::Load load = Import(Rows(0, 3));
  const v1::RevisionToken revision = load.revision();
  DieIn(load, v1::LOAD_STATE_COMMITTING);
  EXPECT_EQ(Get(load).state(), v1::LOAD_STATE_COMMITTED);
  EXPECT_EQ(Get(load).revision().revision(), revision.revision());
}

TEST_F(LoadManagerTest, WhatNobodyGoesOnWithExpires) {
  const v1::Load open = Create(Rows(0, 3)), validated = Validate(Create(Rows(0, 3))),
                 previewed = Preview(Create(Rows(0, 3))),
                 held = Import(Rows(0, 3) + "supplier,k1,Twice\n"), done = Import(Rows(0, 3));
  now_ += kWeek - 1;
  Restart();
  EXPECT_EQ(Get(open).state(), v1::LOAD_STATE_OPEN);
  EXPECT_EQ(Send(open, Rows(0, 4), kAnn), absl::OkStatus());  // somebody goes on
  EXPECT_EQ(Get(held).state(), v1::LOAD_STATE_HELD);
  now_ += 1;
  for (const v1::Load& load : {validated, previewed, held}) {
    EXPECT_EQ(Get(load).state(), v1::LOAD_STATE_EXPIRED);
    EXPECT_TRUE(Get(load).has_ended_at());
    EXPECT_FALSE(HasFiles(load));
  }
  EXPECT_EQ(ReasonOf(manager_->Approve(RefOf(held), kBob, "late").status()),
            v1::ERROR_REASON_LOAD_STATE);
  EXPECT_EQ(Get(done).state(), v1::LOAD_STATE_COMMITTED);
  EXPECT_EQ(Get(open).state(), v1::LOAD_STATE_OPEN);
  // Nobody asks for it: a server that starts takes its files away.
  now_ += kWeek;
  Restart();
  while (HasFiles(open)) absl::SleepFor(absl::Milliseconds(1));
  EXPECT_EQ(Get(open).state(), v1::LOAD_STATE_EXPIRED);
}

TEST_F(LoadManagerTest, TwoLoadsOfOneDatasetAtOnce) {
  const v1::Load one = Create(Rows(0, 200, "One ")), other = Create(Rows(0, 200, "Other "));
  ASSERT_TRUE(manager_->Commit(RefOf(one), kAnn).ok());
  ASSERT_TRUE(manager_->Commit(RefOf(other), kAnn).ok());
  EXPECT_EQ(Await(Get(one)).state(), v1::LOAD_STATE_COMMITTED);
  EXPECT_EQ(Await(Get(other)).state(), v1::LOAD_STATE_COMMITTED);
  EXPECT_EQ(Records(), 200u);
  EXPECT_EQ(Get(one).counts().added() + Get(other).counts().added(), 200u);
}

TEST_F(LoadManagerTest, AProposalIsHeldAtOnceAndRepeated) {
  storage::v1::DatasetState after = *store_.Head("")->FindDataset("d");
  after.mutable_dataset()->set_second_person_for_records(true);
  ASSERT_TRUE(
      store_.Publish(storage::ChangeSetWithoutRows(*store_.Head("")->FindDataset("d"), after), {})
          .ok());
  v1::Load load;
  load.set_format("probity-jsonl");
  load.set_mode(v1::LOAD_MODE_DELTA);
  LoadManager::OwnFile file = {"record", v1::FILE_ROLE_SINGLE_RECORD,
                               "{\"key\":\"1\",\"supplier\":{\"names\":[{\"text\":\"A\"}]}}\n"};
  const auto held = manager_->Propose("d", load, file, kAnn, "request");
  ASSERT_EQ(held.status(), absl::OkStatus());
  EXPECT_EQ(held->state(), v1::LOAD_STATE_HELD);
  EXPECT_THAT(Reasons(*held), ElementsAre(v1::ERROR_REASON_SECOND_PERSON_REQUIRED));
  EXPECT_EQ(manager_->Propose("d", load, file, kAnn, "request")->name(), held->name());
  EXPECT_EQ(manager_->MadeBy("d", kAnn, "request")->name(), held->name());
  EXPECT_FALSE(manager_->MadeBy("d", kBob, "request").has_value());
  file.bytes += " ";
  EXPECT_EQ(ReasonOf(manager_->Propose("d", load, file, kAnn, "request").status()),
            v1::ERROR_REASON_REQUEST_ID_REUSED);
  EXPECT_EQ(Approve(*held).state(), v1::LOAD_STATE_COMMITTED);
  EXPECT_EQ(Records(), 1u);
}

TEST_F(LoadManagerTest, CheckLiftsSaysWhoNeedsASecondPerson) {
  storage::ChangeSet changes;
  EXPECT_EQ(manager_->CheckLifts(changes, ""), absl::OkStatus());
  lifted_ = {"authorities/a/portfolios/p/members/1"};
  EXPECT_EQ(ReasonOf(manager_->CheckLifts(changes, "")), v1::ERROR_REASON_VERDICTS_LIFTED);
}

}  // namespace
}  // namespace probity::dataset
