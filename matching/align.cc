#include "matching/align.h"

#include <algorithm>

#include "matching/acronym.h"
#include "matching/params.h"
#include "matching/text.h"

namespace probity::matching {
namespace {

static_assert(kMaxWords < 64, "links are kept as bits");

uint64_t Bit(size_t i) { return uint64_t{1} << i; }
// Letters compared with letters, at most: a name of ordinary length needs a
// tenth, and 48 words against 48 stay below half a millisecond.
constexpr size_t kMaxWork = 120000;

uint64_t Run(size_t from, size_t count) { return ((uint64_t{1} << count) - 1) << from; }

struct Scored {
  Link link;
  int value = 0;  // similarity times weight: what choosing it is worth
};

class Aligner {
 public:
  Aligner(const NormalizedName& query, const NormalizedName& candidate, Kind kind)
      : query_(query.tokens),
        candidate_(candidate.tokens),
        query_form_(query.form_initials),
        candidate_form_(candidate.form_initials),
        kind_(kind),
        acronyms_(query.kind != Kind::kPerson && candidate.kind != Kind::kPerson) {
    out_.query_left = Run(0, query_.size());
    out_.candidate_left = Run(0, candidate_.size());
  }

  Alignment Run_() {
    LinkEqual();
    if (out_.query_left != 0 && out_.candidate_left != 0) {
      CollectPairs();
      CollectJoined(query_, candidate_, false);
      CollectJoined(candidate_, query_, true);
      SortFound();
      TakeFrom(kParams.word_link);
    }
    if (acronyms_) LinkAcronyms();
    TakeFrom(0);
    std::sort(out_.links.begin(), out_.links.end(),
              [](const Link& a, const Link& b) { return a.query < b.query; });
    return std::move(out_);
  }

 private:
  bool Left(size_t i, size_t j) const {
    return (out_.query_left & Bit(i)) != 0 && (out_.candidate_left & Bit(j)) != 0;
  }

  void Take(const Link& link) {
    out_.query_left &= ~Run(link.query, link.query_count);
    out_.candidate_left &= ~Run(link.candidate, link.candidate_count);
    out_.links.push_back(link);
  }

  void LinkEqual() {
    for (size_t i = 0; i < query_.size(); ++i) {
      for (size_t j = 0; j < candidate_.size(); ++j) {
        if (!Left(i, j) || !MayBeEqual(query_[i], candidate_[j])) continue;
        const WordMatch match = CompareWords(query_[i], candidate_[j], kind_);
        if (match.similarity < kFullSimilarity) continue;
        Take(MakeLink(i, 1, j, 1, match));
        break;
      }
    }
  }

  static bool MayBeEqual(const Token& a, const Token& b) {
    return (a.concept_id != 0 && a.concept_id == b.concept_id) || a.text == b.text;
  }

  static Link MakeLink(size_t i, int query_count, size_t j, int candidate_count, WordMatch match) {
    return {static_cast<uint8_t>(i),
            static_cast<uint8_t>(query_count),
            static_cast<uint8_t>(j),
            static_cast<uint8_t>(candidate_count),
            static_cast<int16_t>(match.similarity),
            match.feature};
  }

  // False from the comparison on that would go over kMaxWork. What is left then
  // has no link: the same on every machine.
  bool MayWork(const Token& a, const Token& b) {
    work_ += a.sounds.size() * b.sounds.size();
    return work_ <= kMaxWork;
  }

  void CollectPairs() {
    for (size_t i = 0; i < query_.size(); ++i) {
      for (size_t j = 0; j < candidate_.size(); ++j) {
        if (!Left(i, j) || !MayWork(query_[i], candidate_[j])) continue;
        const WordMatch match = CompareWords(query_[i], candidate_[j], kind_);
        if (match.similarity == 0) continue;
        const int weight = query_[i].weight + candidate_[j].weight;
        found_.push_back({MakeLink(i, 1, j, 1, match), match.similarity * weight});
      }
    }
  }

  // Two or three neighbours of `parts` against one word of `wholes`.
  void CollectJoined(const std::vector<Token>& parts, const std::vector<Token>& wholes,
                     bool swapped) {
    const uint64_t left = swapped ? out_.candidate_left : out_.query_left;
    for (size_t i = 0; i + 1 < parts.size(); ++i) {
      for (int count = 2; count <= 3 && i + static_cast<size_t>(count) <= parts.size(); ++count) {
        if ((left & Run(i, static_cast<size_t>(count))) != Run(i, static_cast<size_t>(count)))
          break;
        for (size_t j = 0; j < wholes.size(); ++j) Joined(parts, i, count, wholes, j, swapped);
      }
    }
  }

