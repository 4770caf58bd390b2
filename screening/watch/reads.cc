#include "screening/watch/reads.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/hash.h"
#include "matching/name_codec.h"
#include "screening/watch/goods_dates.h"
#include "storage/index_terms.h"
#include "storage/timeline.h"

namespace probity::screening {
namespace {

// Behind the kinds of index terms.
enum class ReadKind : uint8_t { kRecord = 200, kSupplier, kEdition, kCheck, kGoods };

ReadHash HashOf(uint8_t kind, absl::string_view text) {
  return Crc32c(absl::StrCat(absl::string_view(reinterpret_cast<const char*>(&kind), 1), text));
}
ReadHash HashOf(ReadKind kind, absl::string_view text) {
  return HashOf(static_cast<uint8_t>(kind), text);
}

absl::string_view BareSupplierId(absl::string_view name) { return name.substr(name.find('/') + 1); }

std::string BytesOf(const matching::NormalizedName& name) {
  std::string bytes;
  matching::AppendName(name, &bytes);
  return bytes;
}

storage::v1::WatchedName NameOf(const index::Query& query, int alert_score) {
  storage::v1::WatchedName name;
  name.set_name(BytesOf(query.name));
  for (const std::string& country : query.facts.countries) name.add_countries(country);
  name.set_year(query.facts.date.year);
  name.set_month(query.facts.date.month);
  name.set_day(query.facts.date.day);
  name.set_kind(static_cast<int>(query.facts.kind));
  const bool has_address = !query.facts.address.tokens.empty();
  if (has_address) name.set_address(BytesOf(query.facts.address));
  name.set_min_score(has_address ? query.min_score : std::max(query.min_score, alert_score));
  name.set_listed_only(!query.datasets.empty());
  return name;
}

}  // namespace

ReadHash HashOfTerm(storage::IndexKind kind, absl::string_view term) {
  return HashOf(static_cast<uint8_t>(kind), term);
}
ReadHash HashOfRecord(const storage::RecordRef& ref) {
  return HashOf(ReadKind::kRecord, storage::RecordTerm(ref.dataset, ref.key));
}
ReadHash HashOfSupplier(absl::string_view id) { return HashOf(ReadKind::kSupplier, id); }
ReadHash HashOfEdition(absl::string_view dataset) { return HashOf(ReadKind::kEdition, dataset); }
ReadHash HashOfCheck(absl::string_view dataset) { return HashOf(ReadKind::kCheck, dataset); }
ReadHash HashOfGoods() { return HashOf(ReadKind::kGoods, ""); }

void Reads::AddRow(const storage::RecordRef& ref, const storage::v1::RecordRow& row) {
  AddRowDates(row, &dates_);
  const v1::Record& record = storage::LatestRecord(row);
  if (record.has_risk_flag() || record.has_legal_measure()) Add(HashOfEdition(ref.dataset));
  if (record.has_certification()) registers_.insert(ref.dataset);
}

void Reads::AddQuery(const index::Query& query) { queries_.push_back(query); }

// Who looks for more asks again, with the same name: once is enough.
storage::v1::WatchedReads Reads::Take(int alert_score) const {
  storage::v1::WatchedReads taken;
  std::map<std::string, storage::v1::WatchedName> names;
  for (const index::Query& query : queries_) {
    storage::v1::WatchedName name = NameOf(query, alert_score);
    const bool listed_only = name.listed_only();
    name.set_listed_only(false);
    const auto [at, is_new] = names.try_emplace(CanonicalBytes(name), name);
    at->second.set_listed_only((is_new || at->second.listed_only()) && listed_only);
  }
  for (auto& [bytes, name] : names) *taken.add_names() = std::move(name);
  taken.set_all(hashes_.size() > kMost);
  if (taken.all()) return taken;
  std::vector<ReadHash> sorted(hashes_.begin(), hashes_.end());
  std::sort(sorted.begin(), sorted.end());
  for (ReadHash hash : sorted) {
    for (int shift = 0; shift < 32; shift += 8) {
      taken.mutable_hashes()->push_back(static_cast<char>(hash >> shift));
    }
  }
  return taken;
}

absl::StatusOr<std::optional<storage::v1::RecordRow>> ReadsView::GetRecord(
    const storage::RecordRef& ref) const {
  reads_->Add(HashOfRecord(ref));
  auto row = view().GetRecord(ref);
  if (row.ok() && row->has_value()) reads_->AddRow(ref, **row);
  return row;
}

absl::Status ReadsView::FindRecords(storage::IndexKind kind, absl::string_view term,
                                    const storage::RecordVisitor& visit) const {
  reads_->Add(HashOfTerm(kind, term));
  return view().FindRecords(kind, term, visit);
}

// Which of two ids survives is seen where the survivor is.
absl::StatusOr<std::optional<storage::StoredSupplier>> ReadsView::GetSupplier(
    absl::string_view id) const {
  reads_->Add(HashOfSupplier(id));
  auto stored = view().GetSupplier(id);
  if (stored.ok() && stored->has_value()) {
    reads_->Add(HashOfSupplier(BareSupplierId((*stored)->name)));
  }
  return stored;
}

absl::StatusOr<std::optional<storage::StoredSupplier>> ReadsView::SupplierOf(
    const storage::RecordRef& ref) const {
  reads_->Add(HashOfRecord(ref));
  auto stored = view().SupplierOf(ref);
  if (stored.ok() && stored->has_value()) {
    reads_->Add(HashOfSupplier(BareSupplierId((*stored)->name)));
  }
  return stored;
}

absl::StatusOr<index::SearchResult> ReadsIndex::Search(const storage::View& view,
                                                       const index::Query& query) const {
  reads_->AddQuery(query);
  return index_.Search(view, query);
}

absl::StatusOr<index::Query> QueryOf(const storage::v1::WatchedName& name) {
  index::Query query;
  auto parsed = matching::ParseName(name.name());
  if (!parsed.ok()) return parsed.status();
  query.name = *std::move(parsed);
  query.facts.countries = {name.countries().begin(), name.countries().end()};
  query.facts.date = {name.year(), name.month(), name.day()};
  query.facts.kind = static_cast<matching::Kind>(name.kind());
  if (!name.address().empty()) {
    auto address = matching::ParseName(name.address());
    if (!address.ok()) return address.status();
    query.facts.address = *std::move(address);
  }
  query.min_score = name.min_score();
  query.limit = 1;
  return query;
}

}  // namespace probity::screening
