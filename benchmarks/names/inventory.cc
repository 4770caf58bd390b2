#include "benchmarks/names/inventory.h"

#include <algorithm>
#include <cstdlib>
#include <iostream>

#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "benchmarks/names/inventory_rows.h"
#include "benchmarks/names/letters.h"

namespace probity::benchmarks {
namespace {

Spelling ToSpelling(absl::string_view entry) {
  const std::vector<std::string> sides = absl::StrSplit(entry, absl::MaxSplits(':', 1));
  const auto spaced = [](const std::string& text) {
    return absl::StrReplaceAll(text, {{"_", " "}});
  };
  return {spaced(sides.front()), spaced(sides.back())};
}

std::vector<Spelling> ToSpellings(const char* text) {
  std::vector<Spelling> spellings;
  for (absl::string_view entry : absl::StrSplit(text, ' ', absl::SkipEmpty())) {
    spellings.push_back(ToSpelling(entry));
  }
  return spellings;
}

void AddOnce(const std::string& text, std::vector<std::string>* to) {
  if (std::find(to->begin(), to->end(), text) == to->end()) to->push_back(text);
}

// Cuts syllables before their first vowel.
void TakeApart(Language* language) {
  for (const Spelling& syllable : language->syllables) {
    const std::u32string letters = Letters(syllable.native);
    const auto vowel = std::find_if(letters.begin(), letters.end(), IsVowel);
    AddOnce(Utf8({letters.begin(), vowel}), &language->onsets);
    if (vowel != letters.end()) AddOnce(Utf8({vowel, letters.end()}), &language->rimes);
  }
}

Language ToLanguage(const LanguageRow& row, bool latin) {
  Language language;
  language.id = row.id;
  language.share = row.share;
  language.latin = latin;
  language.spaced = row.flags & kSpaced;
  language.form_first = row.flags & kFormInFront;
  language.family_first = row.flags & kFamilyInFront;
  language.core_syllables = row.core_syllables;
  language.syllables = ToSpellings(row.syllables);
  language.trades = ToSpellings(row.trades);
  language.forms = ToSpellings(row.forms);
  language.places = ToSpellings(row.places);
  language.given = ToSpellings(row.given);
  language.families = ToSpellings(row.families);
  if (latin) TakeApart(&language);
  return language;
}

}  // namespace

const std::vector<Language>& Languages() {
  static const auto* languages = [] {
    auto* all = new std::vector<Language>;
    for (const LanguageRow& row : LatinRows()) all->push_back(ToLanguage(row, true));
    for (const LanguageRow& row : OtherRows()) all->push_back(ToLanguage(row, false));
    return all;
  }();
  return *languages;
}

const Language& LanguageOf(const std::string& id) {
  for (const Language& language : Languages()) {
    if (language.id == id) return language;
  }
  std::cerr << "there is no language " << id << '\n';
  std::abort();
}

}  // namespace probity::benchmarks