  // A cheap look before the distance is computed.
  static bool MayBegin(const Token& part, const Token& whole) {
    return part.reading != Reading::kLetters || whole.reading != Reading::kLetters ||
           part.cls == TokenClass::kParticle || part.text[0] == whole.text[0] ||
           part.sounds[0] == whole.sounds[0];
  }

  // Words that the tables know are no misspelt part of another: "Krung Thai" is
  // not "Krungthep".
  static constexpr int kSurelyJoined = 900;

  static bool IsKnown(const Token& token) {
    return token.concept_id != 0 && token.cls != TokenClass::kGiven;
  }

  static bool AnyKnown(const std::vector<Token>& parts, size_t i, int count) {
    const auto first = parts.begin() + static_cast<std::ptrdiff_t>(i);
    return std::any_of(first, first + count, IsKnown);
  }

  void Joined(const std::vector<Token>& parts, size_t i, int count,
              const std::vector<Token>& wholes, size_t j, bool swapped) {
    const uint64_t left = swapped ? out_.query_left : out_.candidate_left;
    if ((left & Bit(j)) == 0 || wholes[j].text.size() < 4) return;
    if (!MayBegin(parts[i], wholes[j]) || !MayWork(parts[i], wholes[j])) return;
    const WordMatch match = CompareJoined(&parts[i], count, wholes[j]);
    if (match.similarity == 0) return;
    const bool known = IsKnown(wholes[j]) && AnyKnown(parts, i, count);
    if (known && match.similarity < kSurelyJoined) return;
    int weight = 2 * wholes[j].weight;
    // All its parts are explained at once, which single links cannot do.
    for (int k = 0; k < count; ++k) weight += parts[i + static_cast<size_t>(k)].weight / 2;
    const Link link = swapped ? MakeLink(j, 1, i, count, match) : MakeLink(i, count, j, 1, match);
    found_.push_back({link, match.similarity * weight});
  }

  void SortFound() {
    std::sort(found_.begin(), found_.end(), [](const Scored& a, const Scored& b) {
      if (a.value != b.value) return a.value > b.value;
      if (a.link.query != b.link.query) return a.link.query < b.link.query;
      return a.link.candidate < b.link.candidate;
    });
  }

  // The best links of this similarity and more. What is only a little like an
  // acronym must not take it away from the words it is made of.
  void TakeFrom(int least) {
    for (const Scored& scored : found_) {
      const Link& link = scored.link;
      if (link.similarity < least) continue;
      const uint64_t query = Run(link.query, link.query_count);
      const uint64_t candidate = Run(link.candidate, link.candidate_count);
      if ((out_.query_left & query) == query && (out_.candidate_left & candidate) == candidate) {
        Take(link.feature == Feature::kInitial ? WithHyphenated(link) : link);
      }
    }
  }

  // "H." stands for all of "Hyun-woo".
  Link WithHyphenated(Link link) const {
    const bool of_query = query_[link.query].text.size() == 1;
    const std::vector<Token>& full = of_query ? candidate_ : query_;
    const uint64_t left = of_query ? out_.candidate_left : out_.query_left;
    uint8_t& count = of_query ? link.candidate_count : link.query_count;
    const size_t first = of_query ? link.candidate : link.query;
    while (first + count < full.size() && full[first + count].joined &&
           (left & Bit(first + count)) != 0) {
      ++count;
    }
    return link;
  }

  void LinkAcronyms() {
    Link link;
    if (FindAcronym({query_, out_.query_left, query_form_},
                    {candidate_, out_.candidate_left, candidate_form_}, &link)) {
      Take(link);
    }
    Link reverse;
    if (FindAcronym({candidate_, out_.candidate_left, candidate_form_},
                    {query_, out_.query_left, query_form_}, &reverse)) {
      Take({reverse.candidate, reverse.candidate_count, reverse.query, reverse.query_count,
            reverse.similarity, reverse.feature});
    }
  }

  const std::vector<Token>& query_;
  const std::vector<Token>& candidate_;
  const absl::string_view query_form_, candidate_form_;
  const Kind kind_;
  const bool acronyms_;  // a person has none
  Alignment out_;
  size_t work_ = 0;
  absl::InlinedVector<Scored, 32> found_;
};

}  // namespace

Alignment Align(const NormalizedName& query, const NormalizedName& candidate, Kind kind) {
  return Aligner(query, candidate, kind).Run_();
}

}  // namespace probity::matching
