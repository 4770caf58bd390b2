#include "benchmarks/names/queries.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "benchmarks/names/letters.h"

namespace probity::benchmarks {
namespace {

constexpr uint64_t kPurpose = 100;  // apart from those of the corpus
constexpr int kTries = 20000;

using Error = bool (*)(PartyName* name, Random* random);  // false: it does not apply

// The words that `wanted` likes.
template <typename Wanted>
std::vector<size_t> Where(const PartyName& name, const Wanted& wanted) {
  std::vector<size_t> places;
  for (size_t i = 0; i < name.words.size(); ++i) {
    if (wanted(name.words[i])) places.push_back(i);
  }
  return places;
}

bool Carries(const NameWord& word) {
  return word.role == Role::kCore || word.role == Role::kGiven || word.role == Role::kFamily;
}
bool IsForm(const NameWord& word) { return word.role == Role::kForm; }
bool IsContent(const NameWord& word) { return !IsForm(word); }

void SetText(const std::string& text, NameWord* word) { word->spelling = {text, text}; }

bool Exact(PartyName*, Random*) { return true; }

bool Typo(PartyName* name, Random* random) {
  const size_t least = name->latin() ? 4 : 2;
  const auto places = Where(*name, [&](const NameWord& word) {
    return Carries(word) && Letters(name->TextOf(word)).size() >= least;
  });
  if (places.empty()) return false;
  NameWord& word = name->words[random->Pick(places)];
  const Spelling& donor = random->Pick(name->language->syllables);
  SetText(Mistype(name->TextOf(word), name->native ? donor.native : donor.latin, random), &word);
  return true;
}

bool TwoTypos(PartyName* name, Random* random) { return Typo(name, random) && Typo(name, random); }

// Neighbours that both are no legal form.
std::vector<size_t> Neighbours(const PartyName& name) {
  std::vector<size_t> firsts;
  for (size_t i = 0; i + 1 < name.words.size(); ++i) {
    if (IsContent(name.words[i]) && IsContent(name.words[i + 1])) firsts.push_back(i);
  }
  return firsts;
}

bool WordSwap(PartyName* name, Random* random) {
  const auto firsts = Neighbours(*name);
  if (firsts.empty() || !name->spaced()) return false;
  const size_t first = random->Pick(firsts);
  std::swap(name->words[first], name->words[first + 1]);
  return true;
}

bool MissingWord(PartyName* name, Random* random) {
  const auto givens = Where(*name, [](const NameWord& word) { return word.role == Role::kGiven; });
  const auto places = Where(*name, [&](const NameWord& word) {
    return word.role == Role::kTrade || word.role == Role::kPlace ||
           (word.role == Role::kGiven && givens.size() > 1);
  });
  if (places.empty() || Where(*name, Carries).empty()) return false;
  name->words.erase(name->words.begin() + static_cast<ptrdiff_t>(random->Pick(places)));
  return true;
}

bool ExtraWord(PartyName* name, Random* random) {
  const auto places = Where(*name, Carries);
  if (places.empty()) return false;
  const Language& language = *name->language;
  if (name->person && language.given.empty()) return false;
  const NameWord word = name->person ? NameWord{random->Pick(language.given), Role::kGiven}
                        : random->Percent(50)
                            ? NameWord{random->Pick(language.trades), Role::kTrade}
                            : NameWord{random->Pick(language.places), Role::kPlace};
  const size_t at =
      places.front() + (name->person && language.family_first ? 1 : 0) + (name->person ? 0 : 1);
  name->words.insert(name->words.begin() + static_cast<ptrdiff_t>(at), word);
  return true;
}

bool LegalForm(PartyName* name, Random* random) {
  const auto places = Where(*name, IsForm);
  if (places.empty() || Where(*name, Carries).empty()) return false;
  const auto at = name->words.begin() + static_cast<ptrdiff_t>(places[0]);
  const Spelling other = random->Pick(name->language->forms);
  if (random->Percent(40) || other.native == at->spelling.native) {
    name->words.erase(at);
  } else {
    at->spelling = other;
  }
  return true;
}

bool Abbreviation(PartyName* name, Random* random) {
  const auto places = Where(*name, [](const NameWord& word) {
    return word.role == Role::kTrade && word.spelling.latin.size() >= 7;
  });
  if (places.empty() || !name->latin()) return false;
  NameWord& word = name->words[random->Pick(places)];
  SetText(Abbreviate(name->TextOf(word), random), &word);
  return true;
}

bool Joined(PartyName* name, Random* random) {
  const auto firsts = Neighbours(*name);
  if (firsts.empty() || !name->spaced()) return false;
  const size_t first = random->Pick(firsts);
  NameWord& word = name->words[first];
  SetText(
      absl::StrCat(name->TextOf(word), absl::AsciiStrToLower(name->TextOf(name->words[first + 1]))),
      &word);
  name->words.erase(name->words.begin() + static_cast<ptrdiff_t>(first) + 1);
  return true;
}

bool Split(PartyName* name, Random* random) {
  const auto places = Where(*name, [&](const NameWord& word) {
    return Carries(word) && Letters(name->TextOf(word)).size() >= 6;
  });
  if (places.empty() || !name->spaced()) return false;
  NameWord& word = name->words[random->Pick(places)];
  const std::u32string letters = Letters(name->TextOf(word));
  const size_t at = 3 + random->Below(letters.size() - 5);
  SetText(absl::StrCat(Utf8(letters.substr(0, at)), " ", Utf8(letters.substr(at))), &word);
  return true;
}

bool Acronym(PartyName* name, Random*) {
  const auto places = Where(*name, IsContent);
  if (name->person || !name->latin() || places.size() < 3) return false;
  std::string initials;
  for (size_t i : places) initials += Utf8(Letters(name->TextOf(name->words[i])).substr(0, 1));
  NameWord acronym;
  acronym.role = Role::kAcronym;
  SetText(initials, &acronym);
  name->words = {acronym};
  return true;
}

bool Initials(PartyName* name, Random*) {
  if (!name->person || !name->latin()) return false;
  bool changed = false;
  for (NameWord& word : name->words) {
    const std::u32string letters = Letters(name->TextOf(word));
    if (word.role != Role::kGiven || letters.size() <= 2) continue;
    SetText(absl::StrCat(Utf8(letters.substr(0, 1)), "."), &word);
    changed = true;
  }
  return changed;
}

bool CommonWords(PartyName* name, Random*) {
  const auto rare = [](const NameWord& word) {
    return Carries(word) || word.role == Role::kAcronym;
  };
  return !name->person && Where(*name, rare).empty();
}

struct ClassRow {
  ErrorClass error;
  const char* name;
  Error apply;
};
constexpr ClassRow kClasses[] = {{ErrorClass::kExact, "exact", &Exact},
                                 {ErrorClass::kTypo1, "typo_1", &Typo},
                                 {ErrorClass::kTypo2, "typo_2", &TwoTypos},
                                 {ErrorClass::kWordSwap, "word_swap", &WordSwap},
                                 {ErrorClass::kMissingWord, "missing_word", &MissingWord},
                                 {ErrorClass::kExtraWord, "extra_word", &ExtraWord},
                                 {ErrorClass::kLegalForm, "legal_form", &LegalForm},
                                 {ErrorClass::kAbbreviation, "abbreviation", &Abbreviation},
                                 {ErrorClass::kJoined, "joined", &Joined},
                                 {ErrorClass::kSplit, "split", &Split},
                                 {ErrorClass::kAcronym, "acronym", &Acronym},
                                 {ErrorClass::kInitials, "initials", &Initials},
                                 {ErrorClass::kOtherScript, "other_script", &Exact},
                                 {ErrorClass::kCommonWords, "common_words", &CommonWords}};

// The full name in the script that none of the party's names has.
std::optional<PartyName> InOtherScript(const Corpus& corpus, uint32_t party) {
  const std::vector<PartyName> names = corpus.NamesOf(party);
  const bool stored_native = names[0].native;
  for (const PartyName& name : names) {
    if (name.language->latin || name.native != stored_native) return std::nullopt;
  }
  return corpus.FullName(party, !stored_native);
}

bool IsStored(const Corpus& corpus, uint32_t party, const std::string& text) {
  const std::vector<PartyName> names = corpus.NamesOf(party);
  return std::any_of(names.begin(), names.end(),
                     [&text](const PartyName& name) { return name.Text() == text; });
}

std::optional<PartyName> NameToAsk(const Corpus& corpus, ErrorClass error, uint32_t party,
                                   Random* random) {
  if (error == ErrorClass::kOtherScript) return InOtherScript(corpus, party);
  const std::vector<PartyName> names = corpus.NamesOf(party);
  const PartyName& name = random->Pick(names);
  // A name that is nothing but an acronym has its own class.
  if (name.words[0].role == Role::kAcronym) return std::nullopt;
  return name;
}

}  // namespace

const std::vector<ErrorClass>& ErrorClasses() {
  static const auto* classes = [] {
    auto* all = new std::vector<ErrorClass>;
    for (const ClassRow& row : kClasses) all->push_back(row.error);
    return all;
  }();
  return *classes;
}

const char* NameOf(ErrorClass error) { return kClasses[static_cast<size_t>(error)].name; }

std::optional<NameQuery> QueryMaker::Make(ErrorClass error, uint32_t number) const {
  const ClassRow& row = kClasses[static_cast<size_t>(error)];
  Random random(corpus_.seed(), number, kPurpose + static_cast<uint64_t>(error));
  for (int i = 0; i < kTries; ++i) {
    const auto party = static_cast<uint32_t>(random.Below(parties_));
    std::optional<PartyName> name = NameToAsk(corpus_, error, party, &random);
    if (!name) continue;
    if (!language_.empty() && (name->language->id != language_ || !name->native)) continue;
    if (!row.apply(&*name, &random)) continue;
    const bool whole = error == ErrorClass::kExact || error == ErrorClass::kCommonWords;
    if (whole || !IsStored(corpus_, party, name->Text())) {
      return NameQuery{error, party, name->Text()};
    }
  }
  return std::nullopt;
}

std::vector<NameQuery> QueryMaker::MakeMixed(uint32_t first, size_t count) const {
  std::vector<ErrorClass> classes = ErrorClasses();
  std::vector<NameQuery> queries;
  for (uint32_t number = first; queries.size() < count && !classes.empty(); ++number) {
    for (auto error = classes.begin(); error != classes.end() && queries.size() < count;) {
      std::optional<NameQuery> query = Make(*error, number);
      error = query ? error + 1 : classes.erase(error);
      if (query) queries.push_back(*std::move(query));
    }
  }
  return queries;
}

}  // namespace probity::benchmarks
