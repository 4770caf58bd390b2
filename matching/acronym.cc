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
  const bool whole = from == 0 && end == initials.count && token.text.size() >= 3;
  link->query = static_cast<uint8_t>(index);
  link->query_count = 1;
  link->candidate = initials.at[from];
  link->candidate_count = static_cast<uint8_t>(initials.at[end - 1] - initials.at[from] + 1);
  link->similarity =
      static_cast<int16_t>(whole ? SimilarityOfWhole(token.text.size()) : kParams.acronym_part);
  link->feature = Feature::kAcronym;
  return true;
}

}  // namespace

bool FindAcronym(const OpenWords& shorts, const OpenWords& longs, Link* link) {
  if (shorts.left == 0 || (longs.left & (longs.left - 1)) == 0) return false;
  for (size_t i = 0; i < shorts.tokens.size(); ++i) {
    const Token& token = shorts.tokens[i];
    if ((shorts.left >> i & 1) == 0 || !MayBeAcronym(token)) continue;
    if (TryAcronym(token, i, longs, false, link)) return true;
    // Three letters, one of them for "and", are too easily found.
    if (token.text.size() > 3 && TryAcronym(token, i, longs, true, link)) return true;
  }
  return false;
}

}  // namespace probity::matching
