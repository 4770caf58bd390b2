// Words as letters, and what hurried hands do to them.
#ifndef PROBITY_BENCHMARKS_NAMES_LETTERS_H_
#define PROBITY_BENCHMARKS_NAMES_LETTERS_H_

#include <string>

#include "benchmarks/names/random.h"

namespace probity::benchmarks {

// Code points of valid UTF-8, and back.
std::u32string Letters(const std::string& utf8);
std::string Utf8(const std::u32string& letters);

// Of Latin letters, with or without marks.
bool IsVowel(char32_t letter);

// `word` with one letter replaced, left out, put in or swapped with the next;
// the first letter stays in three of four. Letters come from `donor`. The word
// has two letters or more.
std::string Mistype(const std::string& word, const std::string& donor, Random* random);

// "Manufacturing" as "Manuf.", "Mfg", "Manufact".
std::string Abbreviate(const std::string& word, Random* random);

}  // namespace probity::benchmarks

#endif  // PROBITY_BENCHMARKS_NAMES_LETTERS_H_
