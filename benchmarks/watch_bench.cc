// Measures the watch: how long a commit takes to be weighed against many members, and
// what a member takes in memory. Store, names and watch run in this process. The last
// line is a JSON object of the figures.
#include <malloc.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "base/hash.h"
#include "base/tables.h"
#include "benchmarks/names/corpus.h"
#include "benchmarks/population.h"
#include "matching/matcher.h"
#include "screening/decision/decide.h"
#include "screening/portfolios.h"
#include "screening/watch/watch.h"
#include "services/server/open_evidence.h"
#include "storage/change_set.h"
#include "storage/own_datasets.h"
#include "storage/rocksdb/rocksdb_store.h"
#include "storage/rocksdb/rocksdb_watch_database.h"

namespace probity::benchmarks {
namespace {

using storage::Store;

constexpr char kAuthority[] = "authorities/bench";
constexpr int kListed = 10000;
constexpr int kChanged = 1000;
// Suppliers of the population that the register does not hold.
constexpr uint32_t kElsewhere = 50000000;

struct Options {
  std::string directory;
  uint32_t suppliers = 100000;
  uint32_t members = 100000;
  int threads = 0;
  bool alike = false;
};

[[noreturn]] void Die(const std::string& why) {
  std::cerr << "probity_watch_bench: " << why << '\n';
  std::exit(1);
}
void OrDie(const absl::Status& status) {
  if (!status.ok()) Die(status.ToString());
}
template <typename Value>
Value OrDie(absl::StatusOr<Value> value) {
  OrDie(value.status());
  return *std::move(value);
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

class Bench {
 public:
  explicit Bench(const Options& options)
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

  void Run() {
    Fill();
    OpenPolicies();
    const double built = Timed([&] { OpenWatch(); });
    absl::PrintF(
        "%d members, half of them by name alone, decided at first: %.1f s (%.0f a second)\n",
        options_.members, built, options_.members / built);
    const double bytes = MeasureMember();
    const double list =
        MeasureChange("a list of names, half of them parties and half flags", "list", ListUpdate());
    const double names = MeasureChange("a register, names", "register", Renamed());
    const double one = MeasureChange("one judgement", "", {Judgement()});
    absl::PrintF(
        "{\"watch_1000_changes_seconds\": %.2f, \"watch_member_bytes\": %.0f, "
        "\"watch_judgement_ms\": %.1f}\n",
        std::max(list, names), bytes, one * 1000);
  }

 private:
  // As the names of search benchmarks; or of few words, so that each is like many others.
  std::string NameFor(uint32_t number) const {
    return options_.alike ? NameOf(number) : corpus_.NamesOf(number).front().Text();
  }
  static std::string Table(const std::string& name) {
    return OrDie(ReadFile(absl::StrCat(PROBITY_SOURCE_TABLES, "/", name)));
  }
  template <typename Work>
  static double Timed(const Work& work) {
    const absl::Time begun = absl::Now();
    work();
    return absl::ToDoubleSeconds(absl::Now() - begun);
  }

  void Create(const v1::Dataset& dataset) {
    Publish(OrDie(storage::NewDatasetChangeSet(*store_->Head(dataset.owner()), dataset)));
  }
  void Publish(const storage::ChangeSet& changes) {
    storage::PublishContext context;
    context.now_us = absl::ToUnixMicros(absl::Now());
    OrDie(store_->Publish(changes, context).status());
  }
  void Change(const std::string& dataset, const std::string& owner,
              const std::vector<v1::Record>& records) {
    const auto base = store_->Head(owner);
    storage::LoadSpec spec;
    spec.dataset = dataset;
    spec.mode = v1::LOAD_MODE_DELTA;
    spec.facts.mutable_checked_at()->set_seconds(absl::ToUnixSeconds(absl::Now()));
    auto builder = OrDie(storage::ChangeSetBuilder::Create(*base, spec, options_.directory));
    for (const v1::Record& record : records) OrDie(builder->Add(record));
    Publish(OrDie(builder->Finish()));
  }

  void Fill() {
    for (const char* id : {"register", "list"}) {
      v1::Dataset dataset;
      dataset.set_name(absl::StrCat("datasets/", id));
      dataset.set_title(id);
      dataset.set_absence(v1::ABSENCE_MODE_RETRACTED);
      Create(dataset);
    }
    Create(storage::OwnDataset(v1::DATASET_KIND_PORTFOLIOS, kAuthority));
    Create(storage::OwnDataset(v1::DATASET_KIND_JUDGEMENTS, kAuthority));
    std::vector<v1::Record> records;
    for (uint32_t i = 0; i < options_.suppliers; ++i) records.push_back(PartyOf(i, NameFor(i)));
    Change("register", "", records);
    records.clear();
    for (uint32_t i = kElsewhere; i < kElsewhere + kListed / 2; ++i) {
      records.push_back(PartyOf(i, NameFor(i)));
      records.push_back(FlagOf(i));
    }
    Change("list", "", records);
    Change(storage::OwnDatasetId(v1::DATASET_KIND_PORTFOLIOS, kAuthority), kAuthority, Members());
  }

  std::vector<v1::Record> Members() const {
    std::vector<v1::Record> records(1);
    const screening::PortfolioRef portfolio{"vendors", ""};
    records[0].set_key(portfolio.Key());
    records[0].mutable_portfolio()->set_name(portfolio.Name(kAuthority));
    v1::PurchaseContext* purchase = records[0].mutable_portfolio()->mutable_purchase();
    purchase->set_authority_country("GB");
    purchase->set_purpose(v1::PURPOSE_AWARD);
    purchase->set_no_other_parties(true);
    for (uint32_t i = 0; i < options_.members; ++i) {
      const screening::PortfolioRef ref{"vendors", absl::StrCat(i)};
      v1::Record& record = records.emplace_back();
      record.set_key(ref.Key());
      record.mutable_portfolio_member()->set_name(ref.Name(kAuthority));
      v1::ScreenedSubject* subject = record.mutable_portfolio_member()->mutable_subject();
      if (i % 2 == 0) {
        *subject->mutable_ref()->mutable_identifier() = IdentifierOf(i % options_.suppliers);
      }
      subject->set_name(NameFor(i % options_.suppliers));
    }
    return records;
  }

  void OpenPolicies() {
    screening::PolicyBookOptions options;
    options.store = store_.get();
    options.countries = &countries_;
    options.groups = &groups_;
    options.shipped =
        OrDie(server::ReadShippedPolicies(absl::StrCat(PROBITY_SOURCE_TABLES, "/policies")));
    options.default_policy = "policies/standard";
    policies_ = OrDie(screening::PolicyBook::Open(std::move(options)));
  }

  void OpenWatch() {
    screening::WatchOptions options{*names_,    law_,
                                    schemes_,   goods_,
                                    *policies_, screening::ThisEngine(names_->comparer.version()),
                                    {}};
    storage::RocksdbWatchOptions database;
    database.path = options_.directory + "/watch";
    options.database = [database] { return storage::OpenRocksdbWatchDatabase(database); };
    options.threads = options_.threads;
    options.warn = [](absl::string_view line) { std::cerr << line << '\n'; };
    watch_ = screening::Watch::Open(std::move(options));
    Await();
  }
  void Await() {
    const auto today = static_cast<DayNumber>(absl::ToUnixSeconds(absl::Now()) / 86400);
    OrDie(watch_->AwaitWeighed({store_->Head("")->token().revision(), today},
                               absl::Now() + absl::Hours(1)));
  }

  // What reopening takes: then nothing but the members is new in memory.
  double MeasureMember() {
    watch_.reset();
    const double before = ResidentBytes();
    const double seconds = Timed([&] { OpenWatch(); });
    const double bytes = (ResidentBytes() - before) / options_.members;
    absl::PrintF("reopened: %.1f s, %.0f bytes a member\n", seconds, bytes);
    return bytes;
  }

  double MeasureChange(const std::string& what, const std::string& dataset,
                       const std::vector<v1::Record>& records) {
    const bool own = dataset.empty();
    Change(own ? storage::OwnDatasetId(v1::DATASET_KIND_JUDGEMENTS, kAuthority) : dataset,
           own ? kAuthority : "", records);
    const double seconds = Timed([&] { Await(); });
    const auto status = OrDie(watch_->StatusOf(kAuthority, "vendors"));
    absl::PrintF("%d changed records of %s: weighed after %.3f s, %d events so far\n",
                 records.size(), what, seconds, status.newest_event);
    return seconds;
  }

  // Some of those who come are like vendors by name.
  std::vector<v1::Record> ListUpdate() const {
    std::vector<v1::Record> records;
    for (uint32_t i = 0; i < kChanged / 2; ++i) {
      const uint32_t number = 2 * kElsewhere - 1 - i;
      records.push_back(PartyOf(number, NameFor(i % 20 == 0 ? i : number)));
      records.push_back(FlagOf(number));
    }
    return records;
  }
  std::vector<v1::Record> Renamed() const {
    std::vector<v1::Record> records;
    for (uint32_t i = 0; i < kChanged; ++i) {
      const uint32_t number = i * (options_.suppliers / kChanged);
      records.push_back(PartyOf(number, NameFor(kElsewhere + kListed + i)));
    }
    return records;
  }
  v1::Record Judgement() const {
    v1::Record record;
    record.set_key("j");
    record.mutable_judgement()->set_source_record("datasets/list/records/s50000000");
    record.mutable_judgement()->mutable_subject()->add_bound_records(
        "datasets/register/records/s2");
    return record;
  }

  const Options options_;
  const IdentifierCatalogue identifiers_;
  const policy::LegalPeriods law_;
  const policy::SchemeCatalogue schemes_;
  const Countries countries_;
  const policy::CountryGroups groups_;
  const matching::Matcher matcher_;
  const screening::GoodsAtRisk goods_{};
  const Corpus corpus_{20261125, Scripts::kMixed};
  std::unique_ptr<Store> store_;
  std::unique_ptr<storage::NameIndex> index_;
  std::unique_ptr<screening::NameBook> names_;
  std::unique_ptr<screening::PolicyBook> policies_;
  std::unique_ptr<screening::Watch> watch_;
};

}  // namespace
}  // namespace probity::benchmarks

int main(int argc, char** argv) {
  probity::benchmarks::Options options;
  CLI::App app("Measures the watch over many members.");
  app.add_option("--directory", options.directory, "where store and watch are made")->required();
  app.add_option("--suppliers", options.suppliers, "in the register")->capture_default_str();
  app.add_option("--members", options.members, "that are watched")->capture_default_str();
  app.add_option("--threads", options.threads, "that decide; 0: half of the cores")
      ->capture_default_str();
  app.add_flag("--alike", options.alike, "names of few words, each like many others");
  CLI11_PARSE(app, argc, argv);
  std::filesystem::create_directories(options.directory);
  probity::benchmarks::Bench(options).Run();
  return 0;
}
