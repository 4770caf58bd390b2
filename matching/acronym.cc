#include "matching/acronym.h"

#include <algorithm>

#include "matching/params.h"
#include "matching/text.h"

namespace probity::matching {
namespace {

constexpr size_t kMinLetters = 2;
constexpr size_t kMaxLetters = 8;

bool IsSmall(const Token& token) {
  return token.cls == TokenClass::kStop || token.cls == TokenClass::kParticle;
}

bool MayBeAcronym(const Token& token) {
  if (token.reading != Reading::kLetters) return false;  // "मिशी" is a word
  if (token.text.size() < kMinLetters || token.text.size() > kMaxLetters) return false;
  return token.cls == TokenClass::kWord || token.cls == TokenClass::kInitial;
}

struct Initials {
  char letters[kMaxWords + 4];
  uint8_t at[kMaxWords];
  size_t count = 0;  // of words
  size_t all = 0;    // with the legal form
};

Initials InitialsOf(const OpenWords& words, bool with_small) {
  Initials out;
  for (size_t i = 0; i < words.tokens.size(); ++i) {
    const Token& token = words.tokens[i];
    if ((words.left >> i & 1) == 0 || (!with_small && IsSmall(token))) continue;
    out.letters[out.count] = token.text[0];
    out.at[out.count++] = static_cast<uint8_t>(i);
  }
  out.all = out.count;
  for (char c : words.form_initials.substr(0, 4)) out.letters[out.all++] = c;
  return out;
}

// Position in `initials` where `text` begins; -1 if nowhere.
int FindIn(const Initials& initials, const std::string& text) {
  for (size_t from = 0; from < initials.count && from + text.size() <= initials.all; ++from) {
    size_t same = 0;
    while (same < text.size() && initials.letters[from + same] == text[same]) ++same;
    if (same == text.size()) return static_cast<int>(from);
  }
  return -1;
}

int SimilarityOfWhole(size_t letters) {
  if (letters >= 5) return kParams.acronym_whole;
  return letters == 4 ? kParams.acronym_four : kParams.acronym_three;
}

bool TryAcronym(const Token& token, size_t index, const OpenWords& longs, bool with_small,
                Link* link) {
  const Initials initials = InitialsOf(longs, with_small);
  const int from = FindIn(initials, token.text);
  if (from < 0) return false;
  const size_t end = std::min(static_cast<size_t>(from) + token.text.size(), initials.count);
  if (end - static_cast<size_t>(from) < 2) return false;
  // "Medi-Physics, Inc." is hardly "MPI": two words and a form are too few.
  const bool whole = from == 0 && end == initials.count && end >= 3;
  link->query = static_cast<uint8_t>(index);
  link->query_count = 1;
  link->candidate = initials.at[from];
  link->candidate_count = static_cast<uint8_t>(initials.at[end - 1] - initials.at[from] + 1);
  link->similarity =
      static_cast<int16_t>(whole ? SimilarityOfWhole(token.text.size()) : kParams.acronym_part);
  link->feature = Feature::kAcronym;
  return true;
}

// Beginnings of neighbouring words, joined: "Norinco" of "North Industries
// Corporation", "Interpol" of "International Police".
class Syllables {
 public:
  Syllables(const std::string& text, const OpenWords& longs) : text_(text) {
    for (size_t i = 0; i < longs.tokens.size(); ++i) {
      if ((longs.left >> i & 1) != 0 && !IsSmall(longs.tokens[i])) words_[count_++] = i;
    }
    tokens_ = longs.tokens.data();
    form_ = longs.form_initials;
  }

  bool Find(Link* link) {
    for (first_ = 0; first_ < count_; ++first_) {
      if (!Fits(0, first_)) continue;
      link->candidate = static_cast<uint8_t>(words_[first_]);
      link->candidate_count = static_cast<uint8_t>(words_[end_ - 1] - words_[first_] + 1);
      link->similarity = static_cast<int16_t>(
          first_ == 0 && end_ == count_ ? kParams.acronym_whole : kParams.acronym_three);
      return true;
    }
    return false;
  }

 private:
  // Whether the text from `at` is made of beginnings of the words from `word`.
  bool Fits(size_t at, size_t word) {
    if (++steps_ > kMaxSteps) return false;
    const size_t used = word - first_;
    const absl::string_view rest = absl::string_view(text_).substr(at);
    const bool form = rest == "co" && form_.find('c') != absl::string_view::npos;
    if (rest.empty() || form) {
      end_ = word;
      return shortest_ >= 2 && (used >= 3 || (used == 2 && text_.size() >= 6 && at >= 5));
    }
    if (word == count_ || used > 4) return false;
    const std::string& text = tokens_[words_[word]].text;
    size_t same = 0;
    while (same < rest.size() && same < text.size() && rest[same] == text[same]) ++same;
    for (; same > 0; --same) {
      const size_t before = shortest_;
      shortest_ = std::min(shortest_, same);
      if (Fits(at + same, word + 1)) return true;
      shortest_ = before;
    }
    return false;
  }

  static constexpr int kMaxSteps = 400;  // tenfold what names need

  const std::string& text_;
  const Token* tokens_;
  absl::string_view form_;
  int steps_ = 0;
  size_t words_[kMaxWords];
  size_t count_ = 0, first_ = 0, end_ = 0;
  size_t shortest_ = kMaxWords;
};

bool TrySyllables(const Token& token, size_t index, const OpenWords& longs, Link* link) {
  constexpr size_t kShortest = 5, kLongest = 14;
  if (token.cls != TokenClass::kWord || token.reading != Reading::kLetters) return false;
  if (token.text.size() < kShortest || token.text.size() > kLongest) return false;
  if (!Syllables(token.text, longs).Find(link)) return false;
  link->query = static_cast<uint8_t>(index);
  link->query_count = 1;
  link->feature = Feature::kAcronym;
  return true;
}

}  // namespace

bool FindAcronym(const OpenWords& shorts, const OpenWords& longs, Link* link) {
  if (shorts.left == 0 || (longs.left & (longs.left - 1)) == 0) return false;
  for (size_t i = 0; i < shorts.tokens.size(); ++i) {
    const Token& token = shorts.tokens[i];
    if ((shorts.left >> i & 1) == 0) continue;
    if (TrySyllables(token, i, longs, link)) return true;
    if (!MayBeAcronym(token)) continue;
    if (TryAcronym(token, i, longs, false, link)) return true;
    // Three letters, one of them for "and", are too easily found.
    if (token.text.size() > 3 && TryAcronym(token, i, longs, true, link)) return true;
  }
  return false;
}

}  // namespace probity::matching
