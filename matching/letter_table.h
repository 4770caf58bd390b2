// A small sorted table from code points to Latin letters.
#ifndef PROBITY_MATCHING_LETTER_TABLE_H_
#define PROBITY_MATCHING_LETTER_TABLE_H_

#include <cstddef>
#include <string>

namespace probity::matching {

struct LetterRow {
  char32_t letter;
  const char* latin;
};

// nullptr when `c` is not in the table. Tables are short: a scan is fastest.
template <size_t N>
const char* FindLetter(const LetterRow (&table)[N], char32_t c) {
  for (const LetterRow& row : table) {
    if (row.letter == c) return row.latin;
  }
  return nullptr;
}

// Appends what the table says; ASCII stands for itself, the unknown for nothing.
template <size_t N>
void AppendLetter(const LetterRow (&table)[N], char32_t c, std::string* out) {
  if (c < 0x80) {
    out->push_back(static_cast<char>(c));
  } else if (const char* latin = FindLetter(table, c)) {
    *out += latin;
  }
}

}  // namespace probity::matching

#endif  // PROBITY_MATCHING_LETTER_TABLE_H_
