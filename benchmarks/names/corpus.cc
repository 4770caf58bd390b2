#include "benchmarks/names/corpus.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "benchmarks/names/letters.h"

namespace probity::benchmarks {
namespace {

enum Purpose : uint64_t { kIdentity = 1, kRelative, kNames, kWords };

constexpr size_t kFrequentWords = 1 << 20;
constexpr size_t kCoinedWords = 1 << 21;  // used once or twice
constexpr double kFlat = 40;              // no word stands in more than 0.3 % of names
constexpr int kPersons = 25, kRelatives = 17, kCommonOnly = 2, kCoined = 20;  // percent

double SyllableCount(const Language& language) {
  return language.latin ? static_cast<double>(language.onsets.size() * language.rimes.size())
                        : static_cast<double>(language.syllables.size());
}

// Words are no longer than they must be to differ.
int SyllablesFor(const Language& language, uint64_t rank) {
  const double each = SyllableCount(language);
  int count = language.core_syllables;
  while (std::pow(each, count) < static_cast<double>(rank + 1)) ++count;
  return count;
}

Spelling DrawSyllable(const Language& language, Random* random) {
  if (!language.latin) return random->Pick(language.syllables);
  const std::string syllable = random->Pick(language.onsets) + random->Pick(language.rimes);
  return {syllable, syllable};
}

void Capitalise(std::string* word) {
  std::u32string letters = Letters(*word);
  char32_t& first = letters[0];
  const bool small = (first >= U'a' && first <= U'z') || (first >= U'α' && first <= U'ω') ||
                     (first >= U'а' && first <= U'я');
  if (small) first -= 0x20;
  *word = Utf8(letters);
}

Spelling WordOfRank(const Language& language, uint64_t rank) {
  Random random(rank, static_cast<uint64_t>(language.id[0]) << 8 | language.id[1], kWords);
  Spelling word;
  for (int i = SyllablesFor(language, rank); i > 0; --i) {
    const Spelling syllable = DrawSyllable(language, &random);
    word.native += syllable.native;
    word.latin += syllable.latin;
  }
  Capitalise(&word.native);
  Capitalise(&word.latin);
  return word;
}

NameWord Family(const Language& language, Random* random) {
  const bool listed = !language.families.empty() && !random->Percent(30);
  return {listed ? random->PickCommon(language.families) : DrawWord(language, random),
          Role::kFamily};
}

NameWord Given(const Language& language, Random* random) {
  const bool listed = !language.given.empty() && !random->Percent(15);
  return {listed ? random->PickCommon(language.given) : DrawWord(language, random), Role::kGiven};
}

NameWord Trade(const Language& language, Random* random) {
  return {random->PickCommon(language.trades), Role::kTrade};
}

NameWord Place(const Language& language, Random* random) {
  return {random->PickCommon(language.places), Role::kPlace};
}

// What stands between place and form, most often a word and a trade.
std::vector<NameWord> CompanyWords(const Language& language, Random* random) {
  std::vector<NameWord> words;
  const bool common = random->Percent(kCommonOnly);
  if (common || random->Percent(15)) words.push_back(Place(language, random));
  if (!common) words.push_back({DrawWord(language, random), Role::kCore});
  if (!common && random->Percent(18)) words.push_back({DrawWord(language, random), Role::kCore});
  const size_t trades = common ? 2 : random->Percent(25) ? 0 : random->Percent(15) ? 2 : 1;
  for (size_t i = 0; i < trades; ++i) {
    const NameWord trade = Trade(language, random);
    if (words.back().spelling.native != trade.spelling.native) words.push_back(trade);
  }
  return words;
}

// What tells a sister firm from its elder.
void MakeRelative(const Language& language, Random* random, std::vector<NameWord>* words) {
  const std::string number = absl::StrCat(2 + random->Zipf(30, 1));
  switch (random->Below(3)) {
    case 0:
      words->push_back(Place(language, random));
      break;
    case 1:
      words->push_back({{number, number}, Role::kNumber});
      break;
    default:
      if (words->back().role == Role::kTrade) words->pop_back();
      words->push_back(Trade(language, random));
  }
}

void AddForm(const Language& language, const Spelling& form, std::vector<NameWord>* words) {
  words->insert(language.form_first ? words->begin() : words->end(), {form, Role::kForm});
}

// First letters of all words but the legal form.
std::string Initials(const PartyName& name) {
  std::string initials;
  for (const NameWord& word : name.words) {
    if (word.role != Role::kForm) initials += Utf8(Letters(word.spelling.latin).substr(0, 1));
  }
  return initials;
}

// Customary other spellings of what the ear cannot tell apart.
void Respell(PartyName* name) {
  constexpr std::pair<const char*, const char*> kRules[] = {
      {"kh", "h"}, {"sh", "sch"}, {"ya", "ia"}, {"ou", "u"}, {"ck", "k"}, {"y", "i"},
      {"z", "s"},  {"w", "v"},    {"ee", "i"},  {"c", "k"},  {"e", "a"}};
  for (const auto& [from, to] : kRules) {
    for (NameWord& word : name->words) {
      const size_t at = word.spelling.latin.find(from, 1);
      if (word.role == Role::kForm || word.role == Role::kTrade || at == std::string::npos)
        continue;
      word.spelling.latin.replace(at, std::string(from).size(), to);
      if (name->language->latin) word.spelling.native = word.spelling.latin;
      return;
    }
  }
}

void DropForms(PartyName* name) {
  auto& words = name->words;
  words.erase(std::remove_if(words.begin(), words.end(),
                             [](const NameWord& word) { return word.role == Role::kForm; }),
              words.end());
}

PartyName OtherPersonName(PartyName name, Random* random) {
  const auto given = std::find_if(name.words.begin(), name.words.end(),
                                  [](const NameWord& word) { return word.role == Role::kGiven; });
  switch (random->Below(4)) {
    case 0:
      std::reverse(name.words.begin(), name.words.end());
      break;
    case 1:
      name.native = name.language->latin;
      given->spelling.latin = absl::StrCat(Utf8(Letters(given->spelling.latin).substr(0, 1)), ".");
      if (name.native) given->spelling.native = given->spelling.latin;
      break;
    case 2:
      Respell(&name);
      break;
    default:
      name.words.push_back(Family(*name.language, random));
  }
  return name;
}

bool Has(const std::vector<PartyName>& names, const std::string& text) {
  return std::any_of(names.begin(), names.end(),
                     [&text](const PartyName& name) { return name.Text() == text; });
}

}  // namespace

Spelling DrawWord(const Language& language, Random* random) {
  return WordOfRank(language, random->Percent(kCoined)
                                  ? kFrequentWords + random->Below(kCoinedWords)
                                  : random->Zipf(kFrequentWords, kFlat));
}

std::string PartyName::Text() const {
  return absl::StrJoin(words, spaced() ? " " : "", [this](std::string* out, const NameWord& word) {
    absl::StrAppend(out, TextOf(word));
  });
}

const Language& Corpus::DrawLanguage(Random* random) const {
  for (;;) {
    auto draw = static_cast<int>(random->Below(1000));
    for (const Language& language : Languages()) {
      draw -= language.share;
      if (draw >= 0) continue;
      if (language.latin || scripts_ == Scripts::kMixed) return language;
      break;
    }
  }
}

uint32_t Corpus::Root(uint32_t party) const {
  for (;;) {
    Random random(seed_, party, kRelative);
    if (party == 0 || !random.Percent(kRelatives)) return party;
    party = static_cast<uint32_t>(random.Below(party));
  }
}

PartyName Corpus::Person(uint32_t party, uint32_t root, const Language& language) const {
  Random shared(seed_, root, kWords), own(seed_, party, kWords);
  PartyName name{{}, &language, true, true};
  name.words.push_back(Family(language, &shared));
  const size_t given = own.Percent(25) ? 2 : 1;
  for (size_t i = 0; i < given; ++i) {
    name.words.insert(name.words.end() - (language.family_first ? 0 : 1), Given(language, &own));
  }
  return name;
}

PartyName Corpus::Company(uint32_t party, uint32_t root, const Language& language) const {
  Random shared(seed_, root, kWords), own(seed_, party, kWords);
  PartyName name{CompanyWords(language, &shared), &language, true, false};
  if (party != root) MakeRelative(language, &own, &name.words);
  AddForm(language, own.PickCommon(language.forms), &name.words);
  return name;
}

PartyName Corpus::FullName(uint32_t party, bool native) const {
  const uint32_t root = Root(party);
  Random identity(seed_, root, kIdentity);
  const Language& language = DrawLanguage(&identity);
  PartyName name =
      identity.Percent(kPersons) ? Person(party, root, language) : Company(party, root, language);
  name.native = native;
  return name;
}

PartyName Corpus::OtherName(const PartyName& full, Random* random) const {
  PartyName name = full;
  name.native = name.language->latin || random->Percent(50);
  if (full.person) return OtherPersonName(name, random);
  const std::string initials = Initials(full);
  const size_t kind = random->Below(10);
  if (kind < 3) {
    DropForms(&name);
  } else if (kind < 5) {  // a former name
    for (NameWord& word : name.words) {
      if (word.role == Role::kCore) word.spelling = DrawWord(*name.language, random);
    }
  } else if (kind < 7) {
    Respell(&name);
  } else if (kind < 8 && full.words.size() >= 4) {
    name.words = {{{initials, initials}, Role::kAcronym}};
  } else {
    DropForms(&name);
    AddForm(*name.language, random->PickCommon(name.language->forms), &name.words);
  }
  return name;
}

std::vector<PartyName> Corpus::NamesOf(uint32_t party) const {
  Random random(seed_, party, kNames);
  const size_t draw = random.Below(100);
  const size_t count = draw < 35 ? 1 : draw < 65 ? 2 : draw < 85 ? 3 : draw < 95 ? 4 : 5;
  PartyName own = FullName(party, true);
  if (!own.language->latin && count == 1) own.native = random.Percent(70);
  std::vector<PartyName> names = {own};
  if (!own.language->latin && count > 1) {
    names.push_back(own);
    names.back().native = false;
  }
  for (size_t tries = 0; names.size() < count && tries < 3 * count; ++tries) {
    PartyName other = OtherName(names[0], &random);
    if (!Has(names, other.Text())) names.push_back(std::move(other));
  }
  return names;
}

}  // namespace probity::benchmarks
