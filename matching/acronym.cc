#include "matching/acronym.h"

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
  char letters[kMaxWords];
  uint8_t at[kMaxWords];
  size_t count = 0;
};

// First letters of the unlinked words. Han and Hangul words count syllables no
// acronym shows, so they give their first one only.
Initials InitialsOf(const std::vector<Token>& tokens, uint64_t left, bool with_small) {
  Initials out;
  for (size_t i = 0; i < tokens.size(); ++i) {
    if ((left >> i & 1) == 0 || (!with_small && IsSmall(tokens[i]))) continue;
    out.letters[out.count] = tokens[i].text[0];
    out.at[out.count++] = static_cast<uint8_t>(i);
  }
  return out;
}

// Position in `initials` where `text` begins; -1 if nowhere.
int FindIn(const Initials& initials, const std::string& text) {
  for (size_t from = 0; from + text.size() <= initials.count; ++from) {
    size_t same = 0;
    while (same < text.size() && initials.letters[from + same] == text[same]) ++same;
    if (same == text.size()) return static_cast<int>(from);
  }
  return -1;
}

bool TryAcronym(const Token& token, size_t index, const std::vector<Token>& longs, uint64_t left,
                bool with_small, Link* link) {
  const Initials initials = InitialsOf(longs, left, with_small);
  const int from = FindIn(initials, token.text);
  if (from < 0) return false;
  const size_t last = static_cast<size_t>(from) + token.text.size() - 1;
  const bool whole = token.text.size() == initials.count && token.text.size() >= 3;
  link->query = static_cast<uint8_t>(index);
  link->query_count = 1;
  link->candidate = initials.at[from];
  link->candidate_count = static_cast<uint8_t>(initials.at[last] - initials.at[from] + 1);
  link->similarity = static_cast<int16_t>(whole ? kParams.acronym_whole : kParams.acronym_part);
  link->feature = Feature::kAcronym;
  return true;
}

}  // namespace

bool FindAcronym(const std::vector<Token>& shorts, uint64_t shorts_left,
                 const std::vector<Token>& longs, uint64_t longs_left, Link* link) {
  if (shorts_left == 0 || (longs_left & (longs_left - 1)) == 0) return false;
  for (size_t i = 0; i < shorts.size(); ++i) {
    if ((shorts_left >> i & 1) == 0 || !MayBeAcronym(shorts[i])) continue;
    if (TryAcronym(shorts[i], i, longs, longs_left, false, link)) return true;
    if (TryAcronym(shorts[i], i, longs, longs_left, true, link)) return true;
  }
  return false;
}

}  // namespace probity::matching
