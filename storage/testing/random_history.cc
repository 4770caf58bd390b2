// A random history, applied to the store under test and to the reference
// model: after every publish, both answer every question alike, at every
// revision so far and for every authority.
#include <unistd.h>

#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "base/testing.h"
#include "gmock/gmock.h"
#include "storage/candidate_view.h"
#include "storage/index_terms.h"
#include "storage/memory/in_memory_store.h"
#include "storage/testing/builders.h"
#include "storage/testing/conformance.h"
#include "storage/testing/history.h"
#include "storage/testing/same_answers.h"

namespace probity::storage::testing {
namespace {

constexpr int kSteps = 40;

// Loads that also bring what the server writes of an authority's own word.
class HistoryWithOwnRecords : public RandomHistory {
 public:
  using RandomHistory::RandomHistory;

 private:
  probity::v1::Record NextRecord(const std::string& key) override {
    if (Pick(5) != 0) return RandomHistory::NextRecord(key);
    switch (Pick(5)) {
      case 0:
        return NextVendor(key);
      case 1:
        return NextJudgement(key);
      case 2:
      case 3:
        return Separation(key, {RecordOfAny(), RecordOfAny()}, {RecordOfAny()});
      default:
        return NextMember(key);
    }
  }

  probity::v1::Record NextMember(const std::string& key) {
    probity::v1::Record record;
    record.set_key(key);
    const std::string portfolio = "portfolios/p" + std::to_string(Pick(2));
    if (Pick(3) == 0) {
      record.mutable_portfolio()->set_name(portfolio);
    } else {
      record.mutable_portfolio_member()->set_name(portfolio + "/members/m");
    }
    return record;
  }

  std::string RecordOfAny() {
    const std::string& dataset = RandomDatasets()[Pick(RandomDatasets().size())].id;
    return RecordRef{dataset, "k" + std::to_string(Pick(kKeys))}.Name();
  }
  std::string AnyRecord() { return RecordRef{"reg", "k" + std::to_string(Pick(kKeys))}.Name(); }

  probity::v1::Record NextJudgement(const std::string& key) {
    probity::v1::Record record;
    record.set_key(key);
    probity::v1::Judgement* judgement = record.mutable_judgement();
    judgement->set_source_record(AnyRecord());
    if (Pick(2) == 0) {
      judgement->mutable_subject()->add_bound_records(AnyRecord());
    } else {
      judgement->mutable_subject()->set_query_digest(std::to_string(Pick(3)));
    }
    return record;
  }

