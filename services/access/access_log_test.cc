#include "services/access/access_log.h"

#include <sys/resource.h>
#include <sys/stat.h>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "services/rpc/subjects.h"

namespace probity::access {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using Json = nlohmann::json;

class AccessLogTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "access-XXXXXX").string();
    directory_ = mkdtemp(pattern.data());
    Open();
  }
  void TearDown() override {
    log_.reset();
    std::filesystem::remove_all(directory_);
  }

  void Open() {
    log_.reset();
    auto log = AccessLog::Open({directory_, /*kept_days=*/2,
                                [this] { return absl::FromUnixSeconds(seconds_); },
                                [this](absl::string_view warning) {
                                  absl::MutexLock lock(&mutex_);
                                  warnings_.emplace_back(warning);
                                }});
    ASSERT_TRUE(log.ok()) << log.status();
    log_ = *std::move(log);
  }

  static rpc::CallContext CallOf(const std::string& principal,
                                 std::vector<std::string> subjects = {}) {
    rpc::CallContext call;
    call.caller = {principal, "authorities/a"};
    call.call_id = "0123456789abcdef";
    call.subjects = std::move(subjects);
    return call;
  }
  void End(const rpc::CallContext& call, const absl::Status& status,
           const char* method = "SupplierService.GetSupplier") {
    log_->Ended({call, method, status, absl::Microseconds(41)});
  }
  // Before its request was read.
  void Refuse(const rpc::CallContext& call, const absl::Status& status) {
    log_->Ended({call, "SupplierService.GetSupplier", status, absl::Microseconds(41),
                 absl::ZeroDuration(), /*let_on=*/false});
  }
  absl::Status Enter() {
    const grpc::CallbackServerContext context;
    rpc::CallContext call;
    return log_->Enter(context, "SupplierService.GetSupplier", &call);
  }

  // 27 November 2026 and the days around it.
  std::string PathOf(const std::string& day) const {
    return directory_ + "/access-" + day + ".jsonl";
  }
  std::string TextOf(const std::string& day) const {
    std::ifstream file(PathOf(day));
    return {std::istreambuf_iterator<char>(file), {}};
  }
  std::vector<Json> Lines(const std::string& day = "2026-11-27") const {
    std::vector<Json> lines;
    std::ifstream file(PathOf(day));
    for (std::string line; std::getline(file, line);) {
      lines.push_back(Json::parse(line, nullptr, /*allow_exceptions=*/false));
    }
    return lines;
  }
  std::vector<std::string> Warnings() {
    absl::MutexLock lock(&mutex_);
    return warnings_;
  }

  std::atomic<int64_t> seconds_{1795737600};  // 2026-11-27T00:00:00Z
  std::string directory_;
  absl::Mutex mutex_;
  std::vector<std::string> warnings_ ABSL_GUARDED_BY(mutex_);
  std::unique_ptr<AccessLog> log_;
};

TEST_F(AccessLogTest, ALineSaysWhoDidWhatAndHowItEnded) {
  End(CallOf("ann", {"suppliers/abc"}), SupplierNotFound("suppliers/abc"));
  ASSERT_THAT(Lines(), SizeIs(1)) << "before anybody is answered";
  const Json line = Lines()[0];
  EXPECT_EQ(line["principal"], "ann");
  EXPECT_EQ(line["authority"], "authorities/a");
  EXPECT_EQ(line["method"], "SupplierService.GetSupplier");
  EXPECT_EQ(line["permission"], "READ_RECORDS");
  EXPECT_EQ(line["code"], "NOT_FOUND");
  EXPECT_EQ(line["reason"], "SUPPLIER_NOT_FOUND");
  EXPECT_EQ(line["call_id"], "0123456789abcdef");
  EXPECT_EQ(line["duration_us"], 41);
  EXPECT_THAT(line["subjects"], ElementsAre(log_->HashOf("suppliers/abc")));
  End(CallOf("ann"), absl::OkStatus());
  EXPECT_FALSE(Lines()[1].contains("reason"));
  EXPECT_FALSE(Lines()[1].contains("subjects"));
}

// Neither whom a call is about, nor what an error says of him.
TEST_F(AccessLogTest, SubjectsAreNeverInClear) {
  End(CallOf("ann", {"GB-COH:04830352", "query:Jane Roe"}),
      absl::InternalError("Jane Roe could not be read"));
  EXPECT_THAT(TextOf("2026-11-27"), Not(HasSubstr("04830352")));
  EXPECT_THAT(TextOf("2026-11-27"), Not(HasSubstr("Jane")));
  EXPECT_THAT(Lines()[0]["subjects"], SizeIs(2));
}

TEST_F(AccessLogTest, HashesAreTheSameAfterARestartAndOthersElsewhere) {
  const std::string hash = log_->HashOf("suppliers/abc");
  EXPECT_EQ(hash.size(), 32U);
  EXPECT_NE(hash, log_->HashOf("suppliers/abd"));
  Open();
  EXPECT_EQ(log_->HashOf("suppliers/abc"), hash);
  struct stat key = {};
  ASSERT_EQ(stat((directory_ + "/subject.key").c_str(), &key), 0);
  EXPECT_EQ(key.st_mode & 077, 0U) << "who has the key can try values";
  std::filesystem::remove(directory_ + "/subject.key");
  Open();
  EXPECT_NE(log_->HashOf("suppliers/abc"), hash);
}

