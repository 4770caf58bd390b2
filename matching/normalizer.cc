#include "matching/normalizer.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "matching/legal_forms.h"
#include "matching/segment.h"
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

bool IsPatronymic(absl::string_view text) {
  constexpr absl::string_view kEndings[] = {"ovich", "evich", "ovitch", "evitch", "ovna",
                                            "evna",  "ivna",  "ovych",  "yovych"};
  if (text.size() < 7) return false;
  for (absl::string_view ending : kEndings) {
    if (absl::EndsWith(text, ending)) return true;
  }
  return false;
}

// The Arabic article before a sun letter: "as-Sadr", "ar-Rahman".
bool IsAssimilatedArticle(const Token& token, const Token& next) {
  const std::string& text = token.text;
  if (text.size() < 2 || text.size() > 3 || text[0] != 'a' || !next.joined) return false;
  return !next.text.empty() && absl::StartsWith(next.text, absl::string_view(text).substr(1));
}

uint8_t LengthWeight(size_t letters) {
  constexpr uint8_t kByLength[] = {0, 25, 60, 80, 92};
  return letters < 5 ? kByLength[letters] : 100;
}

class Classifier {
 public:
  Classifier(const Tables& tables, NormalizedName* name) : tables_(tables), name_(name) {}

  void Run() {
    if (name_->kind != Kind::kPerson) {
      JoinSingleLetters();
      JoinPhrases();
    }
    std::vector<Token>& tokens = name_->tokens;
    for (size_t i = 0; i < tokens.size(); ++i) {
      const bool article = i + 1 < tokens.size() && IsAssimilatedArticle(tokens[i], tokens[i + 1]);
      Classify(&tokens[i], article);
      FillSounds(&tokens[i]);
    }
    if (name_->kind == Kind::kAny) name_->kind = Guess();
  }

 private:
  // "I B M" and "I.B.M." are "IBM".
  void JoinSingleLetters() {
    std::vector<Token> out;
    bool run = false;
    for (Token& token : name_->tokens) {
      const bool single = token.text.size() == 1 && !IsDigit(token.text[0]);
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
        std::string key;
        for (size_t k = i; k < i + count; ++k) key += tokens[k].text;
        if (!tables_.IsPhrase(key)) continue;
        tokens[i].text = std::move(key);
        tokens.erase(tokens.begin() + static_cast<std::ptrdiff_t>(i + 1),
                     tokens.begin() + static_cast<std::ptrdiff_t>(i + count));
        break;
      }
    }
  }

  void Classify(Token* token, bool article) {
    token->text = NumberText(token->text);
    const KnownWord* known = Known(*token, article);
    if (known != nullptr) {
      token->concept_id = known->concept_id;
      token->cls = known->cls;
      token->weight = known->weight;
    } else if (AllDigits(token->text)) {
      token->cls = TokenClass::kNumber;
      token->weight = 60;
    } else if (article) {
      token->cls = TokenClass::kParticle;
      token->weight = 10;
    } else {
      Unknown(token);
    }
    if (token->reading != Reading::kLetters) token->native.clear();
  }

  void Unknown(Token* token) {
    token->weight = std::min(LengthWeight(token->text.size()), tables_.WeightOf(token->text));
    if (token->text.size() == 1) token->cls = TokenClass::kInitial;
    if (name_->kind == Kind::kCompany) return;
    if (IsPatronymic(token->text)) {
      token->cls = TokenClass::kPatronymic;
      token->weight = 50;
    }
  }

  const KnownWord* Known(const Token& token, bool article) const {
    const bool person = name_->kind == Kind::kPerson;
    const KnownWord* word = tables_.FindWord(token.native.empty() ? token.text : token.native);
    if (word != nullptr && (!person || !IsOrganisational(word->cls))) return word;
    if (article || name_->kind == Kind::kCompany || name_->kind == Kind::kVessel) return nullptr;
    return tables_.FindGivenName(token.text);
  }

  static bool IsOrganisational(TokenClass cls) {
    return cls == TokenClass::kBusiness || cls == TokenClass::kPlace ||
           cls == TokenClass::kDirection;
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
    out.legal_forms = TakeLegalForms(tables, &out.tokens, &out.only_legal_form);
  }
  Classifier(tables, &out).Run();
  return out;
}

}  // namespace probity::matching
