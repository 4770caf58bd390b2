// The heart of the preview: what it says a change set would do is what a full rescreen of
// all members before and after its publish finds, none missed, none too many.
#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "policy/testing.h"
#include "screening/portfolios.h"
#include "screening/preview/testing.h"
#include "screening/watch/random_records.h"
#include "storage/own_datasets.h"

namespace probity::screening::testing {
namespace {

using policy::Parse;

constexpr int kSteps = 25;
constexpr int kDecisions = 8;

uint32_t Seeds() { return std::getenv("PROBITY_LONG") != nullptr ? 100 : 3; }

// What is said, and by whom: without a watch, with one, of the lifted alone.
struct Said {
  std::string by;
  PreviewResult result;
};

class PreviewProperty : public ::testing::TestWithParam<uint32_t> {
 protected:
  PreviewProperty() : make_(GetParam(), &world_) {}

  void SetUp() override {
    for (const std::string& dataset : datasets_) {
      for (int i = 0; i < 3; ++i) world_.Publish(RandomChanges(dataset));
    }
    for (const char* authority : {"", kAuthority}) {
      world_.PutPortfolio(authority, "p", make_.Purchase());
      for (int i = 0; i < 6; ++i) PutMember(authority, i);
    }
    for (int i = 0; i < kDecisions; ++i) {
      const std::string request =
          "subject { " + make_.Subject() + " } purchase { " + make_.Purchase() + " }";
      if (world_.WeighNow(request).verdict.has_error()) continue;
      world_.Record("d" + std::to_string(i), request);
      requests_[absl::StrCat(kAuthority, "/decisions/d", i)] = request;
    }
  }

  int Pick(size_t n) { return make_.Pick(n); }

  void PutMember(const std::string& authority, int i) {
    world_.PutMember(authority, "p", "m" + std::to_string(i),
                     "subject { " + make_.Subject() + " } " +
                         (Pick(4) == 0 ? "purchase { " + make_.Purchase() + " }" : ""));
  }

  v1::Record Member(int i) {
    const PortfolioRef ref{"p", "m" + std::to_string(i)};
    v1::Record record =
        Parse<v1::Record>("portfolio_member { subject { " + make_.Subject() + " } }");
    record.mutable_portfolio_member()->set_name(ref.Name(kAuthority));
    record.set_key(ref.Key());
    return record;
  }

  storage::ChangeSet RandomChanges(const std::string& dataset) {
    const std::string authority = dataset == "own" ? kAuthority : "";
    std::vector<v1::Record> records;
    std::vector<std::string> removed;
    const int one_in = 1 + Pick(kKeys);  // now many, now few
    for (int i = 0; i < kKeys; ++i) {
      const std::string key = "k" + std::to_string(i);
      if (Pick(one_in) == 0) {
        records.push_back(Parse<v1::Record>(make_.Body(dataset)));
        records.back().set_key(key);
      } else if (Pick(2 * one_in) == 0 &&
                 world_.View(authority)->GetRecord({dataset, key})->has_value()) {
        removed.push_back(key);
      }
    }
    return world_.MakeChanges(dataset, records, removed, authority);
  }

  storage::ChangeSet OwnChanges(v1::DatasetKind kind, const v1::Record& record) {
    const std::string dataset = storage::OwnDatasetId(kind, kAuthority);
    if (world_.View()->FindDataset(dataset) == nullptr) {
      auto made =
          storage::NewDatasetChangeSet(*world_.View(), storage::OwnDataset(kind, kAuthority));
      world_.Publish(*made);
    }
    return world_.MakeChanges(dataset, {record}, {}, kAuthority);
  }

  storage::ChangeSet NextChanges() {
    switch (Pick(10)) {
      case 0:
        return OwnChanges(v1::DATASET_KIND_VENDORS, make_.Vendor(Pick(2)));
      case 1:
        return OwnChanges(v1::DATASET_KIND_JUDGEMENTS,
                          make_.Judgement("j" + std::to_string(Pick(6))));
      case 2:
        return OwnChanges(v1::DATASET_KIND_WAIVERS, make_.Waiver());
      case 3:
        return OwnChanges(v1::DATASET_KIND_PORTFOLIOS, Member(Pick(7)));
      default:
        return RandomChanges(datasets_[Pick(datasets_.size())]);
    }
  }

