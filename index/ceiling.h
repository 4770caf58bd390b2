// The most that lists of names can add to a name's agreement with the query.
#ifndef PROBITY_INDEX_CEILING_H_
#define PROBITY_INDEX_CEILING_H_

#include <algorithm>
#include <array>
#include <cstdint>

#include "index/estimate.h"
#include "index/lookup.h"
#include "index/plan.h"

namespace probity::index {

class Ceiling {
 public:
  // Borrows `plan`. Single letters of the query, which any word may begin with,
  // count from the start.
  explicit Ceiling(const Plan& plan) : plan_(&plan) {
    for (size_t bit = 0; bit < plan.bit_weights.size(); ++bit) {
      if ((plan.initials >> bit & 1) == 0) continue;
      const int weight = plan.bit_weights[bit];
      Raise(bit, (weight + kLetterWeight) * matching::kParams.initial, kLetterWeight);
    }
  }

  // `list` is no kWholeName. A list that links several words counts for each of
  // them by its weight.
  void Add(const NameList& list) {
    for (size_t bit = 0; bit < plan_->bit_weights.size(); ++bit) {
      if ((list.cover >> bit & 1) == 0) continue;
      const int weight = plan_->bit_weights[bit];
      const auto share = [&](int all) { return all * weight / std::max<int>(1, list.query) + 1; };
      Raise(bit, share(list.value()), share(list.candidate));
    }
  }

  // `found` and all that the lists can add to it.
  Agreement Lift(Agreement found) const {
    found.agreed += agreed_;
    // Full similarity: with less, the same sum would stand for more words.
    found.both = static_cast<uint16_t>(found.both + agreed_ / matching::kFullSimilarity);
    found.query = static_cast<uint16_t>(found.query + query_);
    found.candidate = static_cast<uint16_t>(found.candidate + candidate_);
    found.strong = 2;
    return found;
  }

  // Whether a name that other lists do not hold may come to `score`.
  bool Reaches(int score) const {
    const bool person = plan_->kind != matching::Kind::kCompany;
    return Estimate(Lift({}), plan_->weight, candidate_, person).Reaches(score);
  }

 private:
  // A word that begins with a letter of the query is taken to weigh no more.
  static constexpr int kLetterWeight = 100;

  void Raise(size_t bit, int agreed, int candidate) {
    if (words_[bit].agreed == 0) query_ += plan_->bit_weights[bit];
    agreed_ += static_cast<uint32_t>(std::max(0, agreed - words_[bit].agreed));
    candidate_ += std::max(0, candidate - words_[bit].candidate);
    words_[bit] = {std::max(agreed, words_[bit].agreed),
                   std::max(candidate, words_[bit].candidate)};
  }

  struct Word {
    int agreed = 0, candidate = 0;
  };

  const Plan* plan_;
  std::array<Word, kMaxUnits> words_{};
  uint32_t agreed_ = 0;
  int query_ = 0, candidate_ = 0;
};

}  // namespace probity::index

#endif  // PROBITY_INDEX_CEILING_H_
