#include "screening/watch/testing.h"

#include <unistd.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/hash.h"
#include "base/testing.h"
#include "matching/testing.h"
#include "policy/policy_testing.h"
#include "screening/decision/decide.h"
#include "screening/portfolios.h"
#include "screening/watch/rows.h"
#include "screening/watch/sources.h"
#include "storage/change_set.h"
#include "storage/memory/in_memory_store.h"
#include "storage/own_datasets.h"
#include "storage/watch/record_changes.h"

namespace probity::screening::testing {
namespace {

constexpr int64_t kSecondsPerDay = 24 * 60 * 60;
const char* const kAuthorities[] = {"", kAuthority};

// Rules that read all kinds of facts, with periods that end soon.
constexpr char kFirstPolicy[] = R"(
id: "test" version: "1" title: "Test" includes: "always-on"
identity { allow_asserted: true }
rules { id: "T-BAR" title: "Barred" legal_basis: "L" discretion: DISCRETION_MANDATORY
  scope: RULE_SCOPE_FACT effect: RULE_EFFECT_BLOCK
  reason: REVIEW_REASON_MANDATORY_GROUND_NOT_BINDING self_cleaning: true
  derogations { id: "NEED" legal_basis: "L" max_months: 1 }
  when { all { conditions { in_force: true } conditions { stage { at_least:
    FLAG_STAGE_FINAL_ADMIN_DECISION } } } }
  spread { links { type: LINK_TYPE_DIRECTOR_OF subject_end: LINK_END_TO }
           links { type: LINK_TYPE_OPERATES subject_end: LINK_END_FROM } max_steps: 2 }
  next_steps { action: NEXT_ACTION_HOLD } }
rules { id: "T-PERIOD" title: "Recent" legal_basis: "L" discretion: DISCRETION_POLICY
  scope: RULE_SCOPE_FACT effect: RULE_EFFECT_REVIEW reason: REVIEW_REASON_ALLEGATION
  when { period { from: EVENT_DATE_DECIDED_ON months: 1 } }
  next_steps { action: NEXT_ACTION_HOLD } }
rules { id: "T-DECLARED" title: "Declared" legal_basis: "L" discretion: DISCRETION_POLICY
  scope: RULE_SCOPE_PURCHASE effect: RULE_EFFECT_REVIEW reason: REVIEW_REASON_ALLEGATION
  when { declaration { kinds: DECLARATION_KIND_MODERN_SLAVERY_STATEMENT max_age_months: 1 } }
  next_steps { action: NEXT_ACTION_HOLD } }
rules { id: "T-FINDING" title: "Finding" legal_basis: "L" discretion: DISCRETION_POLICY
  scope: RULE_SCOPE_FINDING effect: RULE_EFFECT_REVIEW reason: REVIEW_REASON_ALLEGATION
  when { finding { open: true months_after_closure: 1 } }
  next_steps { action: NEXT_ACTION_HOLD } }
rules { id: "T-PHOENIX" title: "Phoenix" legal_basis: "L" discretion: DISCRETION_POLICY
  scope: RULE_SCOPE_SUBJECT effect: RULE_EFFECT_REVIEW reason: REVIEW_REASON_ALLEGATION
  when { phoenix { shared_at_least: 1 } }
  next_steps { action: NEXT_ACTION_HOLD } }
required_sources { dataset: "datasets/list" max_age_days: 5 }
)";
// Another threshold for names, and one rule less.
constexpr char kSecondPolicy[] = R"(
id: "test" version: "2" title: "Test" includes: "always-on"
identity { alert_score: 0.95 }
rules { id: "T-BAR" title: "Barred" legal_basis: "L" discretion: DISCRETION_MANDATORY
  scope: RULE_SCOPE_FACT effect: RULE_EFFECT_BLOCK
  reason: REVIEW_REASON_MANDATORY_GROUND_NOT_BINDING
  when { in_force: true }
  next_steps { action: NEXT_ACTION_HOLD } }
)";

}  // namespace

