#include "matching/normalizer.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "matching/acronym.h"
#include "matching/legal_forms.h"
#include "matching/params.h"
#include "matching/segment.h"
#include "matching/slavic_endings.h"
#include "matching/sound.h"
#include "matching/text.h"

namespace probity::matching {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool AllDigits(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), IsDigit);
}

// "1st" and "23rd" say "1" and "23".
absl::string_view WithoutOrdinalEnding(absl::string_view text) {
  size_t digits = 0;
  while (digits < text.size() && IsDigit(text[digits])) ++digits;
  if (digits == 0) return text;
  const absl::string_view ending = text.substr(digits);
  constexpr absl::string_view kEndings[] = {"st", "nd", "rd", "th", "er", "eme"};
  const bool ordinal =
      std::find(std::begin(kEndings), std::end(kEndings), ending) != std::end(kEndings);
  return ordinal ? text.substr(0, digits) : text;
}

std::string NumberText(absl::string_view text) {
  text = WithoutOrdinalEnding(text);
  while (text.size() > 1 && text[0] == '0' && AllDigits(text)) text.remove_prefix(1);
  return std::string(text);
}

// The Arabic article before a sun letter: "as-Sadr", "ar-Rahman".
bool IsAssimilatedArticle(const Token& token, const Token& next) {
  const std::string& text = token.text;
  if (text.size() < 2 || text.size() > 3 || text[0] != 'a' || !next.joined) return false;
  return !next.text.empty() && absl::StartsWith(next.text, absl::string_view(text).substr(1));
}

constexpr uint8_t kAcronymWeight = 20;

uint8_t LengthWeight(size_t letters, bool person) {
  constexpr uint8_t kByLength[] = {0, 25, 60, 80, 92};
  constexpr uint8_t kOfPerson[] = {0, 25, 85, 92, 96};  // Li, Vu, Oh are family names
  if (letters >= 5) return 100;
  return person ? kOfPerson[letters] : kByLength[letters];
}

// A particle in front may be a family name: "Lê", "Đỗ", "Van".
constexpr uint8_t kFirstParticle = 70;

// Pinyin loses what the characters tell; all other scripts are compared in Latin.
bool IsHan(absl::string_view native) {
  return native.size() >= 3 && static_cast<unsigned char>(native[0]) >= 0xE4 &&
         static_cast<unsigned char>(native[0]) <= 0xE9;
}

// "J.", and in alphabets other than the Latin "Ю.", which is "yu". Two bytes are
// Cyrillic, Greek or Armenian; the rest of them are abjads.
bool IsOneLetter(const Token& token) {
  if (token.native.empty()) return token.text.size() == 1;
  return token.native.size() == 2 && token.reading == Reading::kLetters;
}

class Classifier {
 public:
  Classifier(const Tables& tables, NormalizedName* name) : tables_(tables), name_(name) {}

  void Run() {
    letters_are_initials_ = name_->kind == Kind::kPerson || LooksPersonal();
    if (name_->kind != Kind::kPerson && name_->kind != Kind::kAddress) {
      if (!letters_are_initials_) JoinSingleLetters();
      JoinPhrases();
    }
    std::vector<Token>& tokens = name_->tokens;
    for (size_t i = 0; i < tokens.size(); ++i) {
      const bool article = i + 1 < tokens.size() && IsAssimilatedArticle(tokens[i], tokens[i + 1]);
      Classify(&tokens[i], article);
    }
    SpellGivenNames();
    if (name_->kind == Kind::kVessel) MarkVesselPrefix();
    if (name_->kind != Kind::kPerson) MarkAcronym();
    if (name_->kind == Kind::kAny) name_->kind = Guess();
  }

 private:
  // "J. S. Bach" of no given kind: nothing says that it is a firm.
  bool LooksPersonal() const {
    if (name_->kind != Kind::kAny || !name_->legal_forms.empty()) return false;
    bool has_word = false;
    for (const Token& token : name_->tokens) {
      const KnownWord* word = tables_.FindWord(token.native.empty() ? token.text : token.native);
      if (word != nullptr && word->cls == TokenClass::kBusiness) return false;
      has_word = has_word || token.text.size() > 2;
    }
    return has_word;
  }

  // "I B M" and "I.B.M." are "IBM", and "H & M" is "HM".
  void JoinSingleLetters() {
    std::vector<Token> out;
    bool run = false;
    for (Token& token : name_->tokens) {
      const bool single = token.text.size() == 1 && !IsDigit(token.text[0]);
      if (run && token.text == "and" && &token != &name_->tokens.back() &&
          (&token)[1].text.size() == 1) {
        continue;
      }
      if (single && run) {
        out.back().text += token.text;
        continue;
      }
      run = single;
      out.push_back(std::move(token));
    }
    name_->tokens = std::move(out);
  }

