#include "index/shortlist.h"

#include <algorithm>

namespace probity::index {

bool Shortlist::Before(const Candidate& a, const Candidate& b) const {
  if (a.estimate != b.estimate) return a.estimate > b.estimate;
  if (a.view == b.view) return a.name < b.name;
  const Segment &x = *views_[a.view].segment, &y = *views_[b.view].segment;
  const Segment::RecordInfo p = x.record(x.tables().names[a.name].record);
  const Segment::RecordInfo q = y.record(y.tables().names[b.name].record);
  if (p.dataset != q.dataset) return p.dataset < q.dataset;
  return p.key != q.key ? p.key < q.key : a.view < b.view;
}

void Shortlist::Offer(const Candidate& candidate) {
  const auto before = [this](const Candidate& a, const Candidate& b) { return Before(a, b); };
  if (heap_.size() < size_) {
    heap_.push_back(candidate);
    std::push_heap(heap_.begin(), heap_.end(), before);
    return;
  }
  if (heap_.empty() || !Before(candidate, heap_.front())) return;
  std::pop_heap(heap_.begin(), heap_.end(), before);
  heap_.back() = candidate;
  std::push_heap(heap_.begin(), heap_.end(), before);
}

std::vector<Candidate> Shortlist::Take() {
  std::sort(heap_.begin(), heap_.end(),
            [this](const Candidate& a, const Candidate& b) { return Before(a, b); });
  return std::move(heap_);
}

}  // namespace probity::index
