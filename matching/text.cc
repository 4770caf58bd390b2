#include "matching/text.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uscript.h>
#include <unicode/utf8.h>

#include <algorithm>

#include "base/utf8.h"
#include "matching/lookalikes.h"

namespace probity::matching {
namespace {

Script FromIcu(UScriptCode code) {
  switch (code) {
    case USCRIPT_LATIN:
      return Script::kLatin;
    case USCRIPT_CYRILLIC:
      return Script::kCyrillic;
    case USCRIPT_GREEK:
      return Script::kGreek;
    case USCRIPT_ARMENIAN:
      return Script::kArmenian;
    case USCRIPT_GEORGIAN:
      return Script::kGeorgian;
    case USCRIPT_ARABIC:
      return Script::kArabic;
    case USCRIPT_HEBREW:
      return Script::kHebrew;
    case USCRIPT_DEVANAGARI:
    case USCRIPT_BENGALI:
    case USCRIPT_GURMUKHI:
    case USCRIPT_GUJARATI:
    case USCRIPT_ORIYA:
    case USCRIPT_TAMIL:
    case USCRIPT_TELUGU:
    case USCRIPT_KANNADA:
    case USCRIPT_MALAYALAM:
    case USCRIPT_SINHALA:
      return Script::kIndic;
    case USCRIPT_THAI:
      return Script::kThai;
    case USCRIPT_HAN:
      return Script::kHan;
    case USCRIPT_HIRAGANA:
    case USCRIPT_KATAKANA:
      return Script::kKana;
    case USCRIPT_HANGUL:
      return Script::kHangul;
    default:
      return Script::kOther;
  }
}

constexpr char32_t kLongVowelMark = 0x30FC;  // ー belongs to no script of its own
constexpr char32_t kIterationMark = 0x3005;  // 々
constexpr char32_t kTatweel = 0x0640;        // makes Arabic words longer on letterheads

// Tones, and the sign of a short vowel: writers leave them out and mix them up.
bool IsThaiTone(char32_t c) { return c >= 0x0E47 && c <= 0x0E4B; }

Script ScriptOf(char32_t c) {
  if (c < 0x80) return Script::kLatin;
  if (c == kLongVowelMark) return Script::kKana;
  if (c == kIterationMark) return Script::kHan;
  UErrorCode error = U_ZERO_ERROR;
  return FromIcu(uscript_getScript(static_cast<UChar32>(c), &error));
}

bool IsMark(char32_t c) {
  const int8_t type = u_charType(static_cast<UChar32>(c));
  return type == U_NON_SPACING_MARK || type == U_COMBINING_SPACING_MARK || type == U_ENCLOSING_MARK;
}

// Marks are accents in these scripts, and letters in the others.
bool MarksAreAccents(Script script) {
  return script == Script::kLatin || script == Script::kGreek || script == Script::kCyrillic;
}

bool IsApostrophe(char32_t c) {
  return c == '\'' || c == '`' || c == 0xB4 || (c >= 0x2018 && c <= 0x201B) || c == 0x2BC ||
         c == 0x2BB || c == 0x2BF || c == 0x2BE || c == 0x5F3 || c == 0x5F4;
}

bool IsDash(char32_t c) {
  return c == '-' || c == '/' || c == '_' || (c >= 0x2010 && c <= 0x2015) || c == 0x30FB ||
         c == 0xB7 || c == 0x2212;
}

// Signs that stand inside a word only by mistake.
bool IsNoise(char32_t c) {
  return c == '^' || c == '~' || c == '*' || c == '=' || c == '|' || c == '<' || c == '>';
}

const char* SpelledOut(char32_t c) {
  switch (c) {
    case '&':
    case '+':
      return "and";
    case '@':
      return "at";
    case '%':
      return "percent";
    case 0x20AC:
      return "euro";
    case 0xA3:
      return "pound";
    case '$':
      return "dollar";
    case 0xA5:
      return "yen";
    default:
      return nullptr;
  }
}

// Latin letters that carry their mark inside and so do not decompose.
const char* Undecomposable(char32_t c) {
  switch (c) {
    case 0x00E6:
      return "ae";
    case 0x00F0:
      return "d";
    case 0x00F8:
      return "o";
    case 0x00FE:
      return "th";
    case 0x0111:
      return "d";
    case 0x0127:
      return "h";
    case 0x0131:
      return "i";
    case 0x0138:
      return "k";
    case 0x0142:
      return "l";
    case 0x014B:
      return "ng";
    case 0x0153:
      return "oe";
    case 0x0167:
      return "t";
    case 0x0253:
      return "b";
    case 0x0257:
      return "d";
    case 0x0259:
      return "e";
    case 0x0268:
      return "i";
    default:
      return nullptr;
  }
}

bool IsAscii(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return (c & 0x80) == 0; });
}

std::u32string FoldedCodePoints(absl::string_view name) {
  if (IsAscii(name)) {
    std::u32string out(name.begin(), name.end());
    for (char32_t& c : out) c = c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
    return out;
  }
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* fold = icu::Normalizer2::getNFKCCasefoldInstance(error);
  icu::UnicodeString text = icu::UnicodeString::fromUTF8(
      icu::StringPiece(name.data(), static_cast<int32_t>(name.size())));
  if (U_SUCCESS(error)) text = fold->normalize(text, error);
  std::u32string out;
  out.reserve(static_cast<size_t>(text.length()));
  for (int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1)) {
    out.push_back(static_cast<char32_t>(text.char32At(i)));
  }
  return out;
}