  // "Hong Kong" and "real estate" are one word of the tables.
  void JoinPhrases() {
    std::vector<Token>& tokens = name_->tokens;
    for (size_t i = 0; i + 1 < tokens.size(); ++i) {
      for (size_t count = std::min<size_t>(4, tokens.size() - i); count >= 2; --count) {
        std::string text, native;
        for (size_t k = i; k < i + count; ++k) {
          text += tokens[k].text;
          native += tokens[k].native;
        }
        if (!tables_.IsPhrase(native.empty() ? text : native)) continue;
        tokens[i].text = std::move(text);
        tokens[i].native = std::move(native);
        tokens.erase(tokens.begin() + static_cast<std::ptrdiff_t>(i + 1),
                     tokens.begin() + static_cast<std::ptrdiff_t>(i + count));
        break;
      }
    }
  }

  // "MV Ocean Star": motor vessel.
  void MarkVesselPrefix() {
    constexpr absl::string_view kPrefixes[] = {"mv", "mt", "ms", "ss", "fv", "mts", "sv"};
    if (name_->tokens.size() < 2) return;
    Token& first = name_->tokens.front();
    if (std::find(std::begin(kPrefixes), std::end(kPrefixes), first.text) == std::end(kPrefixes)) {
      return;
    }
    first.cls = TokenClass::kTitle;
    first.weight = 4;
  }

  // "Xinjiang Production and Construction Corporation (XPCC)" says it twice.
  void MarkAcronym() {
    std::vector<Token>& tokens = name_->tokens;
    if (tokens.size() < 3) return;
    for (size_t i = 0; i < tokens.size(); ++i) {
      Link link;
      const uint64_t all = (uint64_t{1} << tokens.size()) - 1;
      const uint64_t one = uint64_t{1} << i;
      if (!FindAcronym({tokens, one, ""}, {tokens, all & ~one, name_->form_initials}, &link))
        continue;
      if (link.similarity < kParams.acronym_three) continue;
      tokens[i].acronym = true;
      tokens[i].weight = kAcronymWeight;
    }
  }

  void Classify(Token* token, bool article) {
    token->text = NumberText(token->text);
    FillSounds(token);
    const KnownWord* known = Known(*token, article);
    if (known != nullptr && !IsNoParticle(*known, *token)) {
      token->concept_id = known->concept_id;
      token->cls = known->cls;
      token->weight = known->weight;
      const bool first = token == &name_->tokens.front();
      if (first && name_->kind == Kind::kPerson && token->cls == TokenClass::kParticle) {
        token->weight = kFirstParticle;
      }
    } else if (AllDigits(token->text)) {
      token->cls = TokenClass::kNumber;
      token->weight = 60;
    } else if (article) {
      token->cls = TokenClass::kParticle;
      token->weight = 10;
    } else {
      Unknown(token);
    }
    if (!IsHan(token->native)) token->native.clear();
  }

  // A particle stands before a name: "Jong-il" and "Le Thi Van" end with one.
  bool IsNoParticle(const KnownWord& known, const Token& token) const {
    return known.cls == TokenClass::kParticle && name_->kind == Kind::kPerson &&
           name_->tokens.size() > 1 && &token == &name_->tokens.back();
  }

  // Pinyin says nothing of 小林, nor do the consonants of محمد of its vowels: the
  // table does. Han characters are Japanese where it knows all of them; 中山 is
  // Nakayama, but not in 孙中山.
  void SpellGivenNames() {
    std::vector<Token>& tokens = name_->tokens;
    const bool japanese = std::all_of(tokens.begin(), tokens.end(), [this](const Token& token) {
      return IsHan(token.native) && tables_.FindGivenName(token.native) != nullptr;
    });
    for (Token& token : tokens) {
      if (token.cls == TokenClass::kGiven) SpellAsListed(&token, japanese);
    }
  }

  // Elsewhere only where the name in the table is of the token's sound.
  void SpellAsListed(Token* token, bool surely) const {
    constexpr int kSameSound = 700;
    const std::string& name = tables_.ConceptName(token->concept_id);
    if (!surely) {
      if (token->reading != Reading::kAbjad) return;
      const int alike = SoundSimilarity(token->sounds, SoundsOf(name), token->reading, kSameSound);
      if (alike < kSameSound) return;
    }
    token->text = name;
    token->reading = Reading::kLetters;
    FillSounds(token);
  }

