// The heart of the watch: whatever changes, its events are those of a full rescreen of
// all members before and after, none missed, none too many, in order.
#include <algorithm>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "policy/testing.h"
#include "screening/judgements.h"
#include "screening/watch/testing.h"
#include "storage/own_datasets.h"

namespace probity::screening::testing {
namespace {

using policy::Parse;

constexpr int kKeys = 6;  // k0, k1, ... in each dataset
constexpr int kSteps = 40;

// PROBITY_LONG_TESTS=N multiplies what is tried.
uint32_t Seeds() {
  const char* times = std::getenv("PROBITY_LONG_TESTS");
  return 4 * static_cast<uint32_t>(times == nullptr ? 1 : std::max(1, std::atoi(times)));
}

// Random records of all kinds that meet, part and contradict each other, with dates
// around today.
class RandomRecords {
 public:
  RandomRecords(uint32_t seed, WatchWorld* world) : random_(seed), world_(*world) {}

  int Pick(size_t n) { return static_cast<int>(random_() % n); }
  bool OneIn(size_t n) { return Pick(n) == 0; }

  std::string Name() {
    static const auto* names = new std::vector<std::string>{
        "Kestrel Trading Ltd", "Kestrel Shipping Ltd", "Zenith Cotton Mills",
        "Volga Textile LLC",   "Zenith Cotton Mill",   "Maria Lopez Garcia"};
    return (*names)[Pick(names->size())];
  }
  std::string Date() {
    const v1::Date day = DateOf(world_.today() + Pick(50) - 30);
    std::string iso = FormatDate(day);
    if (OneIn(8)) iso = iso.substr(0, 7);
    return policy::D(iso);
  }
  std::string Maybe(const std::string& field, size_t of, const std::string& value) {
    return OneIn(of) ? absl::StrCat(field, " ", value, " ") : "";
  }
  std::string Interval() {
    return absl::StrCat("{ ", Maybe("from", 2, Date()), Maybe("to", 2, Date()), "}");
  }
  std::string Number() { return absl::StrCat("'0000000", Pick(4), "'"); }
  std::string CompanyNumber() { return "{ scheme: 'GB-COH' value: " + Number() + " }"; }
  std::string Record(const std::string& dataset) {
    return absl::StrCat("'datasets/", dataset, "/records/k", Pick(kKeys), "'");
  }
  std::string Ref() {
    if (OneIn(3)) return "{ identifier " + CompanyNumber() + " }";
    return "{ source_record: " + Record(OneIn(3) ? "reg2" : OneIn(4) ? "own" : "reg") + " }";
  }
  std::string Site() { return "{ source_record: " + Record("papers") + " }"; }

