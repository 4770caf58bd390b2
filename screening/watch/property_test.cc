// The heart of the watch: whatever changes, its events are those of a full rescreen of
// all members before and after, none missed, none too many, in order.
#include <algorithm>
#include <cstdlib>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "policy/testing.h"
#include "screening/watch/random_records.h"
#include "screening/watch/testing.h"
#include "storage/own_datasets.h"

namespace probity::screening::testing {
namespace {

using policy::Parse;

constexpr int kSteps = 40;

uint32_t Seeds() { return std::getenv("PROBITY_LONG") != nullptr ? 150 : 6; }

class WatchProperty : public ::testing::TestWithParam<uint32_t> {
 protected:
  WatchProperty() : make_(GetParam(), &world_) {}

  void SetUp() override {
    for (const std::string& dataset : datasets_) {
      for (int i = 0; i < 3; ++i) ChangeRecord(dataset);
    }
    for (const char* authority : {"", kAuthority}) {
      world_.PutPortfolio(authority, "p", make_.Purchase());
      for (int i = 0; i < 5; ++i) PutMember(authority, i);
    }
    world_.Advance();
    before_ = world_.DecideAll(world_.Head(), world_.today());
  }

  int Pick(size_t n) { return make_.Pick(n); }

  void PutMember(const std::string& authority, int i) {
    world_.PutMember(authority, "p", "m" + std::to_string(i),
                     "subject { " + make_.Subject() + " } " +
                         (Pick(4) == 0 ? "purchase { " + make_.Purchase() + " }" : ""));
  }

  void RemoveMember(const std::string& authority, int i) {
    const std::string dataset = storage::OwnDatasetId(v1::DATASET_KIND_PORTFOLIOS, authority);
    const std::string key = storage::MemberKey("p", "m" + std::to_string(i));
    if (!world_.View(authority)->GetRecord({dataset, key})->has_value()) return;
    world_.Change(dataset, {}, {key}, authority);
  }

  void ChangeRecord(const std::string& dataset) {
    const std::string authority = dataset == "own" ? kAuthority : "";
    std::vector<v1::Record> records;
    std::vector<std::string> removed;
    for (int i = 0; i < kKeys; ++i) {
      const std::string key = "k" + std::to_string(i);
      if (Pick(kKeys) == 0) {
        records.push_back(Parse<v1::Record>(make_.Body(dataset)));
        records.back().set_key(key);
      } else if (Pick(3 * kKeys) == 0 &&
                 world_.View(authority)->GetRecord({dataset, key})->has_value()) {
        removed.push_back(key);
      }
    }
    world_.Change(dataset, records, removed, authority);
  }

  void ChangeOwn(v1::DatasetKind kind, const v1::Record& record) {
    const std::string dataset = storage::OwnDatasetId(kind, kAuthority);
    if (world_.View()->FindDataset(dataset) == nullptr) {
      auto changes =
          storage::NewDatasetChangeSet(*world_.View(), storage::OwnDataset(kind, kAuthority));
      storage::PublishContext context;
      context.now_us = absl::ToUnixMicros(world_.Options().now());
      ASSERT_TRUE(world_.store().Publish(*changes, context).ok());
    }
    world_.Change(dataset, {record}, {}, kAuthority);
  }

  // One thing happens; several revisions, days and policies may pass at once.
  void Happen() {
    switch (Pick(12)) {
      case 0:
        return ChangeOwn(v1::DATASET_KIND_VENDORS, make_.Vendor(Pick(2)));
      case 1:
        return ChangeOwn(v1::DATASET_KIND_JUDGEMENTS,
                         make_.Judgement("j" + std::to_string(Pick(6))));
      case 2:
        return world_.PassDays(1 + Pick(9));
      case 3:
        return PutMember(Pick(2) == 0 ? "" : kAuthority, Pick(6));
      case 4:
        return ChangeOwn(v1::DATASET_KIND_WAIVERS, make_.Waiver());
      case 5:
        return ChangeOwn(v1::DATASET_KIND_REPLIES, make_.Reply());
      case 6:
        return RemoveMember(kAuthority, Pick(6));
      default:
        return ChangeRecord(datasets_[Pick(datasets_.size())]);
    }
  }

