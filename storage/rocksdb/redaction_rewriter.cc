#include "storage/rocksdb/redaction_rewriter.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/errors.h"
#include "base/hash.h"
#include "storage/clusters.h"
#include "storage/component.h"
#include "storage/index_terms.h"
#include "storage/rocksdb/key_codec.h"
#include "storage/rocksdb/rocksdb_view.h"
#include "storage/rocksdb/row_codec.h"
#include "storage/timeline.h"

namespace probity::storage {
namespace {

// Shorter texts stand in answers that have nothing to do with the record.
constexpr size_t kTellingBytes = 4;

using probity::v1::Supplier;
using Row = std::optional<v1::RecordRow>;

std::string EncodeRow(const Row& row) {
  return row.has_value() ? EncodeRecordValue(*row) : EncodeRecordTombstone();
}

std::set<IndexTerm> TermsOf(absl::string_view dataset, const Row& row) {
  if (!row.has_value()) return {};
  const std::vector<IndexTerm> terms = IndexTermsOf(dataset, *row);
  return {terms.begin(), terms.end()};
}

// All terms that the versions have, and, of each version, those it has.
struct TermHistory {
  std::set<IndexTerm> all;
  std::vector<std::set<IndexTerm>> of_version;

  TermHistory(absl::string_view dataset, const std::vector<RecordVersion>& rows) {
    for (const RecordVersion& version : rows) {
      of_version.push_back(TermsOf(dataset, version.row));
      all.insert(of_version.back().begin(), of_version.back().end());
    }
  }
  bool Has(size_t version, const IndexTerm& term) const {
    return of_version[version].count(term) > 0;
  }
};

bool Names(const Supplier& supplier, const std::string& record) {
  const auto& records = supplier.source_records();
  return std::find(records.begin(), records.end(), record) != records.end();
}

bool Carries(const probity::v1::SupplierRecord& record, const probity::v1::Identifier& wanted) {
  return std::any_of(record.identifiers().begin(), record.identifiers().end(),
                     [&](const probity::v1::Identifier& one) {
                       return one.scheme() == wanted.scheme() && one.value() == wanted.value();
                     });
}

const ClusterInput* FindInput(const std::vector<ClusterInput>& inputs, const std::string& name) {
  for (const ClusterInput& input : inputs) {
    if (input.ref.Name() == name) return &input;
  }
  return nullptr;
}

// Edges without identifiers that one of their records no longer says.
std::vector<probity::v1::ClusterEdge> EdgesLeft(const Supplier& supplier,
                                                const std::vector<ClusterInput>& inputs) {
  std::vector<probity::v1::ClusterEdge> edges(supplier.edges().begin(), supplier.edges().end());
  for (probity::v1::ClusterEdge& edge : edges) {
    for (const std::string& end : {edge.from(), edge.to()}) {
      const ClusterInput* input = FindInput(inputs, end);
      if (input == nullptr || !Carries(input->record, edge.identifier())) edge.clear_identifier();
    }
  }
  return edges;
}

}  // namespace

absl::StatusOr<std::vector<RecordVersion>> ReadHistory(const Database& database,
                                                       const Visible::Entry& dataset,
                                                       const std::string& key) {
  std::vector<RecordVersion> rows;
  PrefixCursor cursor = database.Scan(kRecords, true);
  const std::string prefix = RecordPrefix(dataset.number, key);
  RecordKey at;
  for (cursor.Seek(prefix, prefix); cursor.Valid(); cursor.Next()) {
    RecordVersion& version = rows.emplace_back();
    if (!ParseRecordKey(cursor.key(), &at) || !ParseRecordValue(cursor.value(), &version.row)) {
      return database.Corrupt(kRecords, RecordRef{dataset.id, key}.Name());
    }
    version.dataset = at.dataset;
    version.key = std::move(at.key);
    version.version = at.version;
  }
  if (!cursor.status().ok()) return database.Fault(cursor.status());
  return rows;
}

absl::StatusOr<uint64_t> RedactionRewriter::Run(const RecordRef& ref, const Visible& head,
                                                uint64_t floor) {
  ref_ = ref;
  dataset_ = head.Find(ref.dataset);
  if (dataset_ == nullptr) return DatasetNotFound("datasets/" + ref.dataset);
  const auto before = ReadHistory(*database_, *dataset_, ref.key);
  if (!before.ok()) return before.status();
  Rows after = *before;
  std::set<std::string> texts;
  for (RecordVersion& version : after) {
    if (!version.row.has_value()) continue;
    for (const v1::TimelineSegment& segment : version.row->segments()) {
      for (const RedactionRule& rule : *rules_.Find(ref.dataset, ref.key)) {
        texts.merge(TextsRedacted(rule, segment.record()));
      }
    }
    rules_.Apply(ref.dataset, ref.key, &*version.row);
  }
  const uint64_t rewritten = PutRecords(*before, after);
  absl::Status status = PutTerms(*before, after);
  if (status.ok()) status = PutSuppliers(head, floor);
  if (status.ok()) status = DropRequests(texts);
  if (status.ok() && batch_.Count() > 0) status = database_->Commit(&batch_);
  if (!status.ok()) return status;
  return rewritten;
}

uint64_t RedactionRewriter::PutRecords(const Rows& before, const Rows& after) {
  uint64_t rewritten = 0;
  for (size_t i = 0; i < after.size(); ++i) {
    const std::string value = EncodeRow(after[i].row);
    if (value == EncodeRow(before[i].row)) continue;
    database_->Put(&batch_, kRecords, EncodeRecordKey(dataset_->number, ref_.key, after[i].version),
                   value);
    ++rewritten;
  }
  return rewritten;
}

absl::Status RedactionRewriter::PutTerms(const Rows& before, const Rows& after) {
  const TermHistory was(dataset_->id, before), is(dataset_->id, after);
  for (const IndexTerm& term : was.all) {
    bool differs = false;
    for (size_t i = 0; i < after.size(); ++i) differs |= was.Has(i, term) != is.Has(i, term);
    if (!differs) continue;
    absl::Status status = PutTerm(static_cast<uint8_t>(term.kind), term.term, after);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

// From the oldest version that is kept on, as a publish would have written them.
absl::Status RedactionRewriter::PutTerm(uint8_t kind, const std::string& term, const Rows& after) {
  PrefixCursor cursor = database_->Scan(kIndex, true);
  std::string prefix = EncodeTermKey(kind, term, dataset_->number, ref_.key, 0);
  prefix.resize(prefix.size() - 4);  // the version
  for (cursor.Seek(prefix, prefix); cursor.Valid(); cursor.Next()) {
    database_->Delete(&batch_, kIndex, cursor.key());
  }
  if (!cursor.status().ok()) return database_->Fault(cursor.status());
  const IndexTerm wanted{static_cast<IndexKind>(kind), term};
  bool present = false;
  for (size_t i = after.size(); i-- > 0;) {
    const bool now = TermsOf(dataset_->id, after[i].row).count(wanted) > 0;
    if (now == present) continue;
    present = now;
    database_->Put(&batch_, kIndex,
                   EncodeTermKey(kind, term, dataset_->number, ref_.key, after[i].version),
                   EncodeTermValue(present));
  }
  return absl::OkStatus();
}

absl::Status RedactionRewriter::PutSuppliers(const Visible& head, uint64_t floor) {
  auto newest = revisions_(head.manifest().revision());
  auto oldest = revisions_(floor);
  if (!newest.ok()) return newest.status();
  if (!oldest.ok()) return oldest.status();
  const std::string own = SupplierIdOf(ref_.dataset, ref_.key);
  std::set<std::string> ids = {own};
  PrefixCursor cursor = database_->Scan(kIndex, true);
  std::string prefix = EncodeSupplierKey(own, 0);
  prefix.resize(prefix.size() - 4);
  SupplierValue value;
  for (cursor.Seek(prefix, prefix); cursor.Valid(); cursor.Next()) {
    if (!ParseSupplierValue(cursor.value(), &value)) return database_->Corrupt(kIndex, own);
    if (value.tag == SupplierTag::kRedirect) ids.insert(value.text);
  }
  if (!cursor.status().ok()) return database_->Fault(cursor.status());
  for (const std::string& id : ids) {
    if (absl::Status status = PutSupplier(id, **newest, **oldest); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status RedactionRewriter::PutSupplier(const std::string& id, const Revision& head,
                                            const Revision& floor) {
  PrefixCursor cursor = database_->Scan(kIndex, true);
  std::string prefix = EncodeSupplierKey(id, 0);
  prefix.resize(prefix.size() - 4);
  SupplierKey at;
  SupplierValue value;
  bool superseded = false;  // read by no revision: the sweeper is about to take it
  for (cursor.Seek(prefix, prefix); cursor.Valid(); cursor.Next()) {
    if (!ParseSupplierKey(cursor.key(), &at) || !ParseSupplierValue(cursor.value(), &value)) {
      return database_->Corrupt(kIndex, absl::StrCat("supplier ", id));
    }
    const bool below = at.version <= floor.manifest().cluster_version();
    Supplier supplier;
    if (superseded) {
      database_->Delete(&batch_, kIndex, cursor.key());
    } else if (value.tag == SupplierTag::kSupplier) {
      if (!supplier.ParseFromString(value.text)) return database_->Corrupt(kIndex, id);
      if (Names(supplier, ref_.Name())) {
        // Each publish has one version of the clusters.
        const uint64_t number =
            head.manifest().revision() - (head.manifest().cluster_version() - at.version);
        auto revision = revisions_(std::max(number, floor.manifest().revision()));
        if (!revision.ok()) return revision.status();
        absl::Status status =
            PutTogether(std::string(cursor.key()), value.text, value.has_owned, **revision);
        if (!status.ok()) return status;
      }
    }
    superseded = superseded || below;
  }
  return database_->Fault(cursor.status());
}

absl::Status RedactionRewriter::PutTogether(const std::string& key, const std::string& bytes,
                                            bool has_owned, const Revision& revision) {
  Supplier supplier;
  supplier.ParseFromString(bytes);
  const auto pinned = std::make_shared<const Revision>(revision.manifest(), "");
  const RocksdbView view(database_, identifiers_, pinned, &pinned->all(), "");
  Component members;
  for (const std::string& name : supplier.source_records()) {
    const auto ref = RecordRef::FromName(name);
    if (!ref.has_value()) return database_->Corrupt(kIndex, supplier.name());
    auto row = view.GetRecord(*ref);
    if (!row.ok()) return row.status();
    if (!IsParty(*row)) return database_->Corrupt(kIndex, supplier.name());
    rules_.Apply(ref->dataset, ref->key, &**row);
    members[*ref] = {{*std::move(row), {}}};
  }
  const std::vector<ClusterInput> inputs = InputsOf(members, 0, view.sources(), AnyOwner);
  Cluster cluster;
  cluster.id = std::string(absl::StripPrefix(supplier.name(), "suppliers/"));
  for (const std::string& name : supplier.source_records()) {
    const ClusterInput* input = FindInput(inputs, name);
    if (input == nullptr) return database_->Corrupt(kIndex, supplier.name());
    cluster.members.push_back(static_cast<size_t>(input - inputs.data()));
  }
  cluster.edges = EdgesLeft(supplier, inputs);
  cluster.separations.assign(supplier.separations().begin(), supplier.separations().end());
  SupplierValue value;
  value.tag = SupplierTag::kSupplier;
  value.has_owned = has_owned;
  AppendMessage(BuildSupplier(cluster, inputs), &value.text);
  if (value.text != bytes) database_->Put(&batch_, kIndex, key, EncodeSupplierValue(value));
  return absl::OkStatus();
}

absl::Status RedactionRewriter::DropRequests(const std::set<std::string>& texts) {
  PrefixCursor cursor = database_->Scan(kMeta, true);
  const std::string prefix = EncodeMetaKey(MetaKey::kRequest);
  const std::string name = ref_.Name();
  RememberedRequest request;
  for (cursor.Seek(prefix, prefix); cursor.Valid(); cursor.Next()) {
    if (!ParseRequest(cursor.value(), &request)) return database_->Corrupt(kMeta, "request");
    const bool tells =
        absl::StrContains(request.response, name) ||
        std::any_of(texts.begin(), texts.end(), [&](const std::string& text) {
          return text.size() >= kTellingBytes && absl::StrContains(request.response, text);
        });
    if (tells) database_->Delete(&batch_, kMeta, cursor.key());
  }
  return database_->Fault(cursor.status());
}

}  // namespace probity::storage
