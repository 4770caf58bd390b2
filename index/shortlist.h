// The stored names that are worth a full comparison.
#ifndef PROBITY_INDEX_SHORTLIST_H_
#define PROBITY_INDEX_SHORTLIST_H_

#include <cstdint>
#include <vector>

#include "index/search.h"

namespace probity::index {

struct Candidate {
  int estimate = 0;
  uint32_t view = 0;
  uint32_t name = 0;
};

// Keeps the best `size` candidates over all views. Ties go to the lower dataset,
// key and place, so that it does not matter in which segment a name is.
class Shortlist {
 public:
  Shortlist(absl::Span<const SegmentView> views, size_t size) : views_(views), size_(size) {}

  // An estimate below this changes nothing.
  int least() const { return heap_.size() < size_ ? 0 : heap_.front().estimate; }

  void Offer(const Candidate& candidate);

  // Best first; leaves the list empty.
  std::vector<Candidate> Take();

 private:
  bool Before(const Candidate& a, const Candidate& b) const;

  absl::Span<const SegmentView> views_;
  const size_t size_;
  std::vector<Candidate> heap_;  // the worst in front
};

}  // namespace probity::index

#endif  // PROBITY_INDEX_SHORTLIST_H_