  // What a rescreen says of the step from `before` to `after` that ends at a point.
  void Expect(const Verdicts& before, const Verdicts& after, uint64_t revision, DayNumber day) {
    for (const auto& [name, verdict] : after) {
      const auto was = before.find(name);
      const bool source = name.find(' ') != std::string::npos;
      if (source ? was == before.end()
                 : was != before.end() && !AreWorthTheSame(was->second, verdict)) {
        expected_.push_back(absl::StrCat(
            "r", revision, " ", FormatDate(DateOf(day)), " ", name,
            source ? " stale" : ": " + WorthOf(was->second) + " -> " + WorthOf(verdict)));
      }
    }
    for (const auto& [name, verdict] : before) {
      if (name.find(' ') == std::string::npos || after.count(name) > 0) continue;
      expected_.push_back(
          absl::StrCat("r", revision, " ", FormatDate(DateOf(day)), " ", name, " fresh"));
    }
  }

  // From where the last step ended, day by day, revision by revision.
  void RescreenUpTo(uint64_t revision, DayNumber day) {
    const auto go = [&](uint64_t to_revision, DayNumber to_day) {
      Verdicts after = world_.DecideAll(to_revision, to_day);
      Expect(before_, after, to_revision, to_day);
      before_ = std::move(after);
    };
    while (at_.revision < revision) {
      const auto published =
          world_.store().ListManifests(at_.revision + 1, 1).value()[0].published_at_us();
      const auto on = static_cast<DayNumber>(published / 1000000 / (24 * 60 * 60));
      while (at_.day < on) go(at_.revision, ++at_.day);
      go(++at_.revision, at_.day);
    }
    while (at_.day < day) go(at_.revision, ++at_.day);
  }

  // Within one point the order is that of the names.
  void ExpectSameEvents() {
    std::vector<std::string> lines;
    for (const char* authority : {"", kAuthority}) {
      uint64_t id = 0, revision = 0;
      DayNumber day = 0;
      for (const v1::VerdictChange& event : world_.Events(authority)) {
        EXPECT_EQ(event.id(), ++id);
        const DayNumber of = FirstDay(event.day());
        EXPECT_GE(std::make_pair(event.revision(), of), std::make_pair(revision, day));
        revision = event.revision();
        day = of;
        lines.push_back(LineOf(event));
      }
    }
    std::vector<std::string> expected = expected_;
    std::sort(lines.begin(), lines.end());
    std::sort(expected.begin(), expected.end());
    ASSERT_EQ(absl::StrJoin(lines, "\n"), absl::StrJoin(expected, "\n"));
  }

  const std::vector<std::string> datasets_ = {"reg", "reg2", "papers", "own", "list"};
  WatchWorld world_;
  RandomRecords make_;
  Verdicts before_;
  WatchPoint at_;
  std::vector<std::string> expected_;
};

TEST_P(WatchProperty, EventsAreThoseOfAFullRescreen) {
  at_ = {world_.Head(), world_.today()};
  int version = 1;
  for (int step = 0; step < kSteps; ++step) {
    SCOPED_TRACE("step " + std::to_string(step));
    for (int i = Pick(3); i >= 0; --i) Happen();
    if (Pick(6) == 0) world_.Restart();
    world_.Advance();
    RescreenUpTo(world_.Head(), world_.today());
    ExpectSameEvents();
    if (HasFatalFailure()) return;
    if (Pick(8) != 0) continue;
    version = 3 - version;
    world_.Activate("policies/test/versions/" + std::to_string(version));
    world_.Advance();
    Verdicts after = world_.DecideAll(at_.revision, at_.day);
    Expect(before_, after, at_.revision, at_.day);
    before_ = std::move(after);
    ExpectSameEvents();
    if (HasFatalFailure()) return;
  }
  EXPECT_GT(expected_.size(), 5U) << "too little happened";
}

INSTANTIATE_TEST_SUITE_P(Seeds, WatchProperty, ::testing::Range(uint32_t{1}, Seeds() + 1));

}  // namespace
}  // namespace probity::screening::testing