WatchWorld::WatchWorld()
    : identifiers_(TestIdentifiers()),
      law_(policy::TestLaw()),
      schemes_(policy::TestSchemes()),
      countries_(TestCountries()),
      groups_(policy::TestGroups()),
      store_(std::make_unique<storage::InMemoryStore>(identifiers_, "0123456789abcdef")) {
  CreateDatasets();
  index_ = storage::NameIndex::Open(store_.get(), &matching::TestMatcher(), {});
  names_ = std::make_unique<NameBook>(
      NameBook{*store_, *index_, {matching::TestMatcher(), identifiers_}});
  CreatePolicies();
  Restart();
}

WatchWorld::~WatchWorld() = default;

WatchOptions WatchWorld::Options() {
  WatchOptions options{*names_, law_, schemes_, goods_, *policies_, {}, {}};
  options.database = [this] { return disk_.Open(); };
  options.now = [this] { return absl::FromUnixSeconds(day_ * kSecondsPerDay); };
  options.threads = 1;
  return options;
}

void WatchWorld::CreateDatasets() {
  const auto create = [this](const v1::Dataset& dataset) {
    auto changes = storage::NewDatasetChangeSet(*store_->Head(dataset.owner()), dataset);
    ASSERT_TRUE(changes.ok()) << changes.status();
    storage::PublishContext context;
    context.now_us = day_ * kSecondsPerDay * 1000000;
    ASSERT_TRUE(store_->Publish(*changes, context).ok());
  };
  for (const char* id : {"reg", "reg2", "papers", "own", "list"}) {
    v1::Dataset dataset;
    dataset.set_name(absl::StrCat("datasets/", id));
    dataset.set_title(id);
    dataset.set_reliability(v1::RELIABILITY_OFFICIAL_REGISTER);
    const bool list = absl::string_view(id) == "list";
    dataset.set_absence(list ? v1::ABSENCE_MODE_DELISTED : v1::ABSENCE_MODE_RETRACTED);
    if (absl::string_view(id) == "own") dataset.set_owner(kAuthority);
    create(dataset);
  }
  for (const char* authority : kAuthorities) {
    create(storage::OwnDataset(v1::DATASET_KIND_PORTFOLIOS, authority));
    create(storage::OwnDataset(v1::DATASET_KIND_VENDORS, authority));
  }
}

void WatchWorld::CreatePolicies() {
  PolicyBookOptions options;
  options.store = store_.get();
  options.countries = &countries_;
  options.groups = &groups_;
  options.shipped = {ReadFile(TablePath("policies/always-on.txtpb")).value()};
  auto book = PolicyBook::Open(options);
  ASSERT_TRUE(book.ok()) << book.status();
  policies_ = *std::move(book);
  for (const char* text : {kFirstPolicy, kSecondPolicy}) {
    auto made = policies_->Create(text, {"tester", kAuthority, 0});
    ASSERT_TRUE(made.ok()) << made.status();
  }
  for (const char* authority : kAuthorities) Activate("policies/test/versions/1", authority);
}

void WatchWorld::Change(const std::string& dataset, const std::vector<v1::Record>& records,
                        const std::vector<std::string>& removed, const std::string& authority) {
  Publish(MakeChanges(dataset, records, removed, authority));
}

storage::ChangeSet WatchWorld::MakeChanges(const std::string& dataset,
                                           const std::vector<v1::Record>& records,
                                           const std::vector<std::string>& removed,
                                           const std::string& authority) {
  const auto base = store_->Head(authority);
  storage::LoadSpec spec;
  spec.dataset = dataset;
  spec.mode = v1::LOAD_MODE_DELTA;
  if (dataset == "list") spec.edition = DateOf(day_);
  spec.facts.mutable_checked_at()->set_seconds(day_ * kSecondsPerDay);
  auto builder = storage::ChangeSetBuilder::Create(*base, spec, ::testing::TempDir());
  EXPECT_TRUE(builder.ok()) << builder.status();
  for (const v1::Record& record : records) {
    const absl::Status added = (*builder)->Add(record);
    EXPECT_TRUE(added.ok()) << added << record.DebugString();
  }
  for (const std::string& key : removed) EXPECT_TRUE((*builder)->Remove(key).ok());
  auto changes = (*builder)->Finish();
  EXPECT_TRUE(changes.ok()) << changes.status();
  return *std::move(changes);
}

