#include "benchmarks/watched_world.h"

#include <malloc.h>
#include <unistd.h>

#include <fstream>
#include <iostream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/tables.h"
#include "benchmarks/population.h"
#include "screening/decision/decide.h"
#include "screening/portfolios.h"
#include "services/server/open_evidence.h"
#include "storage/own_datasets.h"
#include "storage/rocksdb/rocksdb_store.h"
#include "storage/rocksdb/rocksdb_watch_database.h"

namespace probity::benchmarks {
namespace {

std::string Table(const std::string& name) {
  return OrDie(ReadFile(absl::StrCat(PROBITY_SOURCE_TABLES, "/", name)));
}

}  // namespace

void Die(const std::string& why) {
  std::cerr << "benchmark: " << why << '\n';
  std::exit(1);
}

double ResidentBytes() {
  malloc_trim(0);
  std::ifstream file("/proc/self/statm");
  uint64_t total = 0, resident = 0;
  file >> total >> resident;
  return static_cast<double>(resident) * 4096;
}

v1::Identifier IdentifierOf(uint32_t number) {
  const std::pair<std::string, std::string> parts =
      absl::StrSplit(RegisterNumberOf(number), absl::MaxSplits(':', 1));
  v1::Identifier identifier;
  identifier.set_scheme(parts.first);
  identifier.set_value(parts.second);
  return identifier;
}

v1::Record PartyOf(uint32_t number, const std::string& name) {
  v1::Record record;
  record.set_key(absl::StrCat("s", number));
  v1::SupplierRecord* party = record.mutable_supplier();
  party->set_kind(v1::PARTY_KIND_COMPANY);
  v1::Name* legal = party->add_names();
  legal->set_text(name);
  legal->set_type(v1::NAME_TYPE_LEGAL_NAME);
  *party->add_identifiers() = IdentifierOf(number);
  return record;
}

v1::Record FlagOf(uint32_t number) {
  v1::Record record;
  record.set_key(absl::StrCat("f", number));
  v1::RiskFlag* flag = record.mutable_risk_flag();
  flag->mutable_subject()->mutable_party()->set_source_record(absl::StrCat("records/s", number));
  flag->set_type(v1::FLAG_TYPE_DEBARMENT);
  flag->set_stage(v1::FLAG_STAGE_FINAL_ADMIN_DECISION);
  *flag->mutable_decided_on() = ParseDate("2025-01-01").value();
  return record;
}

WatchedWorld::WatchedWorld(const Options& options)
    : options_(options),
      identifiers_(OrDie(IdentifierCatalogue::FromCsv(Table("identifier_schemes.csv")))),
      law_(OrDie(policy::LegalPeriods::FromCsv(Table("legal_periods.csv")))),
      schemes_(OrDie(policy::SchemeCatalogue::FromCsv(Table("schemes.csv")))),
      countries_(OrDie(Countries::FromCsv(Table("countries.csv")))),
      groups_(OrDie(policy::CountryGroups::FromCsv(Table("country_groups.csv")))),
      matcher_(OrDie(matching::Matcher::Load(PROBITY_SOURCE_TABLES))) {
  storage::RocksdbOptions store;
  store.path = options.directory + "/store";
  store_ = OrDie(storage::OpenRocksdbStore(store, identifiers_));
  index_ = storage::NameIndex::Open(store_.get(), &matcher_, {});
  names_ = std::make_unique<screening::NameBook>(
      screening::NameBook{*store_, *index_, {matcher_, identifiers_}});
}

WatchedWorld::~WatchedWorld() = default;

std::string WatchedWorld::NameFor(uint32_t number) const {
  return options_.alike ? NameOf(number) : corpus_.NamesOf(number).front().Text();
}

void WatchedWorld::Create(const v1::Dataset& dataset) {
  Publish(OrDie(storage::NewDatasetChangeSet(*store_->Head(dataset.owner()), dataset)));
}

void WatchedWorld::Publish(const storage::ChangeSet& changes) {
  storage::PublishContext context;
  context.now_us = absl::ToUnixMicros(absl::Now());
  OrDie(store_->Publish(changes, context).status());
  if (!changes.path.empty()) unlink(changes.path.c_str());
}

storage::ChangeSet WatchedWorld::Compare(const std::string& dataset, const std::string& owner,
                                         const std::vector<v1::Record>& records,
                                         const std::vector<std::string>& removed) {
  const auto base = store_->Head(owner);
  storage::LoadSpec spec;
  spec.dataset = dataset;
  spec.mode = v1::LOAD_MODE_DELTA;
  spec.facts.mutable_checked_at()->set_seconds(absl::ToUnixSeconds(absl::Now()));
  auto builder = OrDie(storage::ChangeSetBuilder::Create(*base, spec, options_.directory));
  for (const v1::Record& record : records) OrDie(builder->Add(record));
  for (const std::string& key : removed) OrDie(builder->Remove(key));
  return OrDie(builder->Finish());
}

void WatchedWorld::Fill() {
  for (const char* id : {"register", "list"}) {
    v1::Dataset dataset;
    dataset.set_name(absl::StrCat("datasets/", id));
    dataset.set_title(id);
    dataset.set_absence(v1::ABSENCE_MODE_RETRACTED);
    Create(dataset);
  }
  Create(storage::OwnDataset(v1::DATASET_KIND_PORTFOLIOS, kWatcher));
  Create(storage::OwnDataset(v1::DATASET_KIND_JUDGEMENTS, kWatcher));
  std::vector<v1::Record> records;
  for (uint32_t i = 0; i < options_.suppliers; ++i) records.push_back(PartyOf(i, NameFor(i)));
  Publish(Compare("register", "", records));
  records.clear();
  for (uint32_t i = kElsewhere; i < kElsewhere + kListed / 2; ++i) {
    records.push_back(PartyOf(i, NameFor(i)));
    records.push_back(FlagOf(i));
  }
  Publish(Compare("list", "", records));
  Publish(
      Compare(storage::OwnDatasetId(v1::DATASET_KIND_PORTFOLIOS, kWatcher), kWatcher, Members()));
}

std::vector<v1::Record> WatchedWorld::Members() const {
  std::vector<v1::Record> records(1);
  const screening::PortfolioRef portfolio{"vendors", ""};
  records[0].set_key(portfolio.Key());
  records[0].mutable_portfolio()->set_name(portfolio.Name(kWatcher));
  v1::PurchaseContext* purchase = records[0].mutable_portfolio()->mutable_purchase();
  purchase->set_authority_country("GB");
  purchase->set_purpose(v1::PURPOSE_AWARD);
  purchase->set_no_other_parties(true);
  for (uint32_t i = 0; i < options_.members; ++i) {
    const screening::PortfolioRef ref{"vendors", absl::StrCat(i)};
    v1::Record& record = records.emplace_back();
    record.set_key(ref.Key());
    record.mutable_portfolio_member()->set_name(ref.Name(kWatcher));
    v1::ScreenedSubject* subject = record.mutable_portfolio_member()->mutable_subject();
    if (i % 2 == 0) {
      *subject->mutable_ref()->mutable_identifier() = IdentifierOf(i % options_.suppliers);
    }
    subject->set_name(NameFor(i % options_.suppliers));
  }
  return records;
}

void WatchedWorld::OpenPolicies() {
  screening::PolicyBookOptions options;
  options.store = store_.get();
  options.countries = &countries_;
  options.groups = &groups_;
  options.shipped =
      OrDie(server::ReadShippedPolicies(absl::StrCat(PROBITY_SOURCE_TABLES, "/policies")));
  options.default_policy = "policies/standard";
  policies_ = OrDie(screening::PolicyBook::Open(std::move(options)));
}

screening::WatchOptions WatchedWorld::WatchOptions() const {
  screening::WatchOptions options{*names_,    law_,
                                  schemes_,   goods_,
                                  *policies_, screening::ThisEngine(names_->comparer.version()),
                                  {}};
  storage::RocksdbWatchOptions database;
  database.path = options_.directory + "/watch";
  options.database = [database] { return storage::OpenRocksdbWatchDatabase(database); };
  options.threads = options_.threads;
  options.warn = [](absl::string_view line) { std::cerr << line << '\n'; };
  return options;
}

void WatchedWorld::OpenWatch() {
  watch_ = screening::Watch::Open(WatchOptions());
  AwaitWeighed();
}

void WatchedWorld::AwaitWeighed() {
  const auto today = static_cast<DayNumber>(absl::ToUnixSeconds(absl::Now()) / 86400);
  OrDie(watch_->AwaitWeighed({store_->Head("")->token().revision(), today},
                             absl::Now() + absl::Hours(1)));
}

}  // namespace probity::benchmarks
