#include "index/scorer.h"

#include <algorithm>
#include <tuple>

namespace probity::index {
namespace {

template <typename T>
bool Contains(const std::vector<T>& values, const T& value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

}  // namespace

uint32_t EndOf(const SegmentView& view, uint32_t record) {
  const uint32_t end = view.segment->tables().records[record].to_version;
  if (view.removals == nullptr) return end;
  const auto removed = view.removals->to_version.find(record);
  return removed == view.removals->to_version.end() ? end : std::min(end, removed->second);
}

bool Admission::Admits(const SegmentView& view, uint32_t record) {
  if (last_view_ == &view && last_record_ == record) return last_;
  last_view_ = &view;
  last_record_ = record;
  last_ = Decide(view, record);
  return last_;
}

bool Admission::Decide(const SegmentView& view, uint32_t record) {
  const SegmentTables& tables = view.segment->tables();
  const RecordRow row = tables.records[record];
  if (!visibility_.Sees(row.dataset, row.from_version, EndOf(view, record))) return false;
  if (!query_.datasets.empty() && !Contains(query_.datasets, row.dataset)) return false;
  return PassesFilters(tables, record);
}

bool Admission::PassesFilters(const SegmentTables& tables, uint32_t record) {
  if (query_.countries.empty() && query_.kinds.empty()) return true;
  tables.ReadFacts(record, &facts_);
  const bool known_kind = facts_.kind != matching::Kind::kAny;
  if (!query_.kinds.empty() && known_kind && !Contains(query_.kinds, facts_.kind)) return false;
  return query_.countries.empty() || facts_.countries.empty() ||
         std::any_of(facts_.countries.begin(), facts_.countries.end(),
                     [this](const std::string& c) { return Contains(query_.countries, c); });
}

int Scorer::Score(const SegmentTables& tables, uint32_t name) {
  const StoredName stored = tables.ReadStoredName(name);
  tables.DecodeName(stored, &name_);
  // Torn bytes may name forms that do not exist.
  const size_t forms = matcher_.tables().form_count();
  auto& ids = name_.legal_forms;
  ids.erase(std::remove_if(ids.begin(), ids.end(), [&](uint16_t id) { return id >= forms; }),
            ids.end());
  const int score = matcher_.Score(query_.name, name_);
  return WithFacts(tables, tables.names[name].record, stored.weak, score);
}

int Scorer::WithFacts(const SegmentTables& tables, uint32_t record, bool weak, int score) {
  // Where the query says nothing, what the record says changes nothing.
  if (most_lift() > 0 || query_.facts.kind != matching::Kind::kAny) {
    tables.ReadFacts(record, &facts_);
  }
  facts_.weak_alias = weak;
  return matching::ApplyFacts(matcher_.tables(), score, query_.facts, facts_, nullptr);
}

bool Ranking::Before(const Entry& a, const Entry& b) {
  if (a.score != b.score) return a.score > b.score;
  return std::tie(a.dataset, a.key, a.ordinal) < std::tie(b.dataset, b.key, b.ordinal);
}

void Ranking::Add(const SegmentView& view, uint32_t name, int score) {
  if (limit_ == 0 || score < least()) return;
  const SegmentTables& tables = view.segment->tables();
  const Segment::RecordInfo record = view.segment->record(tables.names[name].record);
  const Entry entry{score, record.dataset, record.key, tables.ReadStoredName(name).ordinal};
  const auto same = std::find_if(top_.begin(), top_.end(), [&](const Entry& other) {
    return other.dataset == entry.dataset && other.key == entry.key;
  });
  if (same != top_.end()) {
    if (!Before(entry, *same)) return;
    top_.erase(same);
  }
  top_.insert(std::upper_bound(top_.begin(), top_.end(), entry, Before), entry);
  if (top_.size() > limit_) top_.pop_back();
}

std::vector<Hit> Ranking::Hits() const {
  std::vector<Hit> hits;
  hits.reserve(top_.size());
  for (const Entry& entry : top_) {
    hits.push_back({entry.dataset, std::string(entry.key), entry.ordinal, entry.score});
  }
  return hits;
}

}  // namespace probity::index