  // Everybody as of now: members by name, then the requests that were recorded.
  Verdicts Rescreen() {
    Verdicts verdicts = world_.DecideAll(world_.Head(), world_.today());
    for (auto at = verdicts.begin(); at != verdicts.end();) {
      at = at->first.find(' ') != std::string::npos ? verdicts.erase(at) : std::next(at);
    }
    for (const auto& [name, request] : requests_) {
      verdicts[name] = world_.WeighNow(request).verdict;
    }
    return verdicts;
  }

  static std::vector<std::string> Lines(const Verdicts& before, const Verdicts& after,
                                        PreviewScope scope) {
    std::vector<std::string> lines;
    for (const auto& [name, verdict] : after) {
      const auto was = before.find(name);
      if (was == before.end() || AreWorthTheSame(was->second, verdict)) continue;
      const bool lifted =
          verdict.verdict() != was->second.verdict() && verdict.verdict() != v1::VERDICT_BLOCK &&
          (was->second.verdict() == v1::VERDICT_BLOCK || verdict.verdict() == v1::VERDICT_CLEAR);
      const bool decision = name.find("/decisions/") != std::string::npos;
      if (scope == PreviewScope::kLifted && (!lifted || decision)) continue;
      lines.push_back(absl::StrCat(name, ": ", WorthOf(was->second), " -> ", WorthOf(verdict),
                                   lifted ? " lifted" : ""));
    }
    return lines;
  }

  void ExpectSame(const Said& said, const Verdicts& before, const Verdicts& after,
                  PreviewScope scope) {
    SCOPED_TRACE(said.by);
    std::vector<std::string> lines, expected = Lines(before, after, scope);
    uint64_t lifted = 0;
    for (const Impact& impact : said.result.impacts) {
      lines.push_back(LineOf(impact));
      lifted += impact.shown.lifted() && !impact.shown.member().empty() ? 1 : 0;
    }
    std::sort(lines.begin(), lines.end());
    std::sort(expected.begin(), expected.end());
    ASSERT_EQ(absl::StrJoin(lines, "\n"), absl::StrJoin(expected, "\n"));
    EXPECT_EQ(said.result.lifted, lifted);
    impacts_ += lines.size();
    lifted_ += lifted;
  }

  const std::vector<std::string> datasets_ = {"reg", "reg2", "papers", "own", "list"};
  PreviewWorld world_;
  RandomRecords make_;
  std::map<std::string, std::string> requests_;  // by name of the decision
  size_t impacts_ = 0, lifted_ = 0;
};

TEST_P(PreviewProperty, ImpactsAreThoseOfAFullRescreen) {
  for (int step = 0; step < kSteps; ++step) {
    SCOPED_TRACE("step " + std::to_string(step));
    if (Pick(8) == 0) world_.PassDays(1 + Pick(9));
    if (Pick(6) == 0) PutMember(Pick(2) == 0 ? "" : kAuthority, Pick(7));
    storage::ChangeSet changes = NextChanges();
    if (Pick(6) == 0) {
      changes.header.mutable_state()->mutable_dataset()->set_precedence(Pick(3));
    }
    const Verdicts before = Rescreen();
    std::vector<Said> said{{"without a watch", world_.Preview(changes)}};
    world_.OpenWatch();
    said.push_back({"with a watch", world_.Preview(changes)});
    const Said lifted{"the lifted", world_.Preview(changes, PreviewScope::kLifted)};
    world_.CloseWatch();
    world_.Publish(changes);
    const Verdicts after = Rescreen();
    for (const Said& one : said) ExpectSame(one, before, after, PreviewScope::kAll);
    ExpectSame(lifted, before, after, PreviewScope::kLifted);
    if (HasFatalFailure()) return;
  }
  EXPECT_GT(impacts_, 30U) << "too little happened";
  // The same seed makes the same history; in that of the first many are lifted.
  if (GetParam() == 1) {
    EXPECT_GT(lifted_, 3U) << "too little was lifted";
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, PreviewProperty, ::testing::Range(uint32_t{1}, Seeds() + 1));

}  // namespace
}  // namespace probity::screening::testing
