#include "matching/segment.h"

#include <algorithm>

#include "matching/han.h"
#include "matching/spelled_letters.h"

namespace probity::matching {
namespace {

constexpr std::u32string_view kArticle = U"ال";
constexpr std::u32string_view kAllah = U"الله";

// Chinese and Korean family names of two characters; all others have one.
constexpr std::u32string_view kDoubleSurnames[] = {
    U"欧阳", U"司马", U"上官", U"诸葛", U"司徒", U"夏侯", U"皇甫", U"慕容", U"东方",
    U"尉迟", U"公孙", U"令狐", U"端木", U"独孤", U"남궁", U"황보", U"제갈", U"선우"};

Token Make(const std::u32string& letters, Script script, bool joined) {
  Token token;
  token.text = Romanize(letters, script);
  token.reading = ReadingOf(script);
  token.native = NativeOf({letters, script, Gap::kSpace});
  token.joined = joined;
  return token;
}

bool IsJoined(const Word& word) {
  return word.gap == Gap::kNone || word.gap == Gap::kDot || word.gap == Gap::kHyphen;
}

class Segmenter {
 public:
  Segmenter(const Tables& tables, Kind kind, std::vector<Token>* out)
      : tables_(tables), kind_(kind), out_(out) {}

  void Add(const Word& word, bool alone) {
    if (IsUnspaced(word.script)) {
      Cut(WithoutSpelled(SimplifyHan(word.letters), word), word, alone);
    } else if (word.script == Script::kArabic) {
      AddArabic(word);
    } else {
      Append(Make(word.letters, word.script, IsJoined(word)));
    }
  }

 private:
  void Append(Token token) {
    if (!token.text.empty() && out_->size() < kMaxWords) out_->push_back(std::move(token));
  }

  // "الشركة" is the article and a word; God's name is one word.
  void AddArabic(const Word& word) {
    const std::u32string& letters = word.letters;
    const std::string whole = ToUtf8(letters);
    if (tables_.FindWord(whole) != nullptr || tables_.FindForm(whole) != nullptr ||
        letters.size() < 5 || letters.compare(0, kArticle.size(), kArticle) != 0 ||
        letters.compare(0, kAllah.size(), kAllah) == 0) {
      return Append(Make(letters, word.script, IsJoined(word)));
    }
    Append(Make(std::u32string(kArticle), word.script, IsJoined(word)));
    Append(Make(letters.substr(kArticle.size()), word.script, true));
  }

  // Firms are called by letters, people are not. A known word follows, or
  // nothing: "엘지전자" is LG Electronics.
  std::u32string WithoutSpelled(std::u32string letters, const Word& word) {
    if (kind_ == Kind::kPerson || tables_.LongestPrefix(letters, 0, false) > 0) return letters;
    SpelledLetters spelled = FindSpelledLetters(letters, word.script);
    const bool all = spelled.size == letters.size();
    if (spelled.size == 0 || (!all && tables_.LongestPrefix(letters, spelled.size, false) == 0)) {
      return letters;
    }
    Token token;
    token.text = std::move(spelled.latin);
    token.joined = IsJoined(word);
    Append(std::move(token));
    return letters.substr(spelled.size);
  }

  // Known words are cut out; what is left between two of them is one token.
  void Cut(const std::u32string& letters, const Word& word, bool alone) {
    const size_t before = out_->size();
    size_t rest = 0, at = 0;
    while (at < letters.size()) {
      const size_t known = tables_.LongestPrefix(letters, at, kind_ == Kind::kPerson);
      if (known == 0) {
        ++at;
        continue;
      }
      Piece(letters, rest, at, word, before);
      Piece(letters, at, at + known, word, before);
      rest = at += known;
    }
    if (rest == 0 && LooksPersonal(letters, word.script, alone)) {
      const size_t family = SurnameLength(letters);
      Piece(letters, 0, family, word, before);
      rest = family;
      // Korean names differ by the syllable: "Jung-geun" is not "Jung-hwan".
      const bool korean = word.script == Script::kHangul && kind_ == Kind::kPerson;
      for (; korean && rest + 1 < letters.size(); ++rest)
        Piece(letters, rest, rest + 1, word, before);
    }
    Piece(letters, rest, letters.size(), word, before);
  }

  void Piece(const std::u32string& letters, size_t from, size_t to, const Word& word,
             size_t first) {
    if (from >= to) return;
    const bool joined = out_->size() > first || IsJoined(word);
    Append(Make(letters.substr(from, to - from), word.script, joined));
  }

  bool LooksPersonal(const std::u32string& letters, Script script, bool alone) const {
    if (script != Script::kHan && script != Script::kHangul) return false;
    if (letters.size() < 2 || letters.size() > 4 || !alone) return false;
    return kind_ == Kind::kPerson || kind_ == Kind::kAny;
  }

  static size_t SurnameLength(const std::u32string& letters) {
    const std::u32string_view two = std::u32string_view(letters).substr(0, 2);
    const bool is_double = std::find(std::begin(kDoubleSurnames), std::end(kDoubleSurnames), two) !=
                           std::end(kDoubleSurnames);
    return letters.size() > 2 && is_double ? 2 : 1;
  }

  const Tables& tables_;
  const Kind kind_;
  std::vector<Token>* out_;
};

// Chinese characters only resemble the sounds of a foreign name, whose parts
// stand with a dot between them: 列夫·托尔斯泰.
void MarkForeign(const CleanText& clean, std::vector<Token>* tokens) {
  const bool dotted = clean.words.size() > 1 &&
                      std::all_of(clean.words.begin(), clean.words.end(),
                                  [](const Word& word) { return word.script == Script::kHan; }) &&
                      std::any_of(clean.words.begin(), clean.words.end(),
                                  [](const Word& word) { return word.gap == Gap::kHyphen; });
  if (!dotted) return;
  for (Token& token : *tokens) token.reading = Reading::kSyllables;
}

}  // namespace

std::vector<Token> Segment(const Tables& tables, const CleanText& clean, Kind kind) {
  std::vector<Token> tokens;
  Segmenter segmenter(tables, kind, &tokens);
  for (const Word& word : clean.words) segmenter.Add(word, clean.words.size() == 1);
  if (kind == Kind::kPerson || kind == Kind::kAny) MarkForeign(clean, &tokens);
  return tokens;
}

}  // namespace probity::matching
