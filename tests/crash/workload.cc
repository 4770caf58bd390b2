#include "tests/crash/workload.h"

#include <filesystem>

#include "base/testing.h"
#include "gtest/gtest.h"
#include "storage/index_terms.h"
#include "storage/rollback.h"

namespace probity::storage::testing {
namespace {

constexpr char kLineage[] = "fedcba9876543210";
constexpr int kFirstNumber = 10000000;

void AppendFound(const View& view, IndexKind kind, const std::string& term, std::string* text) {
  for (const RecordRef& found : Find(view, kind, term)) *text += " " + found.key;
}

}  // namespace

RocksdbOptions StoreOptions(const std::string& path, Way way) {
  RocksdbOptions options;
  options.path = path;
  if (way == Way::kFiles) {
    options.small_publish = 0;
    options.load_buffer = 8 << 10;  // several runs in one publish
  }
  options.lineage = kLineage;
  return options;
}

TestLoad LoadNumber(int n, int records) {
  TestLoad load{"d"};
  for (int i = 0; i < records; ++i) {
    if ((i + n) % 3 == 0) continue;
    const std::string number = std::to_string(kFirstNumber + (i / ((n % 4) + 1)));
    load.records.push_back(Party("k" + std::to_string(i),
                                 "Name " + std::to_string(i * 31 + n / 2 * (i % 5)),
                                 {{"GB-COH", number}}));
  }
  load.now_us = 1000 + n;
  return load;
}

absl::Status PublishNext(Store* store, int records) {
  const auto revision = static_cast<int>(store->Head("")->manifest().revision());
  if (revision == 1) return CreateDataset(store, "d", probity::v1::ABSENCE_MODE_RETRACTED);
  return Load(store, LoadNumber(revision - 1, records)).status();
}

absl::Status TakeBack(Store* store) {
  const auto head = store->Head("");
  const uint64_t revision = head->manifest().revision();
  const auto token = store->TokenOf(revision - 2);
  if (!token.ok()) return token.status();
  probity::v1::Consistency then;
  *then.mutable_at_exact_revision() = *token;
  const auto target = store->ViewAt(then, "");
  if (!target.ok()) return target.status();
  const auto changes = MakeRollback(*store, *head, **target, "d", ::testing::TempDir(),
                                    [] { return absl::OkStatus(); });
  if (!changes.ok()) return changes.status();
  PublishContext context;
  context.now_us = 1000 + static_cast<int64_t>(revision);
  const absl::Status status = store->Publish(*changes, context).status();
  std::filesystem::remove(changes->path);
  return status;
}

std::string AnswersOf(const View& view, int records) {
  std::string text = std::to_string(view.manifest().supplier_count()) + "\n";
  for (int i = 0; i < records; ++i) {
    const RecordRef ref{"d", "k" + std::to_string(i)};
    auto row = view.GetRecord(ref);
    auto supplier = view.SupplierOf(ref);
    if (!row.ok()) return "unreadable: " + row.status().ToString();
    if (!supplier.ok()) return "unreadable: " + supplier.status().ToString();
    text += ref.key + (row->has_value() ? " " + (*row)->SerializeAsString() : " -");
    text += supplier->has_value() ? " " + (*supplier)->bytes : " -";
    AppendFound(view, IndexKind::kIdentifier,
                IdentifierTerm("GB-COH", std::to_string(kFirstNumber + i)), &text);
    text += "\n";
  }
  return text;
}

ModelAnswers::ModelAnswers(int records, uint64_t taken_back)
    : records_(records), taken_back_(taken_back), model_(TestIdentifiers(), kLineage) {}

const std::string& ModelAnswers::At(uint64_t revision) {
  for (;;) {
    const auto head = model_.Head("");
    const uint64_t newest = head->manifest().revision();
    answers_.try_emplace(newest, AnswersOf(*head, records_));
    if (newest >= revision) return answers_.at(revision);
    const absl::Status status =
        newest + 1 == taken_back_ ? TakeBack(&model_) : PublishNext(&model_, records_);
    EXPECT_TRUE(status.ok()) << status;
  }
}

}  // namespace probity::storage::testing
