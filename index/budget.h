// How much a search may do, and whether somebody still wants it.
#ifndef PROBITY_INDEX_BUDGET_H_
#define PROBITY_INDEX_BUDGET_H_

#include <cstdint>
#include <functional>

namespace probity::index {

// Costs in units of about 1.5 ns.
inline constexpr int64_t kWordCost = 100;      // a word looked at
inline constexpr int64_t kNameCost = 60;       // a name admitted or refused
inline constexpr int64_t kCompareCost = 1000;  // two names compared

class Budget {
 public:
  // `cancelled` may be empty; borrowed.
  Budget(int64_t limit, const std::function<bool()>& cancelled)
      : limit_(limit), ask_at_(kAskEvery), cancelled_(cancelled) {}

  // Counts `units`; false when no more should be done.
  bool Spend(int64_t units) {
    cost_ += units;
    if (cost_ >= ask_at_) Ask();
    return !is_cancelled_ && cost_ < limit_;
  }

  bool exhausted() const { return cost_ >= limit_; }
  bool is_cancelled() const { return is_cancelled_; }
  int64_t cost() const { return cost_; }

 private:
  static constexpr int64_t kAskEvery = 32'000;  // about 50 us

  void Ask() {
    ask_at_ = cost_ + kAskEvery;
    is_cancelled_ = is_cancelled_ || (cancelled_ && cancelled_());
  }

  const int64_t limit_;
  int64_t cost_ = 0;
  int64_t ask_at_;
  bool is_cancelled_ = false;
  const std::function<bool()>& cancelled_;
};

}  // namespace probity::index

#endif  // PROBITY_INDEX_BUDGET_H_