  probity::v1::Record NextVendor(const std::string& key) {
    probity::v1::Record record;
    record.set_key(key);
    probity::v1::Vendor* vendor = record.mutable_vendor();
    vendor->mutable_number()->set_number(std::to_string(Pick(3)));
    for (int i = Pick(3); i > 0; --i) {
      vendor->add_bound_records(AnyRecord());
    }
    if (Pick(2) == 0) {
      vendor->mutable_identifier()->set_scheme("GB-COH");
      vendor->mutable_identifier()->set_value(std::to_string(Pick(4)));
    }
    return record;
  }
};

void RunHistory(uint32_t seed, Store* store) {
  InMemoryStore model(TestIdentifiers(), kTestLineage);
  HistoryWithOwnRecords history(seed);
  CreateRandomDatasets(store);
  CreateRandomDatasets(&model);
  std::set<IndexTerm> terms;  // all that ever were: vanished ones must stay gone
  for (int step = 0; step < kSteps; ++step) {
    SCOPED_TRACE("step " + std::to_string(step));
    const TestLoad load = history.NextLoad(model);
    auto published = Load(store, load);
    ASSERT_TRUE(published.ok()) << published.status();
    ASSERT_TRUE(Load(&model, load).ok());
    // Publishing is a function of the parent and the change set, so that
    // replicas come to the same digests.
    ASSERT_EQ((*published)->token().DebugString(), model.Head("")->token().DebugString());
    AllRecords(*model.Head(load.authority), &terms);
    for (const char* authority : {"", "authorities/x"}) {
      SCOPED_TRACE(std::string("authority \"") + authority + "\"");
      ExpectSameAnswers(*store->Head(authority), *model.Head(authority), terms);
      if (::testing::Test::HasFatalFailure()) return;
    }
  }
  const uint64_t newest = model.Head("")->manifest().revision();
  for (uint64_t revision = 1; revision <= newest; ++revision) {
    SCOPED_TRACE("revision " + std::to_string(revision));
    for (const char* authority : {"", "authorities/x"}) {
      probity::v1::Consistency at, at_model;
      *at.mutable_at_exact_revision() = store->TokenOf(revision).value();
      *at_model.mutable_at_exact_revision() = model.TokenOf(revision).value();
      ExpectSameAnswers(**store->ViewAt(at, authority), **model.ViewAt(at_model, authority), terms);
      if (::testing::Test::HasFatalFailure()) return;
    }
  }
}

TEST_P(StoreConformanceTest, RandomHistoryEqualsTheModel) {
  for (uint32_t seed = 1; seed <= 6; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    StartAnew();
    RunHistory(seed, store_.get());
    if (HasFatalFailure()) return;
  }
}

// All of it but what only a publish makes up.
std::string ManifestOf(const View& view) {
  v1::Manifest manifest = view.manifest();
  manifest.clear_published_at_us();
  manifest.clear_published_by();
  manifest.clear_note();
  manifest.clear_load();
  manifest.clear_approval();
  return manifest.DebugString();
}

std::string BytesOf(const absl::StatusOr<std::optional<StoredSupplier>>& supplier) {
  return supplier.ok() && supplier->has_value() ? ToHex((*supplier)->bytes) : "none";
}

// The first record and the first match alone: whoever says stop is not called again.
void ExpectSameWhenStopped(const View& view, const View& model, const std::set<IndexTerm>& all) {
  for (const IndexTerm& term : all) {
    std::vector<std::string> first, wanted;
    for (const auto& [of, into] : {std::make_pair(&view, &first), {&model, &wanted}}) {
      ASSERT_TRUE(of->FindRecords(term.kind, term.term, [into = into](const RecordRef& ref) {
                      into->push_back(ref.Name());
                      return false;
                    }).ok());
    }
    ASSERT_EQ(first, wanted) << static_cast<int>(term.kind) << " " << term.term;
  }
  for (const RandomDataset& dataset : RandomDatasets()) {
    std::vector<std::string> first, wanted;
    for (const auto& [of, into] : {std::make_pair(&view, &first), {&model, &wanted}}) {
      const auto visit = [into = into](absl::string_view key, const v1::RecordRow&) {
        into->emplace_back(key);
        return into->size() < 2;
      };
      ASSERT_TRUE(of->ForEachRecord(dataset.id, visit).ok());
    }
    ASSERT_EQ(first, wanted) << dataset.id;
  }
}

void ExpectSameCandidate(const CandidateView& candidate, const View& published,
                         const std::set<IndexTerm>& terms) {
  ASSERT_EQ(ManifestOf(candidate), ManifestOf(published));
  ASSERT_EQ(candidate.token().store_lineage(), published.token().store_lineage());
  ExpectSameAnswers(candidate, published, terms);
  ExpectSameWhenStopped(candidate, published, terms);
  for (const RandomDataset& dataset : RandomDatasets()) {
    for (int key = 0; key < RandomHistory::kKeys; ++key) {
      const RecordRef ref{dataset.id, "k" + std::to_string(key)};
      ASSERT_EQ(BytesOf(candidate.SupplierOf(ref)), BytesOf(published.SupplierOf(ref)));
    }
  }
}

// What a candidate shows is what its publish then shows, whoever asks.
TEST_P(StoreConformanceTest, CandidateEqualsWhatIsPublished) {
  for (uint32_t seed = 101; seed <= 106; ++seed) {
    StartAnew();
    const IdentifierCatalogue& identifiers = store_->identifiers();
    HistoryWithOwnRecords history(seed);
    CreateRandomDatasets(store_.get());
    std::set<IndexTerm> terms;
    for (int step = 0; step < kSteps; ++step) {
      SCOPED_TRACE("seed " + std::to_string(seed) + " step " + std::to_string(step));
      const TestLoad load = history.NextLoad(*store_);
      auto changes = MakeChangeSet(*store_, load);
      ASSERT_TRUE(changes.ok()) << changes.status();
      if (step % 4 == 0) {
        changes->header.mutable_state()->mutable_dataset()->set_precedence(step % 3);
      }
      const uint64_t next = store_->Head("")->token().revision() + 1;
      auto rows = CandidateRows::Open(*changes, next, nullptr);
      ASSERT_TRUE(rows.ok()) << rows.status();
      std::map<std::string, std::unique_ptr<CandidateView>> candidates;
      for (const char* authority : {"", "authorities/x", "authorities/y"}) {
        auto made = CandidateView::Create(store_->Head(authority), *rows, identifiers, nullptr);
        ASSERT_TRUE(made.ok()) << made.status();
        candidates[authority] = *std::move(made);
      }
      ASSERT_TRUE(store_->Publish(*changes, {}).ok());
      AllRecords(*store_->Head(load.authority), &terms);
      for (const auto& [authority, candidate] : candidates) {
        SCOPED_TRACE("authority \"" + authority + "\"");
        ExpectSameCandidate(*candidate, *store_->Head(authority), terms);
        if (HasFatalFailure()) return;
      }
      if (!changes->path.empty()) unlink(changes->path.c_str());
    }
  }
}

// The index is a function of the records, at every revision.
TEST_P(StoreConformanceTest, IndexEqualsTheRecordsAtEveryRevision) {
  RunHistory(77, store_.get());
  ASSERT_FALSE(HasFatalFailure());
  const uint64_t newest = store_->Head("")->manifest().revision();
  for (uint64_t revision = 1; revision <= newest; ++revision) {
    probity::v1::Consistency at;
    *at.mutable_at_exact_revision() = store_->TokenOf(revision).value();
    auto view = store_->ViewAt(at, "authorities/x").value();
    std::map<IndexTerm, std::vector<RecordRef>> expected;
    for (const RandomDataset& dataset : RandomDatasets()) {
      ASSERT_TRUE(view->ForEachRecord(dataset.id,
                                      [&](absl::string_view key, const v1::RecordRow& row) {
                                        for (const IndexTerm& term :
                                             IndexTermsOf(dataset.id, row)) {
                                          expected[term].push_back({dataset.id, std::string(key)});
                                        }
                                        return true;
                                      })
                      .ok());
    }
    for (const auto& [term, refs] : expected) {
      ASSERT_EQ(Find(*view, term.kind, term.term), refs) << "revision " << revision;
    }
  }
}

}  // namespace
}  // namespace probity::storage::testing