  void Unknown(Token* token) {
    token->weight = std::min(LengthWeight(token->text.size(), name_->kind == Kind::kPerson),
                             tables_.WeightOf(token->text));
    const bool initial = letters_are_initials_ && IsOneLetter(*token);
    if (initial || token->text.size() == 1) token->cls = TokenClass::kInitial;
    if (name_->kind == Kind::kCompany) return;
    if (IsPatronymic(token->text) && MayBePatronymic(*token)) {
      token->cls = TokenClass::kPatronymic;
      token->weight = 50;
    }
  }

  // "David Berkovich" and "Berkovich, David" have it for a family name.
  bool MayBePatronymic(const Token& token) const {
    return name_->tokens.size() > 2 && &token != &name_->tokens.front();
  }

  const KnownWord* Known(const Token& token, bool article) const {
    const bool last = &token == &name_->tokens.back();
    if (last && token.text == "i" && name_->tokens.size() > 1 && name_->kind != Kind::kPerson) {
      return tables_.FindWord("1");  // "Fund I"
    }
    const bool person = name_->kind == Kind::kPerson;
    if (name_->kind == Kind::kAddress) {
      const KnownWord* word =
          tables_.FindAddressWord(token.native.empty() ? token.text : token.native);
      if (word != nullptr) return word;
    }
    if (letters_are_initials_ && IsOneLetter(token)) {
      return IsDigit(token.text[0]) ? tables_.FindWord(token.text) : nullptr;
    }
    const KnownWord* word = tables_.FindWord(token.native.empty() ? token.text : token.native);
    if (word == nullptr) word = WithoutPrefix(token.native);
    if (word == nullptr && !token.native.empty() && token.text.size() >= 6) {
      word = tables_.FindWord(token.text);
    }
    if (word == nullptr && token.text.size() >= 6) word = tables_.FindSound(token.sounds);
    if (word == nullptr && token.text.size() >= 7 && token.reading == Reading::kLetters) {
      word = tables_.FindInflected(token.text);
    }
    if (word != nullptr && (!person || IsPersonal(*word, token))) return word;
    if (article) return nullptr;
    const KnownWord* given = token.native.empty() ? nullptr : tables_.FindGivenName(token.native);
    if (given != nullptr) return given;
    if (name_->kind == Kind::kCompany || name_->kind == Kind::kVessel) return nullptr;
    given = tables_.FindGivenName(token.text);
    if (given == nullptr && token.text.size() >= 5) given = tables_.FindGivenSound(token.sounds);
    return given;
  }

  // Hebrew and Arabic write "and", "to", "in" and "the" as a letter in front.
  const KnownWord* WithoutPrefix(absl::string_view native) const {
    constexpr absl::string_view kPrefixes[] = {"ו", "ה", "ל", "ב", "מ", "ש", "و", "ل", "ب"};
    constexpr size_t kShortest = 8;  // bytes: the prefix and three letters
    if (native.size() < kShortest) return nullptr;
    for (absl::string_view prefix : kPrefixes) {
      if (absl::StartsWith(native, prefix)) return tables_.FindWord(native.substr(prefix.size()));
    }
    return nullptr;
  }

  // What words of the tables mean in persons' names too.
  static bool IsPersonal(const KnownWord& word, const Token& token) {
    switch (word.cls) {
      case TokenClass::kParticle:
      case TokenClass::kTitle:
      case TokenClass::kGeneration:
      case TokenClass::kStop:
        return true;
      case TokenClass::kNumber:
        return IsDigit(token.text[0]) || IsRoman(token.text);
      default:
        return false;
    }
  }

  static bool IsRoman(absl::string_view text) {
    return text.size() > 1 && text.find_first_not_of("ivx") == absl::string_view::npos;
  }

  Kind Guess() const {
    int company = name_->legal_forms.empty() ? 0 : 1;
    int person = 0;
    for (const Token& token : name_->tokens) {
      company += token.cls == TokenClass::kBusiness;
      person += token.cls == TokenClass::kGiven || token.cls == TokenClass::kPatronymic ||
                token.cls == TokenClass::kTitle || token.cls == TokenClass::kGeneration;
    }
    if (company > 0) return Kind::kCompany;
    return person > 0 ? Kind::kPerson : Kind::kAny;
  }

  const Tables& tables_;
  NormalizedName* name_;
  bool letters_are_initials_ = false;
};

}  // namespace

NormalizedName Normalize(const Tables& tables, absl::string_view name, Kind kind) {
  const CleanText clean = Clean(name);
  NormalizedName out;
  out.kind = kind;
  out.lookalikes = clean.lookalikes;
  out.truncated = clean.truncated;
  out.tokens = Segment(tables, clean, kind);
  if (kind != Kind::kPerson && kind != Kind::kAddress) {
    TakeLegalForms(tables, &out);
  }
  Classifier(tables, &out).Run();
  return out;
}

}  // namespace probity::matching