TEST_F(AccessLogTest, AKeyThatOthersReadIsTold) {
  EXPECT_THAT(Warnings(), IsEmpty());
  ASSERT_EQ(chmod((directory_ + "/subject.key").c_str(), 0640), 0);
  Open();
  EXPECT_THAT(Warnings(), ElementsAre(AllOf(HasSubstr("subject.key"), HasSubstr("0600"))));
}

TEST_F(AccessLogTest, ADamagedKeyIsTold) {
  std::ofstream(directory_ + "/subject.key", std::ios::trunc) << "short";
  const auto log = AccessLog::Open({directory_, 2, &absl::Now, [](absl::string_view) {}});
  EXPECT_EQ(ReasonOf(log.status()), v1::ERROR_REASON_INVALID_FIELD);
  EXPECT_THAT(log.status().message(), HasSubstr("subject.key is damaged"));
}

TEST_F(AccessLogTest, WhatACallerIsNamedMakesNoSecondLine) {
  End(CallOf("eve\"}\n{\"principal\":\"ann"), absl::OkStatus());
  ASSERT_THAT(Lines(), SizeIs(1));
  EXPECT_EQ(Lines()[0]["principal"], "eve\"}\n{\"principal\":\"ann");
}

TEST_F(AccessLogTest, ADayHasAFileAndOldOnesGo) {
  std::ofstream(directory_ + "/access-notes.jsonl") << "mine";
  for (const int day : {0, 1, 2, 3}) {
    seconds_ = 1795737600 + day * kSecondsPerDay;
    End(CallOf("ann", {"suppliers/a"}), absl::OkStatus());
  }
  std::set<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(directory_)) {
    files.insert(entry.path().filename());
  }
  EXPECT_THAT(files, ElementsAre("access-2026-11-28.jsonl", "access-2026-11-29.jsonl",
                                 "access-2026-11-30.jsonl", "access-notes.jsonl", "subject.key"));
  EXPECT_THAT(Lines("2026-11-29"), SizeIs(1));
}

TEST_F(AccessLogTest, ARestartAddsAndLeavesACutLineAlone) {
  End(CallOf("ann", {"suppliers/a"}), absl::OkStatus());
  log_.reset();
  std::ofstream(PathOf("2026-11-27"), std::ios::app) << R"({"at":"20)";
  Open();
  End(CallOf("bob", {"suppliers/a"}), absl::OkStatus());
  ASSERT_THAT(Lines(), SizeIs(3));
  EXPECT_EQ(Lines()[0]["principal"], "ann");
  EXPECT_TRUE(Lines()[1].is_discarded());
  EXPECT_EQ(Lines()[2]["principal"], "bob");
}

TEST_F(AccessLogTest, EqualRefusalsAreCountedNotListed) {
  const absl::Status refused = PermissionMissing("READ_RECORDS");
  for (int i = 0; i < 100; ++i) Refuse(CallOf("eve"), refused);
  Refuse(CallOf("bob"), refused);
  log_->Tick();
  uint64_t told = 0;
  size_t of_eve = 0;
  for (const Json& line : Lines()) {
    if (line["principal"] != "eve") continue;
    EXPECT_EQ(line["reason"], "PERMISSION_DENIED");
    told += line.contains("repeated") ? line["repeated"].get<uint64_t>() : 1;
    ++of_eve;
  }
  EXPECT_EQ(told, 100U);
  // A second of the clock may end between any two of them.
  EXPECT_LT(of_eve, 100U);
}

TEST_F(AccessLogTest, CallsThatWereLetOnAreEachListed) {
  for (int i = 0; i < 100; ++i) End(CallOf("ann", {"suppliers/a"}), absl::OkStatus());
  for (int i = 0; i < 100; ++i) {
    End(CallOf("ann", {"datasets/d"}), DatasetNotPermitted("dataset"));
  }
  log_->Tick();
  EXPECT_THAT(Lines(), SizeIs(200));
}

// What was tried may differ, though neither call names anything that is hashed.
TEST_F(AccessLogTest, WhatWasReadAndThenRefusedIsListedToo) {
  for (int i = 0; i < 3; ++i) End(CallOf("ann"), DatasetNotPermitted("hold.dataset"));
  log_->Tick();
  ASSERT_THAT(Lines(), SizeIs(3));
  for (const Json& line : Lines()) EXPECT_FALSE(line.contains("repeated"));
}

