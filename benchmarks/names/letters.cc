#include "benchmarks/names/letters.h"

#include <algorithm>
#include <utility>

namespace probity::benchmarks {
namespace {

// What people write for the words that they abbreviate most.
constexpr std::pair<const char*, const char*> kCustomary[] = {
    {"International", "Intl"},    {"Manufacturing", "Mfg"},    {"Trading", "Trdg"},
    {"Technology", "Tech"},       {"Technologies", "Tech"},    {"Engineering", "Eng"},
    {"Industries", "Inds"},       {"Construction", "Constr."}, {"Services", "Svcs"},
    {"Construcciones", "Constr."}};

}  // namespace

bool IsVowel(char32_t letter) {
  return std::u32string(U"aeiouyäöüáéíóúèąęıİ").find(letter) != std::u32string::npos;
}

std::u32string Letters(const std::string& utf8) {
  std::u32string letters;
  for (size_t i = 0; i < utf8.size();) {
    const auto lead = static_cast<unsigned char>(utf8[i]);
    const size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    char32_t letter = length == 1 ? lead : lead & (0xFF >> (length + 1));
    for (size_t j = 1; j < length; ++j) {
      letter = letter << 6 | (static_cast<unsigned char>(utf8[i + j]) & 0x3F);
    }
    letters.push_back(letter);
    i += length;
  }
  return letters;
}

std::string Utf8(const std::u32string& letters) {
  std::string utf8;
  for (const char32_t letter : letters) {
    const size_t length = letter < 0x80 ? 1 : letter < 0x800 ? 2 : letter < 0x10000 ? 3 : 4;
    if (length == 1) {
      utf8.push_back(static_cast<char>(letter));
      continue;
    }
    const auto mark = static_cast<unsigned char>(0xF00 >> length);
    utf8.push_back(static_cast<char>(mark | letter >> (6 * (length - 1))));
    for (size_t j = length - 1; j > 0; --j) {
      utf8.push_back(static_cast<char>(0x80 | (letter >> (6 * (j - 1)) & 0x3F)));
    }
  }
  return utf8;
}

std::string Mistype(const std::string& word, const std::string& donor, Random* random) {
  std::u32string letters = Letters(word);
  const std::u32string donors = Letters(donor);
  const size_t first = random->Percent(25) ? 0 : 1;
  const size_t at = first + random->Below(letters.size() - first);
  const char32_t other = donors[random->Below(donors.size())];
  switch (random->Below(4)) {
    case 0:
      letters[at] = letters[at] == other ? U'e' : other;
      break;
    case 1:
      letters.erase(at, 1);
      break;
    case 2:
      letters.insert(letters.begin() + static_cast<ptrdiff_t>(at), other);
      break;
    default:
      std::swap(letters[at], letters[at + 1 < letters.size() ? at + 1 : at - 1]);
  }
  return Utf8(letters);
}

std::string Abbreviate(const std::string& word, Random* random) {
  if (random->Percent(60)) {
    for (const auto& [whole, brief] : kCustomary) {
      if (word == whole) return brief;
    }
  }
  const std::u32string letters = Letters(word);
  if (random->Percent(50)) return Utf8(letters.substr(0, 4 + random->Below(2))) + ".";
  std::u32string brief = letters.substr(0, 1);
  for (size_t i = 1; i < letters.size() && brief.size() < 5; ++i) {
    if (!IsVowel(letters[i])) brief.push_back(letters[i]);
  }
  return Utf8(brief);
}

}  // namespace probity::benchmarks