  std::string Party() {
    std::string text = "supplier { ";
    for (int i = Pick(2); i >= 0; --i) text += "names { text: '" + Name() + "' } ";
    text +=
        Maybe("kind:", 2, "PARTY_KIND_COMPANY") + Maybe("founded", 2, Date()) +
        Maybe("dissolved", 6, Date()) + Maybe("jurisdiction:", 2, "'GB'") +
        Maybe("identifiers", 2, CompanyNumber()) +
        Maybe("identifiers", 3, "{ scheme: 'DE-CR' value: 'B" + std::to_string(Pick(3)) + "' }") +
        Maybe("identifiers", 3, "{ scheme: 'PHONE' value: '+44" + std::to_string(Pick(2)) + "' }");
    if (OneIn(5)) text += "status: ENTITY_STATUS_INACTIVE ";
    if (OneIn(8)) {
      text += "registration_status: REGISTRATION_STATUS_MERGED successor " + CompanyNumber();
    }
    return text + "} " + Maybe("visibility:", 12, "VISIBILITY_RESTRICTED");
  }
  std::string Flag() {
    static const auto* types = new std::vector<std::string>{
        "DEBARMENT", "TRAFFICKING_CONVICTION", "LISTA_SUJA", "LKSG_FINE", "CONTRACT_TERMINATED"};
    return absl::StrCat(
        "risk_flag { subject { party ", Ref(), " } type: FLAG_TYPE_", (*types)[Pick(types->size())],
        OneIn(3) ? " stage: FLAG_STAGE_ALLEGATION " : " stage: FLAG_STAGE_FINAL_ADMIN_DECISION ",
        Maybe("decided_on", 2, Date()), Maybe("event", 2, Interval()),
        Maybe("reported_on", 3, Date()), Maybe("decision_no:", 3, "'D1'"),
        Maybe("listing_intervals", 2, Interval()), "}");
  }
  std::string Measure() {
    return absl::StrCat("legal_measure { subject { party ", Ref(), " } regime: 'EU-57.4A' ",
                        "effect: MEASURE_EFFECT_EXCLUSION list_status: LIST_STATUS_ACTIVE ",
                        Maybe("in_force", 2, Interval()), Maybe("decided_on", 2, Date()), "}");
  }
  std::string Goods() {
    return absl::StrCat("commodity_risk { publisher_name: 'Cotton' origin: '",
                        OneIn(2) ? "IN" : "CN",
                        "' harms: LABOUR_HARM_FORCED_LABOUR commodities { commodity { scheme: ",
                        "COMMODITY_SCHEME_HS code: '52", OneIn(2) ? "05" : "08", "' } } ",
                        Maybe("listing_intervals", 2, Interval()), "}");
  }
  std::string Link() {
    const bool site = OneIn(3);
    return absl::StrCat("link { from ", Ref(), " to ", site ? Site() : Ref(), " type: LINK_TYPE_",
                        site ? "OPERATES" : "DIRECTOR_OF", " ", Maybe("period", 2, Interval()),
                        "}");
  }
  std::string SiteRecord() {
    return absl::StrCat(
        "site { names { text: '", Name(), "' } ",
        Maybe("operators", 2, "{ operator " + Ref() + " " + Maybe("period", 2, Interval()) + "}"),
        "}");
  }
  std::string Certificate() {
    return absl::StrCat(
        "certification { scheme_id: 'SA8000' certificate_no: 'C", Pick(2), "' holder ", Ref(),
        Maybe("issued_on", 2, Date()), Maybe("expires_on", 2, Date()),
        Maybe("verified_on", 3, Date()),
        Maybe("status_events", 3, "{ status: CERTIFICATION_STATUS_SUSPENDED from " + Date() + " }"),
        "scope { ", OneIn(2) ? "all_sites: true" : "sites " + Site(), " } ",
        "verification_method: VERIFICATION_METHOD_REGISTER_LOOKUP }");
  }
  std::string Audit() {
    return absl::StrCat("audit { scheme_id: 'SMETA' site ", Site(), " ",
                        Maybe("ended_on", 2, Date()),
                        "findings { id: '1' severity: FINDING_SEVERITY_CRITICAL ",
                        Maybe("opened_on", 2, Date()), Maybe("closed_on", 2, Date()), "} }");
  }
  std::string Declaration() {
    return absl::StrCat("declaration { subject ", Ref(),
                        " kind: DECLARATION_KIND_MODERN_SLAVERY_STATEMENT declared_on ", Date(),
                        " }");
  }
  std::string Dossier() {
    return absl::StrCat("self_cleaning { subject ", Ref(), " about: ", Record("list"),
                        " outcome: SELF_CLEANING_OUTCOME_ACCEPTED ",
                        Maybe("assessed_on", 2, Date()), "valid_for: 'authorities/x' }");
  }
  // Of what a dataset may hold.
  std::string Body(const std::string& dataset) {
    if (dataset == "papers") {
      switch (Pick(5)) {
        case 0:
          return Certificate();
        case 1:
          return Audit();
        case 2:
          return Declaration();
        default:
          return SiteRecord();
      }
    }
    if (dataset == "list") {
      switch (Pick(6)) {
        case 0:
          return Party();
        case 1:
          return Measure();
        case 2:
          return Goods();
        case 3:
          return Dossier();
        default:
          return Flag();
      }
    }
    if (OneIn(6)) return Flag();
    return OneIn(4) ? Link() : Party();
  }

  v1::Record Vendor(int number) {
    v1::Record record = Parse<v1::Record>(absl::StrCat(
        "vendor { number { number: 'v", number, "' } display_name: '", Name(), "' ",
        OneIn(2) ? "identifier " + CompanyNumber() + " basis: VENDOR_BASIS_ASSERTED"
                 : "basis: VENDOR_BASIS_HUMAN_CONFIRMED source_record: " + Record("reg") +
                       " bound_records: " + Record("reg"),
        " }"));
    record.set_key(storage::VendorKey(record.vendor().number()));
    return record;
  }