TEST_F(AccessLogTest, WhatIsNotToldIsSaid) {
  std::vector<std::string> subjects;
  for (size_t i = 0; i < rpc::kMaxSubjects; ++i) subjects.push_back(absl::StrCat("suppliers/", i));
  End(CallOf("ann", subjects), absl::OkStatus());
  subjects.emplace_back("suppliers/more");
  End(CallOf("ann", subjects), absl::OkStatus());
  ASSERT_THAT(Lines(), SizeIs(2));
  EXPECT_THAT(Lines()[0]["subjects"], SizeIs(rpc::kMaxSubjects));
  EXPECT_FALSE(Lines()[0].contains("subjects_cut"));
  EXPECT_THAT(Lines()[1]["subjects"], SizeIs(rpc::kMaxSubjects));
  EXPECT_EQ(Lines()[1]["subjects_cut"], true);
}

// The disk is full: what ends is kept, nobody is let on, and all of it is told afterwards.
TEST_F(AccessLogTest, NobodyIsLetOnWhileLinesCannotBeWritten) {
  EXPECT_TRUE(Enter().ok());
  std::filesystem::create_symlink("/dev/full", PathOf("2026-11-28"));
  seconds_ = 1795737600 + kSecondsPerDay;
  End(CallOf("ann", {"suppliers/a"}), absl::OkStatus());
  const absl::Status refused = Enter();
  EXPECT_EQ(ReasonOf(refused), v1::ERROR_REASON_ACCESS_LOG_UNAVAILABLE);
  EXPECT_TRUE(absl::IsUnavailable(refused));
  EXPECT_EQ(MetadataOf(refused)["path"], directory_);
  EXPECT_THAT(Warnings(), ElementsAre(HasSubstr("No space left on device")));
  End(CallOf("bob"), refused);
  End(CallOf("bob"), refused);
  log_->Tick();
  EXPECT_FALSE(Enter().ok());
  std::filesystem::remove(PathOf("2026-11-28"));
  log_->Tick();
  EXPECT_TRUE(Enter().ok());
  ASSERT_THAT(Lines("2026-11-28"), SizeIs(2));
  EXPECT_EQ(Lines("2026-11-28")[0]["principal"], "ann");
  EXPECT_EQ(Lines("2026-11-28")[1]["refused_while_not_writable"], 2);
  EXPECT_EQ(Lines("2026-11-28")[1]["not_written"], 0);
  EXPECT_THAT(Warnings(), SizeIs(2));
}

// While it lives, no file of this process grows beyond so many bytes: a disk that is full in
// the middle of a line.
class FullFiles {
 public:
  explicit FullFiles(size_t bytes) : before_(signal(SIGXFSZ, SIG_IGN)) {
    EXPECT_EQ(getrlimit(RLIMIT_FSIZE, &limit_), 0);
    rlimit less = limit_;
    less.rlim_cur = bytes;
    EXPECT_EQ(setrlimit(RLIMIT_FSIZE, &less), 0);
  }
  ~FullFiles() {
    EXPECT_EQ(setrlimit(RLIMIT_FSIZE, &limit_), 0);
    signal(SIGXFSZ, before_);
  }
  FullFiles(const FullFiles&) = delete;

 private:
  using Handler = void (*)(int);
  const Handler before_;
  rlimit limit_ = {};
};

// The day may be over before there is room again.
TEST_F(AccessLogTest, ALineThatWasCutEndsInTheFileThatItBeganIn) {
  End(CallOf("ann", {"suppliers/a"}), absl::OkStatus());
  {
    const FullFiles full(TextOf("2026-11-27").size() + 100);
    End(CallOf("bob", {"suppliers/a"}), absl::OkStatus());
    EXPECT_FALSE(log_->IsWritable());
    EXPECT_TRUE(Lines().back().is_discarded()) << "a part of it is there";
    seconds_ = 1795737600 + kSecondsPerDay;
    log_->Tick();
    EXPECT_FALSE(log_->IsWritable());
  }
  log_->Tick();
  EXPECT_TRUE(log_->IsWritable());
  End(CallOf("carl", {"suppliers/a"}), absl::OkStatus());
  ASSERT_THAT(Lines(), SizeIs(2));
  EXPECT_EQ(Lines()[1]["principal"], "bob");
  ASSERT_THAT(Lines("2026-11-28"), SizeIs(1));
  EXPECT_EQ(Lines("2026-11-28")[0]["principal"], "carl");
}

TEST_F(AccessLogTest, LinesThatAreLostAtTheEndAreTold) {
  std::filesystem::create_symlink("/dev/full", PathOf("2026-11-28"));
  seconds_ = 1795737600 + kSecondsPerDay;
  End(CallOf("ann", {"suppliers/a"}), absl::OkStatus());
  log_.reset();
  EXPECT_THAT(Warnings().back(), HasSubstr("are lost"));
}

TEST_F(AccessLogTest, ADirectoryThatCannotBeMadeEndsTheStart) {
  std::ofstream(directory_ + "/file") << "x";
  const auto log =
      AccessLog::Open({directory_ + "/file/access", 2, &absl::Now, [](absl::string_view) {}});
  EXPECT_EQ(ReasonOf(log.status()), v1::ERROR_REASON_STORE_NOT_WRITABLE);
}

}  // namespace
}  // namespace probity::access
