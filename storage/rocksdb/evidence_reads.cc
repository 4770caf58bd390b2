#include "storage/rocksdb/evidence_reads.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "storage/evidence/rules.h"
#include "storage/rocksdb/database.h"

namespace probity::storage {
namespace {

// Rows that one page of a list looks at.
constexpr int kMostLookedAt = 10000;

// Parses a value into a message, or says what cannot be read.
template <typename Message>
absl::StatusOr<Message> ParseAs(const EvidenceDatabase& database, const std::string& bytes,
                                absl::string_view what) {
  Message message;
  if (message.ParseFromString(bytes)) return message;
  return database.Corrupt(absl::StrCat(what, " cannot be read"));
}

// The rows that leave out most.
std::string NarrowestList(const DecisionQuery& query) {
  if (!query.record.empty()) return ListPrefix(query.authority, ListKind::kRecord, query.record);
  if (!query.subject.empty()) return ListPrefix(query.authority, ListKind::kSubject, query.subject);
  if (!query.procedure.empty()) {
    return ListPrefix(query.authority, ListKind::kProcedure, query.procedure);
  }
  if (query.verdict) {
    return ListPrefix(query.authority, ListKind::kVerdict, VerdictValue(*query.verdict));
  }
  return ListPrefix(query.authority, ListKind::kAll, "");
}

// The first of `size` leaves that was recorded at `time_us` or later: times rise.
absl::StatusOr<uint64_t> FirstLeafFrom(const EvidenceDatabase& database, uint64_t size,
                                       int64_t time_us) {
  uint64_t begin = 0, end = size;
  while (begin < end) {
    const uint64_t middle = begin + (end - begin) / 2;
    const auto summary = ReadSummary(database, middle);
    if (!summary.ok()) return summary.status();
    if (summary->time_us() < time_us) {
      begin = middle + 1;
    } else {
      end = middle;
    }
  }
  return begin;
}

}  // namespace

evidence::NodeReader NodesOf(const EvidenceDatabase& database) {
  const EvidenceDatabase* borrowed = &database;
  return [borrowed](evidence::NodeId node) -> absl::StatusOr<std::string> {
    const NodePlace place = PlaceOf(node);
    auto row = borrowed->Need(kNodes, EncodeLeaf(place.leaf), absl::StrCat("leaf ", place.leaf));
    if (!row.ok()) return row.status();
    if (row->size() >= place.offset + evidence::kHashBytes) {
      return row->substr(place.offset, evidence::kHashBytes);
    }
    return borrowed->Corrupt(absl::StrCat("leaf ", place.leaf, " is cut"));
  };
}

absl::StatusOr<v1::DecisionSummary> ReadSummary(const EvidenceDatabase& database, uint64_t leaf) {
  const std::string what = absl::StrCat("the summary of decision ", leaf);
  const auto bytes = database.Need(kEntries, EncodeSummaryKey(leaf), what);
  if (!bytes.ok()) return bytes.status();
  return ParseAs<v1::DecisionSummary>(database, *bytes, what);
}

absl::StatusOr<v1::PersonalTexts> ReadTexts(const EvidenceDatabase& database, uint64_t leaf) {
  const auto bytes = database.Get(kEntries, EncodeTextsKey(leaf));
  if (!bytes.ok()) return bytes.status();
  if (!bytes->has_value()) return v1::PersonalTexts();
  return ParseAs<v1::PersonalTexts>(database, **bytes,
                                    absl::StrCat("personal texts of decision ", leaf));
}

absl::StatusOr<StoredDecision> ReadDecision(const EvidenceDatabase& database, uint64_t leaf) {
  StoredDecision stored;
  auto summary = ReadSummary(database, leaf);
  if (!summary.ok()) return summary.status();
  stored.summary = *std::move(summary);
  const std::string what = absl::StrCat("decision ", leaf);
  const auto bytes = database.Need(kEntries, EncodeBodyKey(leaf), what);
  if (!bytes.ok()) return bytes.status();
  auto body = ParseAs<v1::DecisionBody>(database, *bytes, what);
  if (!body.ok()) return body.status();
  stored.body = *std::move(body);
  const auto leaf_hash = NodesOf(database)({0, leaf});
  if (!leaf_hash.ok()) return leaf_hash.status();
  if (*leaf_hash != LeafHashOf(stored)) {
    return database.Corrupt(absl::StrCat(what, " is not what its leaf says"));
  }
  auto texts = ReadTexts(database, leaf);
  if (!texts.ok()) return texts.status();
  for (probity::v1::PersonalText& text : *texts->mutable_texts()) {
    stored.personal_texts.push_back(std::move(text));
  }
  return stored;
}

absl::StatusOr<std::optional<uint64_t>> FindLeaf(const EvidenceDatabase& database,
                                                 absl::string_view index_key) {
  const auto row = database.Get(kLogIndex, index_key);
  if (!row.ok()) return row.status();
  if (!row->has_value()) return std::nullopt;
  uint64_t leaf = 0;
  if (!ParseLeaf(**row, &leaf)) return database.Corrupt("an index row cannot be read");
  return leaf;
}

namespace {

// What fits among the rows of a list.
absl::StatusOr<DecisionPage> ListRows(const EvidenceDatabase& database, uint64_t size,
                                      const DecisionQuery& query, const std::string& prefix) {
  uint64_t before = std::min(query.before, size);
  if (query.to_us != std::numeric_limits<int64_t>::max()) {
    const auto first = FirstLeafFrom(database, before, query.to_us);
    if (!first.ok()) return first.status();
    before = *first;
  }
  DecisionPage page;
  if (before == 0) return page;
  const auto row = database.Scan(kLogIndex);
  uint64_t leaf = 0;
  int looked_at = 0;
  for (row->Seek(EncodeListKey(prefix, before - 1));
       row->Valid() && ParseListKey(prefix, ToView(row->key()), &leaf); row->Next()) {
    if (page.decisions.size() == query.limit || looked_at++ == kMostLookedAt) {
      page.next = leaf + 1;
      break;
    }
    auto summary = ReadSummary(database, leaf);
    if (!summary.ok()) return summary.status();
    if (summary->time_us() < query.from_us) break;
    if (Fits(*summary, query)) page.decisions.push_back(*std::move(summary));
  }
  if (!row->status().ok()) return database.Fault(row->status());
  return page;
}

}  // namespace

absl::StatusOr<DecisionPage> ListDecisions(const EvidenceDatabase& database, uint64_t size,
                                           const DecisionQuery& query) {
  return ListRows(database, size, query, NarrowestList(query));
}

absl::StatusOr<ActPage> ListActs(const EvidenceDatabase& database, uint64_t size,
                                 const ActQuery& query) {
  DecisionQuery rows;
  rows.authority = query.authority;
  rows.from_us = query.from_us;
  rows.to_us = query.to_us;
  rows.before = query.before;
  rows.limit = query.limit;
  const auto found =
      ListRows(database, size, rows, ListPrefix(query.authority, ListKind::kAct, ""));
  if (!found.ok()) return found.status();
  ActPage page;
  for (const v1::DecisionSummary& act : found->decisions) page.acts.push_back(act.decision());
  page.next = found->next;
  return page;
}

absl::StatusOr<std::vector<std::string>> ReadOpenActs(const EvidenceDatabase& database) {
  std::vector<std::string> open;
  const auto row = database.Scan(kLogIndex);
  const std::string prefix = OpenActPrefix();
  for (row->Seek(prefix); row->Valid() && row->key().starts_with(prefix); row->Next()) {
    uint64_t leaf = 0;
    if (!ParseOpenActKey(ToView(row->key()), &leaf)) {
      return database.Corrupt("the row of an open act cannot be read");
    }
    const auto summary = ReadSummary(database, leaf);
    if (!summary.ok()) return summary.status();
    open.push_back(summary->decision());
  }
  if (!row->status().ok()) return database.Fault(row->status());
  return open;
}

absl::StatusOr<std::optional<uint64_t>> ReadOldestRevision(const EvidenceDatabase& database,
                                                           int64_t since_us) {
  const auto row = database.Scan(kLogIndex);
  const std::string prefix = RevisionRowPrefix();
  for (row->Seek(prefix); row->Valid() && row->key().starts_with(prefix); row->Next()) {
    uint64_t revision = 0;
    int64_t newest_us = 0;
    if (!ParseRevisionRowKey(ToView(row->key()), &revision) ||
        !ParseRevisionRowTime(ToView(row->value()), &newest_us)) {
      return database.Corrupt("a revision's row cannot be read");
    }
    if (newest_us >= since_us) return revision;
  }
  if (!row->status().ok()) return database.Fault(row->status());
  return std::nullopt;
}

absl::StatusOr<probity::v1::LogHead> ReadHead(const EvidenceDatabase& database, uint64_t size) {
  const auto row = database.Scan(kLogMeta);
  row->Seek(EncodeHeadKey(size, 0));
  if (!row->status().ok()) return database.Fault(row->status());
  probity::v1::LogHead head;
  const bool read = row->Valid() && row->key().starts_with(HeadPrefix()) &&
                    head.ParseFromString(row->value().ToString());
  if (!read) return database.Corrupt(absl::StrCat("the head of size ", size, " is gone"));
  return head;
}

namespace {

absl::StatusOr<std::optional<probity::v1::TimestampedHead>> TimestampAt(
    const EvidenceDatabase& database, const rocksdb::Iterator& row) {
  if (!row.status().ok()) return database.Fault(row.status());
  if (!row.Valid() || !row.key().starts_with(TimestampPrefix())) return std::nullopt;
  auto stamped =
      ParseAs<probity::v1::TimestampedHead>(database, row.value().ToString(), "a time stamp");
  if (!stamped.ok()) return stamped.status();
  return *std::move(stamped);
}

}  // namespace

absl::StatusOr<std::optional<probity::v1::TimestampedHead>> ReadTimestampFrom(
    const EvidenceDatabase& database, uint64_t size) {
  const auto row = database.Scan(kLogMeta);
  row->Seek(EncodeTimestampKey(size));
  return TimestampAt(database, *row);
}

absl::StatusOr<std::optional<probity::v1::TimestampedHead>> ReadNewestTimestamp(
    const EvidenceDatabase& database) {
  const auto row = database.Scan(kLogMeta);
  row->SeekForPrev(TimestampEnd());
  return TimestampAt(database, *row);
}

}  // namespace probity::storage
