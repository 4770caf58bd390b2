#include "screening/print/page.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace probity::screening {
namespace {

// One character: its bytes and columns.
struct Character {
  size_t bytes = 1;
  int columns = 1;
};

int ColumnsOf(uint32_t code) {
  if ((code >= 0x300 && code <= 0x36F) || (code >= 0x200B && code <= 0x200F)) return 0;
  const bool wide = (code >= 0x1100 && code <= 0x115F) || (code >= 0x2E80 && code <= 0xA4CF) ||
                    (code >= 0xAC00 && code <= 0xD7A3) || (code >= 0xF900 && code <= 0xFAFF) ||
                    (code >= 0xFE30 && code <= 0xFE6F) || (code >= 0xFF00 && code <= 0xFF60) ||
                    (code >= 0xFFE0 && code <= 0xFFE6) || (code >= 0x1F300 && code <= 0x3FFFD);
  return wide ? 2 : 1;
}

Character FirstOf(absl::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  const size_t size = lead < 0x80 ? 1 : lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (size <= 1 || lead > 0xF4 || size > text.size()) return {};
  uint32_t code = lead & (0x7F >> size);
  for (size_t i = 1; i < size; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xC0) != 0x80) return {};
    code = code << 6 | (byte & 0x3F);
  }
  return {size, ColumnsOf(code)};
}

// Bytes of the longest beginning that takes at most `columns`; at least one
// character.
size_t BytesWithin(absl::string_view text, int columns) {
  size_t bytes = 0;
  while (bytes < text.size()) {
    const Character next = FirstOf(text.substr(bytes));
    columns -= next.columns;
    if (columns < 0 && bytes > 0) break;
    bytes += next.bytes;
  }
  return bytes;
}

// Words; those that fill more than a line are cut.
std::vector<std::string> WordsOf(absl::string_view text, int columns) {
  std::string clean(text);
  for (char& c : clean) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
  }
  std::vector<std::string> words;
  for (absl::string_view word : absl::StrSplit(clean, ' ', absl::SkipEmpty())) {
    while (!word.empty()) {
      const size_t bytes = BytesWithin(word, columns);
      words.emplace_back(word.substr(0, bytes));
      word.remove_prefix(bytes);
    }
  }
  return words;
}

}  // namespace

int DisplayWidth(absl::string_view text) {
  int columns = 0;
  while (!text.empty()) {
    const Character next = FirstOf(text);
    columns += next.columns;
    text.remove_prefix(next.bytes);
  }
  return columns;
}

void Page::Line(absl::string_view text, int depth) {
  const int first = 2 * depth, further = first + 2;
  int column = 0;
  bool started = false;
  for (const std::string& word : WordsOf(text, kWidth - further)) {
    const int width = DisplayWidth(word);
    if (started && column + 1 + width <= kWidth) {
      absl::StrAppend(&text_, " ", word);
      column += 1 + width;
      continue;
    }
    const int indent = started ? further : first;
    absl::StrAppend(&text_, started ? "\n" : "", std::string(indent, ' '), word);
    column = indent + width;
    started = true;
  }
  if (started) text_ += '\n';
}

void Page::Field(absl::string_view label, absl::string_view value, int depth) {
  if (!value.empty()) Line(absl::StrCat(label, ": ", value), depth);
}

void Page::Title(absl::string_view text) {
  Line(text, 0);
  absl::StrAppend(&text_, std::string(std::min(DisplayWidth(text), kWidth), '='), "\n");
}

void Page::Heading(absl::string_view text) {
  Gap();
  Line(absl::StrCat(++headings_, " ", text), 0);
}

}  // namespace probity::screening