  // A judgement that stands today, if what it is about is on record.
  v1::Record Judgement(const std::string& key) {
    const auto view = world_.View();
    v1::Record record = Parse<v1::Record>(
        absl::StrCat("judgement { source_record: ", Record(OneIn(2) ? "list" : "reg"),
                     " outcome: JUDGEMENT_OUTCOME_IS", OneIn(2) ? "_NOT" : "", " }"));
    record.set_key(key);
    v1::JudgedSubject* subject = record.mutable_judgement()->mutable_subject();
    if (OneIn(2)) {
      v1::JudgedQuery query;
      query.set_name(Name());
      subject->set_query_digest(QueryDigest(query));
    } else if (OneIn(2)) {
      *subject->mutable_vendor() = Vendor(Pick(2)).vendor().number();
    } else {
      *subject = Parse<v1::JudgedSubject>("bound_records: " + Record("reg"));
    }
    const auto of = SubjectFingerprint(*view, *subject).value();
    const auto about = RecordFingerprint(*view, record.judgement().source_record()).value();
    record.mutable_judgement()->set_subject_fingerprint(of.value_or(""));
    record.mutable_judgement()->set_record_fingerprint(about.value_or(""));
    return record;
  }

  std::string Subject() {
    switch (Pick(6)) {
      case 0:
        return "ref { identifier " + CompanyNumber() + " } name: '" + Name() + "'";
      case 1:
        return "ref { identifier " + CompanyNumber() + " }";
      case 2:
        return "ref { vendor { number: 'v" + std::to_string(Pick(2)) + "' } }";
      case 3:
        return "ref { source_record: " + Record(OneIn(2) ? "reg" : "own") + " }";
      case 4:
        return "name: '" + Name() + "' country: 'GB' address: '1 Mill Lane, Leeds'";
      default:
        return "name: '" + Name() + "'";
    }
  }
  std::string Purchase() {
    const std::string schemes = "accepted_schemes { scheme_id: 'SA8000' } ";
    return absl::StrCat(
        "authority_country: 'GB' purpose: PURPOSE_AWARD no_other_parties: true ",
        OneIn(2)
            ? absl::StrCat("items { item_id: 'i' commodity { scheme: COMMODITY_SCHEME_HS code: "
                           "'5205' } origin: 'IN' ",
                           OneIn(2) ? "manufacturer { name: '" + Name() + "' } " : "",
                           OneIn(2) ? "site " + Site() : "", " } ")
            : "",
        OneIn(2) ? "requirements { requirement_id: 'r' " + schemes +
                       (OneIn(2) ? "max_age_days: 9 " : "") + "site " + Site() + " } "
                 : "",
        OneIn(3) ? "requirements { requirement_id: 'a' audit: true accepted_schemes { scheme_id: "
                   "'SMETA' } site " +
                       Site() + (OneIn(2) ? " max_age_days: 20 " : "") + " } "
                 : "");
  }

 private:
  std::mt19937 random_;
  WatchWorld& world_;
};

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
    switch (Pick(10)) {
      case 0:
        return ChangeOwn(v1::DATASET_KIND_VENDORS, make_.Vendor(Pick(2)));
      case 1:
        return ChangeOwn(v1::DATASET_KIND_JUDGEMENTS,
                         make_.Judgement("j" + std::to_string(Pick(6))));
      case 2:
        return world_.PassDays(1 + Pick(9));
      case 3:
        return PutMember(Pick(2) == 0 ? "" : kAuthority, Pick(6));
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
    uint64_t revision = 0;
    DayNumber day = 0;
    for (const char* authority : {"", kAuthority}) {
      uint64_t id = 0;
      revision = 0;
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
  EXPECT_GT(expected_.size(), 20U) << "too little happened";
}

INSTANTIATE_TEST_SUITE_P(Seeds, WatchProperty, ::testing::Range(uint32_t{1}, Seeds() + 1));

}  // namespace
}  // namespace probity::screening::testing
