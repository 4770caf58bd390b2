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

constexpr int kMaxSteps = 400;  // tenfold what names need

// First letters of the open words and, behind them, of the legal form.
struct Initials {
  struct Letter {
    char letter;
    bool small;  // of a small word or the form: may be left out
    uint8_t at;  // its word
  };
  Letter letters[kMaxWords + 4];
  size_t words = 0;
  size_t all = 0;  // with the legal form
};

Initials InitialsOf(const OpenWords& open) {
  Initials out;
  for (size_t i = 0; i < open.tokens.size(); ++i) {
    const Token& token = open.tokens[i];
    if ((open.left >> i & 1) == 0) continue;
    out.letters[out.words++] = {token.text[0], IsSmall(token), static_cast<uint8_t>(i)};
  }
  out.all = out.words;
  for (char c : open.form_initials.substr(0, 4)) out.letters[out.all++] = {c, true, 0};
  return out;
}

// Reads an acronym out of initials. Small words are read or left out, one by
// one: "MODAFL" is "Ministry of Defense and Armed Forces Logistics". Three
// letters, one of them for "and", are too easily found.
class AcronymReader {
 public:
  AcronymReader(const Initials& initials, absl::string_view text)
      : initials_(initials), text_(text), may_be_small_(text.size() > 3) {}

  // Whether the text begins at the word `from`. All tries share a bound on steps.
  bool ReadFrom(size_t from) {
    first_ = last_ = from;
    form_read_ = form_end_ = 0;
    return initials_.letters[from].letter == text_[0] && MayRead(from) && Read(from, 0, 0);
  }

  size_t words_read() const { return words_read_; }
  size_t last() const { return last_; }
  // The legal form gave a letter, but not its first ones.
  bool skips_form() const { return form_end_ > form_read_; }

  // No word that carries the name is left out.
  bool IsWhole() const {
    for (size_t i = 0; i < initials_.words; ++i) {
      if ((i < first_ || i > last_) && !initials_.letters[i].small) return false;
    }
    return true;
  }

 private:
  bool MayRead(size_t i) const {
    return i >= initials_.words || may_be_small_ || !initials_.letters[i].small;
  }

  bool Read(size_t i, size_t at, size_t words) {
    if (++steps_ > kMaxSteps) return false;
    if (at == text_.size()) {
      words_read_ = words;
      return words > 1;
    }
    if (i == initials_.all) return false;
    const bool word = i < initials_.words;
    if (initials_.letters[i].letter == text_[at] && MayRead(i)) {
      if (Read(i + 1, at + 1, words + word)) {
        if (word && i >= last_) last_ = i;
        if (!word) AddFormLetter(i);
        return true;
      }
    }
    return initials_.letters[i].small && Read(i + 1, at, words);
  }

  void AddFormLetter(size_t i) {
    ++form_read_;
    form_end_ = std::max(form_end_, i + 1 - initials_.words);
  }

  const Initials& initials_;
  const absl::string_view text_;
  const bool may_be_small_;
  size_t first_ = 0, last_ = 0;
  size_t words_read_ = 0;
  size_t form_read_ = 0, form_end_ = 0;  // letters of the form; where the last of them stands
  int steps_ = 0;
};

int SimilarityOfWhole(size_t letters) {
  if (letters >= 5) return kParams.acronym_whole;
  return letters == 4 ? kParams.acronym_four : kParams.acronym_three;
}

bool TryAcronym(const Token& token, size_t index, const OpenWords& longs, Link* link) {
  const Initials initials = InitialsOf(longs);
  AcronymReader reader(initials, token.text);
  for (size_t from = 0; from < initials.words; ++from) {
    if (!reader.ReadFrom(from)) continue;
    // "Medi-Physics, Inc." is hardly "MPI": two words and a form are too few.
    const bool whole = reader.IsWhole() && reader.words_read() >= 3;
    const uint8_t first = initials.letters[from].at, last = initials.letters[reader.last()].at;
    link->query = static_cast<uint8_t>(index);
    link->query_count = 1;
    link->candidate = first;
    link->candidate_count = static_cast<uint8_t>(last - first + 1);
    const int part = reader.skips_form() ? kParams.acronym_of_form : kParams.acronym_part;
    link->similarity = static_cast<int16_t>(whole ? SimilarityOfWhole(token.text.size()) : part);
    link->feature = Feature::kAcronym;
    return true;
  }
  return false;
}

// Beginnings of neighbouring words, joined: "Norinco" of "North Industries
// Corporation", "Interpol" of "International Police".
class Syllables {
 public:
  // Characters are not made of the beginnings of others.
  Syllables(const Token& token, const OpenWords& longs) : text_(token.text) {
    for (size_t i = 0; i < longs.tokens.size(); ++i) {
      const Token& word = longs.tokens[i];
      const bool characters = !token.native.empty() && !word.native.empty();
      if ((longs.left >> i & 1) != 0 && !IsSmall(word) && !characters) words_[count_++] = i;
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
  if (!Syllables(token, longs).Find(link)) return false;
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
    if (TryAcronym(token, i, longs, link)) return true;
  }
  return false;
}

}  // namespace probity::matching
