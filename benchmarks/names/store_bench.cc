#include "benchmarks/names/store_bench.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "base/tables.h"
#include "benchmarks/names/corpus.h"
#include "benchmarks/names/indexed_corpus.h"
#include "benchmarks/names/or_die.h"
#include "probity/v1/record.pb.h"
#include "storage/change_set.h"
#include "storage/names/name_index.h"
#include "storage/rocksdb/rocksdb_store.h"

namespace probity::benchmarks {
namespace {

constexpr uint32_t kChangedNames = 100000;
constexpr uint64_t kCommits = 3;
const char* const kDatasetId = "names";

v1::Record RecordOf(const Corpus& corpus, uint32_t party) {
  v1::Record record;
  record.set_key(KeyOf(party));
  v1::SupplierRecord* supplier = record.mutable_supplier();
  for (const PartyName& name : corpus.NamesOf(party)) {
    supplier->set_kind(name.person ? v1::PARTY_KIND_PERSON : v1::PARTY_KIND_COMPANY);
    supplier->add_names()->set_text(name.Text());
  }
  return record;
}

bool HasOwnWord(const PartyName& name) {
  return std::any_of(name.words.begin(), name.words.end(),
                     [](const NameWord& word) { return word.role == Role::kCore; });
}

class Bench {
 public:
  Bench(std::string directory, uint32_t names, Report* report)
      : directory_(std::move(directory)), parties_(Corpus::PartiesFor(names)), report_(*report) {
    identifiers_ = OrDie(IdentifierCatalogue::FromCsv(
        OrDie(ReadFile(absl::StrCat(PROBITY_SOURCE_TABLES, "/identifier_schemes.csv")))));
    storage::RocksdbOptions options;
    options.path = directory_ + "/store";
    store_ = OrDie(storage::OpenRocksdbStore(options, *identifiers_));
    v1::Dataset dataset;
    dataset.set_name(absl::StrCat("datasets/", kDatasetId));
    dataset.set_absence(v1::ABSENCE_MODE_RETRACTED);
    Publish(OrDie(storage::NewDatasetChangeSet(*store_->Head(""), dataset)));
    Publish(Changes(Corpus(kSeed, Scripts::kMixed), parties_, v1::LOAD_MODE_FULL_EDITION));
  }

  void Run() {
    report_.Add("build_from_store_seconds_1m", SecondsToOpen(), "none",
                "the index made from the store in the background, until it answers");
    MeasureCommits();
    report_.Add("reopen_from_files_seconds_1m", SecondsToOpen(), "none", "the same with its files");
  }

 private:
  storage::ChangeSet Changes(const Corpus& corpus, uint32_t parties, v1::LoadMode mode) {
    storage::LoadSpec spec;
    spec.dataset = kDatasetId;
    spec.mode = mode;
    const auto base = store_->Head("");
    auto builder = OrDie(storage::ChangeSetBuilder::Create(*base, spec, directory_));
    for (uint32_t i = 0; i < parties; ++i) CheckOk(builder->Add(RecordOf(corpus, i)));
    return OrDie(builder->Finish());
  }

  void Publish(const storage::ChangeSet& changes) { OrDie(store_->Publish(changes, {})); }

  void OpenIndex() {
    index_.reset();
    storage::NameIndexOptions options;
    options.path = directory_ + "/names";
    index_ = storage::NameIndex::Open(store_.get(), &TheMatcher(), options);
  }

  // Until all that the store says now is found; checks that it is.
  void AwaitHead(const std::string& name, const std::string& key) const {
    const auto view = store_->Head("");
    CheckOk(index_->Await(view->token().revision(), absl::Now() + absl::Minutes(10)));
    index::Query query;
    query.name = TheMatcher().Normalize(name, matching::Kind::kAny);
    query.limit = 100;  // namesakes and sister firms
    const auto hits = OrDie(index_->Search(*view, query)).hits;
    const bool found = std::any_of(hits.begin(), hits.end(),
                                   [&key](const index::Hit& hit) { return hit.key == key; });
    CheckOk(found ? absl::OkStatus() : absl::NotFoundError(absl::StrCat(name, " is not found")));
  }

  // Asks for the last one up to `party` that has a word of its own in its name.
  void AwaitParty(const Corpus& corpus, uint32_t party) const {
    while (corpus.FullName(party, true).person || !HasOwnWord(corpus.NamesOf(party)[0])) --party;
    AwaitHead(corpus.NamesOf(party)[0].Text(), KeyOf(party));
  }

  double SecondsToOpen() {
    index_.reset();
    const absl::Time begun = absl::Now();
    OpenIndex();
    AwaitParty(Corpus(kSeed, Scripts::kMixed), parties_ - 1);
    return absl::ToDoubleSeconds(absl::Now() - begun);
  }

  void MeasureCommits() {
    const uint32_t changed = std::min(Corpus::PartiesFor(kChangedNames), parties_ / 2);
    std::vector<double> visible;
    double publishing = 0;
    for (uint64_t commit = 1; commit <= kCommits; ++commit) {
      const Corpus corpus(kSeed + commit, Scripts::kMixed);
      const storage::ChangeSet changes = Changes(corpus, changed, v1::LOAD_MODE_DELTA);
      const absl::Time begun = absl::Now();
      Publish(changes);
      const absl::Time committed = absl::Now();
      AwaitParty(corpus, changed / 2);
      visible.push_back(absl::ToDoubleSeconds(absl::Now() - committed));
      publishing += absl::ToDoubleSeconds(committed - begun) / kCommits;
    }
    report_.AddMedian("commit_100k_visible_seconds", visible, "<= 1.5");
    absl::PrintF("    from the end of the publish, which took %.2f s itself\n", publishing);
  }

  const std::string directory_;
  const uint32_t parties_;
  Report& report_;
  std::optional<IdentifierCatalogue> identifiers_;
  std::unique_ptr<storage::Store> store_;
  std::unique_ptr<storage::NameIndex> index_;
};

}  // namespace

void MeasureBesideStore(const std::string& directory, uint32_t names, Report* report) {
  Bench(directory, names, report).Run();
}

}  // namespace probity::benchmarks