void WatchWorld::Publish(const storage::ChangeSet& changes) {
  storage::PublishContext context;
  context.now_us = day_ * kSecondsPerDay * 1000000;
  auto published = store_->Publish(changes, context);
  ASSERT_TRUE(published.ok()) << published.status();
  if (!changes.path.empty()) unlink(changes.path.c_str());
}

void WatchWorld::Put(const std::string& dataset, const std::string& text_record) {
  Change(dataset, {policy::Parse<v1::Record>(text_record)}, {}, dataset == "own" ? kAuthority : "");
}

void WatchWorld::PutPortfolio(const std::string& authority, const std::string& id,
                              const std::string& purchase, const std::string& policy) {
  v1::Record record;
  const PortfolioRef ref{id, ""};
  record.set_key(ref.Key());
  record.mutable_portfolio()->set_name(ref.Name(authority));
  *record.mutable_portfolio()->mutable_purchase() = policy::Parse<v1::PurchaseContext>(purchase);
  record.mutable_portfolio()->set_policy(policy);
  Change(storage::OwnDatasetId(v1::DATASET_KIND_PORTFOLIOS, authority), {record}, {}, authority);
}

void WatchWorld::PutMember(const std::string& authority, const std::string& portfolio,
                           const std::string& id, const std::string& rest) {
  v1::Record record;
  const PortfolioRef ref{portfolio, id};
  record.set_key(ref.Key());
  *record.mutable_portfolio_member() = policy::Parse<v1::PortfolioMember>(rest);
  record.mutable_portfolio_member()->set_name(ref.Name(authority));
  Change(storage::OwnDatasetId(v1::DATASET_KIND_PORTFOLIOS, authority), {record}, {}, authority);
}

void WatchWorld::Activate(const std::string& policy, const std::string& authority) {
  const absl::Status done =
      policies_->Activate(policy, v1::POLICY_LABEL_STABLE, {"tester", authority, 0});
  ASSERT_TRUE(done.ok()) << done;
}

absl::Status WatchWorld::TryAdvance() { return engine_->Advance(); }

void WatchWorld::Advance() {
  const absl::Status done = TryAdvance();
  ASSERT_TRUE(done.ok()) << done;
}

void WatchWorld::Restart() {
  engine_.reset();
  options_ = std::make_unique<WatchOptions>(Options());
  publication_ = std::make_unique<Publication>();
  engine_ = std::make_unique<WatchEngine>(*options_, stopping_, publication_.get());
}

std::vector<v1::VerdictChange> WatchWorld::Events(const std::string& authority) {
  std::vector<v1::VerdictChange> events;
  const auto [begin, end] = EventsOf(authority);
  EXPECT_TRUE(disk_.Open()
                  ->ForEach(begin, end,
                            [&](absl::string_view, absl::string_view value) {
                              EXPECT_TRUE(
                                  events.emplace_back().ParseFromString(std::string(value)));
                              return true;
                            })
                  .ok());
  return events;
}

v1::DecisionCore WatchWorld::Screen(const std::string& text_request) {
  return DecideNow(text_request).core;
}

Decided WatchWorld::DecideNow(const std::string& text_request) {
  EXPECT_TRUE(index_->Await(Head(), absl::Now() + absl::Seconds(60)).ok());
  const auto view = View();
  const Asking asking{day_, [] { return absl::OkStatus(); }};
  const PolicyPtr policy = policies_->Stable(kAuthority).value();
  const v1::Engine engine;
  auto decided =
      screening::Decide(ShelfOf(*view), {day_, asking}, {*policy, kAuthority, engine},
                        policy::Parse<v1::ScreenSupplierRequest>(text_request), NewSalts());
  EXPECT_TRUE(decided.ok()) << decided.status();
  return decided.ok() ? *std::move(decided) : Decided();
}

