#include "storage/testing/same_answers.h"

#include "base/hash.h"
#include "gmock/gmock.h"
#include "storage/diff.h"
#include "storage/testing/builders.h"
#include "storage/testing/history.h"

namespace probity::storage::testing {
namespace {

std::string Describe(const absl::StatusOr<std::optional<StoredSupplier>>& supplier) {
  if (!supplier.ok()) return supplier.status().ToString();
  if (!supplier->has_value()) return "none";
  probity::v1::Supplier parsed;
  EXPECT_TRUE(parsed.ParseFromString((*supplier)->bytes));
  EXPECT_EQ(parsed.name(), (*supplier)->name);
  return parsed.DebugString();
}

// What GetRecords() gives for all keys that a random history may have written, and for keys
// between them.
std::vector<std::string> ManyRecords(const View& view, const std::string& dataset) {
  std::set<std::string> keys = {"", "k", "z"};
  for (int key = 0; key < RandomHistory::kKeys; ++key) {
    keys.insert("k" + std::to_string(key));
    keys.insert("k" + std::to_string(key) + "-");
  }
  const std::vector<std::string> sorted(keys.begin(), keys.end());
  const auto rows = view.GetRecords(dataset, sorted);
  EXPECT_TRUE(rows.ok()) << rows.status();
  std::vector<std::string> texts;
  for (size_t i = 0; rows.ok() && i < rows->size(); ++i) {
    texts.push_back((*rows)[i].has_value() ? sorted[i] + ": " + (*rows)[i]->DebugString() : "");
    const auto one = view.GetRecord({dataset, sorted[i]});
    EXPECT_TRUE(one.ok() && !Differ(*one, (*rows)[i])) << dataset << " " << sorted[i];
  }
  return texts;
}

}  // namespace

std::string AllRecords(const View& view, std::set<IndexTerm>* terms) {
  std::string text;
  for (const RandomDataset& dataset : RandomDatasets()) {
    auto visit = [&](absl::string_view key, const v1::RecordRow& row) {
      text += dataset.id + "/" + std::string(key) + ": " + row.DebugString();
      for (IndexTerm& term : IndexTermsOf(dataset.id, row)) terms->insert(term);
      return true;
    };
    EXPECT_TRUE(view.ForEachRecord(dataset.id, visit).ok());
  }
  return text;
}

void ExpectSameAnswers(const View& view, const View& model, const std::set<IndexTerm>& all,
                       SupplierIds ids) {
  ASSERT_EQ(view.manifest().supplier_count(), model.manifest().supplier_count());
  std::set<IndexTerm> terms;
  ASSERT_EQ(AllRecords(view, &terms), AllRecords(model, &terms));
  for (const IndexTerm& term : all) {
    ASSERT_EQ(Find(view, term.kind, term.term), Find(model, term.kind, term.term))
        << static_cast<int>(term.kind) << " " << term.term;
  }
  for (const RandomDataset& dataset : RandomDatasets()) {
    ASSERT_EQ(ManyRecords(view, dataset.id), ManyRecords(model, dataset.id));
    for (int key = 0; key < RandomHistory::kKeys; ++key) {
      const RecordRef ref{dataset.id, "k" + std::to_string(key)};
      ASSERT_EQ(Describe(view.SupplierOf(ref)), Describe(model.SupplierOf(ref))) << ref.Name();
      const bool asked = ids == SupplierIds::kAll || model.SupplierOf(ref)->has_value();
      if (!asked) continue;
      const std::string id = SupplierIdOf(ref.dataset, ref.key);
      ASSERT_EQ(Describe(view.GetSupplier(id)), Describe(model.GetSupplier(id))) << ref.Name();
      ASSERT_EQ(view.HeirOf(id).value(), model.HeirOf(id).value()) << ref.Name();
    }
  }
}

}  // namespace probity::storage::testing