class Splitter {
 public:
  explicit Splitter(CleanText* out) : out_(out) {}

  void Add(char32_t c) {
    if (c == kTatweel) return;
    if (c < 0x80 ? (c >= 'a' && c <= 'z') : u_isalpha(static_cast<UChar32>(c))) return Letter(c);
    if (c == ' ') return Break(Gap::kSpace);
    const int32_t digit = u_charDigitValue(static_cast<UChar32>(c));
    if (digit >= 0) return Put(static_cast<char32_t>('0' + digit), Script::kDigits);
    if (IsMark(c)) return Mark(c);
    if (IsApostrophe(c)) return Apostrophe();
    if (IsNoise(c) && open_) return;
    if (const char* word = SpelledOut(c)) return Spell(word);
    Gap gap = Gap::kSpace;
    if (c == '.') gap = Gap::kDot;
    if (IsDash(c)) gap = Gap::kHyphen;
    if (c == ',' || c == 0x3001 || c == 0x60C) gap = Gap::kComma;
    Break(gap);
  }

 private:
  void Letter(char32_t c) {
    const Script script = ScriptOf(c);
    if (c < 0x80 || script != Script::kLatin) {
      return MarksAreAccents(script) && c >= 0x80 ? Decomposed(c, script) : Put(c, script);
    }
    if (const char* ascii = Undecomposable(c)) {
      for (; *ascii != 0; ++ascii) Put(static_cast<char32_t>(*ascii), Script::kLatin);
      return;
    }
    Decomposed(c, script);
  }

  // Cyrillic short i, yo and yi are letters of their own.
  void Decomposed(char32_t c, Script script) {
    if (script == Script::kCyrillic) return Put(c, script);
    UErrorCode error = U_ZERO_ERROR;
    const icu::Normalizer2* nfd = icu::Normalizer2::getNFDInstance(error);
    icu::UnicodeString parts;
    if (U_FAILURE(error) || !nfd->getDecomposition(static_cast<UChar32>(c), parts)) {
      return Put(c, script);
    }
    Put(static_cast<char32_t>(parts.char32At(0)), script);
  }

  void Put(char32_t c, Script script) {
    if (open_ && StartsNewWord(script)) Close(Gap::kNone);
    if (!open_) Open();
    Word& word = out_->words.back();
    if (word.letters.empty() || word.script == Script::kDigits) word.script = script;
    if (word.letters.size() < kMaxWordLetters) word.letters.push_back(c);
  }

  bool StartsNewWord(Script script) const {
    const Script now = out_->words.back().script;
    if (script == now || script == Script::kDigits) return false;
    return IsUnspaced(script) || IsUnspaced(now);
  }

  // Behind some Hebrew letters it makes another sound: ג is "g", ג׳ is "j".
  void Apostrophe() {
    constexpr std::u32string_view kChanged = U"גזצץתד";
    if (!open_ || out_->words.back().script != Script::kHebrew) return;
    std::u32string& letters = out_->words.back().letters;
    const bool changes = kChanged.find(letters.back()) != std::u32string_view::npos;
    if (changes && letters.size() < kMaxWordLetters) letters.push_back(kGeresh);
  }

  void Mark(char32_t c) {
    if (IsThaiTone(c)) return;
    if (!open_ || MarksAreAccents(out_->words.back().script)) return;
    Word& word = out_->words.back();
    if (word.letters.size() < kMaxWordLetters) word.letters.push_back(c);
  }

  void Spell(const char* word) {
    Break(Gap::kSpace);
    for (; *word != 0; ++word) Put(static_cast<char32_t>(*word), Script::kLatin);
    Break(Gap::kSpace);
  }

  void Open() {
    open_ = true;
    out_->words.emplace_back();
    out_->words.back().gap = gap_;
  }

  void Close(Gap gap) {
    open_ = false;
    gap_ = gap;
  }

  // A comma wins over what else stands in the gap; two signs make a space.
  void Break(Gap gap) {
    if (open_) return Close(gap);
    gap_ = gap == Gap::kComma || gap_ == Gap::kComma ? Gap::kComma : Gap::kSpace;
  }

  CleanText* out_;
  bool open_ = false;
  Gap gap_ = Gap::kSpace;
};

}  // namespace

bool IsUnspaced(Script script) {
  return script == Script::kHan || script == Script::kKana || script == Script::kHangul ||
         script == Script::kThai;
}

void AppendUtf8(char32_t c, std::string* out) {
  char bytes[U8_MAX_LENGTH];
  int32_t length = 0;
  U8_APPEND_UNSAFE(bytes, length, static_cast<UChar32>(c));
  out->append(bytes, static_cast<size_t>(length));
}

std::string ToUtf8(const std::u32string& letters) {
  std::string out;
  for (char32_t c : letters) AppendUtf8(c, &out);
  return out;
}

CleanText Clean(absl::string_view name) {
  CleanText out;
  const absl::string_view kept = CutUtf8(name, kMaxNameBytes);
  out.truncated = kept.size() < name.size();
  Splitter splitter(&out);
  for (char32_t c : FoldedCodePoints(kept)) splitter.Add(c);
  if (out.words.size() > kMaxWords) {
    out.words.resize(kMaxWords);
    out.truncated = true;
  }
  out.lookalikes = ReplaceLookalikes(&out.words);
  return out;
}

}  // namespace probity::matching