Weighed WatchWorld::WeighNow(const std::string& text_request) {
  EXPECT_TRUE(index_->Await(Head(), absl::Now() + absl::Seconds(60)).ok());
  const auto view = View();
  const Asking asking{day_, [] { return absl::OkStatus(); }};
  const PolicyPtr policy = policies_->Stable(kAuthority).value();
  auto weighed = Weigh(ShelfOf(*view), {day_, asking}, {*policy, policy::MovesOf(*policy, law_)},
                       policy::Parse<v1::ScreenSupplierRequest>(text_request), GoodsDates(goods_));
  EXPECT_TRUE(weighed.ok()) << weighed.status();
  return weighed.ok() ? *weighed : Weighed();
}

Verdicts WatchWorld::DecideAll(uint64_t revision, DayNumber day) {
  Verdicts verdicts;
  EXPECT_TRUE(index_->Await(revision, absl::Now() + absl::Seconds(60)).ok());
  const Asking asking{day, [] { return absl::OkStatus(); }};
  for (const char* authority : kAuthorities) {
    const auto view = storage::ViewOfRevision(*store_, revision, authority).value();
    const Shelf shelf = ShelfOf(*view);
    std::vector<std::string> portfolios;
    EXPECT_TRUE(ForEachPortfolioKey(*view, [&](const std::string& key) {
                  portfolios.push_back(key);
                  return true;
                }).ok());
    for (const std::string& id : portfolios) {
      const v1::Portfolio portfolio = *FindPortfolio(*view, {id, ""}).value();
      const auto compiled = portfolio.policy().empty() ? policies_->Stable(authority)
                                                       : policies_->Find(portfolio.policy());
      const WatchPolicy policy{**compiled, policy::MovesOf(**compiled, law_)};
      for (const std::string& list :
           StandingOf(*view, policy.policy.needs(), portfolio.purchase().purpose(), day).stale) {
        verdicts[absl::StrCat(portfolio.name(), " ", list)];
      }
      std::vector<std::string> members;
      EXPECT_TRUE(ForEachMemberKey(*view, {id, ""}, [&](const std::string& key) {
                    members.push_back(key.substr(key.find('|') + 1));
                    return true;
                  }).ok());
      for (const std::string& member : members) {
        const auto record = *FindMember(*view, {id, member}).value();
        auto weighed =
            Weigh(shelf, {day, asking}, policy, RequestOf(portfolio, record), GoodsDates(goods_));
        EXPECT_TRUE(weighed.ok()) << weighed.status();
        if (weighed.ok()) verdicts[record.name()] = weighed->verdict;
      }
    }
  }
  return verdicts;
}

std::string WorthOf(const v1::WatchedVerdict& verdict) {
  std::string reasons;
  for (int reason : verdict.reasons()) absl::StrAppend(&reasons, reason, ",");
  return absl::StrCat(v1::Verdict_Name(verdict.verdict()).substr(8), "/", verdict.identity(), "/",
                      verdict.evidence(), "/", verdict.risk(), " ", reasons, " ",
                      absl::StrJoin(verdict.rule_ids(), ","), " ", verdict.error().reason());
}

std::string LineOf(const v1::VerdictChange& event) {
  const std::string at = absl::StrCat("r", event.revision(), " ", FormatDate(event.day()), " ");
  if (event.kind() != v1::CHANGE_KIND_VERDICT) {
    return absl::StrCat(at, event.portfolio(), " ", event.dataset(),
                        event.kind() == v1::CHANGE_KIND_SOURCE_STALE   ? " stale"
                        : event.kind() == v1::CHANGE_KIND_SOURCE_FRESH ? " fresh"
                                                                       : " cited");
  }
  return absl::StrCat(at, event.member(), ": ", WorthOf(event.before()), " -> ",
                      WorthOf(event.after()));
}

}  // namespace probity::screening::testing
