#include "cli/text.h"

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "fmt/format.h"

namespace probity::cli {
namespace {

struct Range {
  char32_t first;
  char32_t last;
};

constexpr Range kZeroWidth[] = {
    {0x0300, 0x036F}, {0x0483, 0x0489}, {0x0591, 0x05BD}, {0x0610, 0x061A}, {0x064B, 0x065F},
    {0x0900, 0x0902}, {0x093C, 0x093C}, {0x0941, 0x0948}, {0x094D, 0x094D}, {0x0E31, 0x0E31},
    {0x0E34, 0x0E3A}, {0x0E47, 0x0E4E}, {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF}, {0x200B, 0x200F},
    {0x2060, 0x2064}, {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}, {0xFEFF, 0xFEFF}};
constexpr Range kDoubleWidth[] = {{0x1100, 0x115F},   {0x2E80, 0x303E},   {0x3041, 0x33FF},
                                  {0x3400, 0x4DBF},   {0x4E00, 0x9FFF},   {0xA000, 0xA4CF},
                                  {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},   {0xFE30, 0xFE6F},
                                  {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},   {0x1F300, 0x1F64F},
                                  {0x1F680, 0x1F6FF}, {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD}};

template <size_t N>
bool Contains(const Range (&ranges)[N], char32_t c) {
  return std::any_of(std::begin(ranges), std::end(ranges),
                     [c](const Range& r) { return c >= r.first && c <= r.last; });
}

// Length in bytes that the first byte of a character announces; 0: none.
int AnnouncedLength(unsigned char byte) {
  if (byte < 0x80) return 1;
  if (byte >= 0xC2 && byte < 0xE0) return 2;
  if (byte >= 0xE0 && byte < 0xF0) return 3;
  return byte >= 0xF0 && byte < 0xF5 ? 4 : 0;
}

struct Character {
  char32_t code = 0;
  size_t length = 1;
};

// The character at `at`; a byte that is not UTF-8 is a character of its own.
Character CharacterAt(absl::string_view text, size_t at) {
  const auto first = static_cast<unsigned char>(text[at]);
  const int length = AnnouncedLength(first);
  if (length <= 1 || at + length > text.size()) return {first, 1};
  char32_t code = first & (0x7F >> length);
  for (int i = 1; i < length; ++i) {
    const auto next = static_cast<unsigned char>(text[at + i]);
    if ((next & 0xC0) != 0x80) return {first, 1};
    code = (code << 6) | (next & 0x3F);
  }
  return {code, static_cast<size_t>(length)};
}

int CharacterWidth(char32_t code) {
  if (Contains(kZeroWidth, code)) return 0;
  return Contains(kDoubleWidth, code) ? 2 : 1;
}

// Bytes of the longest prefix that fits `width` columns, at least one character.
size_t FittingPrefix(absl::string_view text, int width) {
  int used = 0;
  size_t at = 0;
  while (at < text.size()) {
    const Character c = CharacterAt(text, at);
    used += CharacterWidth(c.code);
    if (used > width && at > 0) break;
    at += c.length;
  }
  return at;
}

// Calls `visit(word, behind_space)` for each piece of a line that stays whole: a
// line may end at a space, and behind a slash inside a resource name.
template <typename Visit>
void ForEachWord(absl::string_view line, Visit visit) {
  for (absl::string_view word : absl::StrSplit(line, ' ')) {
    bool behind_space = true;
    while (!word.empty() || behind_space) {
      const size_t slash = word.find('/');
      const absl::string_view piece = word.substr(0, slash == word.npos ? slash : slash + 1);
      visit(piece, behind_space);
      word.remove_prefix(piece.size());
      behind_space = false;
    }
  }
}

void WrapLine(absl::string_view line, int width, std::vector<std::string>& lines) {
  std::string current;
  ForEachWord(line, [&](absl::string_view word, bool behind_space) {
    const bool gap = behind_space && !current.empty();
    if (!current.empty() && DisplayWidth(current) + gap + DisplayWidth(word) > width) {
      lines.push_back(std::exchange(current, ""));
    } else if (gap) {
      current += ' ';
    }
    while (DisplayWidth(word) > width) {
      size_t cut = FittingPrefix(word, width);
      const size_t joint = word.substr(0, cut).find_last_of("-_|");
      if (joint != absl::string_view::npos) cut = joint + 1;
      lines.emplace_back(word.substr(0, cut));
      word.remove_prefix(cut);
    }
    current += std::string(word);
  });
  lines.push_back(std::move(current));
}

// "CertificationResult" -> "CERTIFICATION_RESULT_".
std::string PrefixOf(const std::string& type_name) {
  std::string prefix;
  for (const char c : type_name) {
    if (std::isupper(static_cast<unsigned char>(c)) && !prefix.empty()) prefix += '_';
    prefix += absl::ascii_toupper(c);
  }
  return prefix + "_";
}

std::string Reference(const v1::SubjectRef& subject) {
  switch (subject.ref_case()) {
    case v1::SubjectRef::kIdentifier:
      return FormatIdentifier(subject.identifier());
    case v1::SubjectRef::kSourceRecord:
      return subject.source_record();
    case v1::SubjectRef::kSupplier:
      return subject.supplier();
    case v1::SubjectRef::kVendor:
      return "vendor:" + FormatVendor(subject.vendor());
    case v1::SubjectRef::REF_NOT_SET:
      break;
  }
  return "";
}

}  // namespace

int DisplayWidth(absl::string_view text) {
  int width = 0;
  for (size_t at = 0; at < text.size();) {
    const Character c = CharacterAt(text, at);
    width += CharacterWidth(c.code);
    at += c.length;
  }
  return width;
}

std::vector<std::string> WrapText(absl::string_view text, int width) {
  std::vector<std::string> lines;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    WrapLine(line, std::max(width, 1), lines);
  }
  return lines;
}

int LongestWord(absl::string_view text) {
  int longest = 0;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    ForEachWord(line, [&longest](absl::string_view word, bool) {
      longest = std::max(longest, DisplayWidth(word));
    });
  }
  return longest;
}

std::string Printable(absl::string_view text) {
  std::string clean;
  for (size_t at = 0; at < text.size();) {
    const Character c = CharacterAt(text, at);
    const bool control = (c.code < 0x20 && c.code != '\n') || (c.code >= 0x7F && c.code < 0xA0);
    clean += control ? std::string(" ") : std::string(text.substr(at, c.length));
    at += c.length;
  }
  return clean;
}

std::string FormatDate(const v1::Date& date) {
  if (date.year() == 0) return "";
  if (date.month() == 0) return fmt::format("{:04}", date.year());
  if (date.day() == 0) return fmt::format("{:04}-{:02}", date.year(), date.month());
  return fmt::format("{:04}-{:02}-{:02}", date.year(), date.month(), date.day());
}

std::string FormatInterval(const v1::DateInterval& interval) {
  const std::string from = FormatDate(interval.from());
  const std::string to = FormatDate(interval.to());
  if (from.empty()) return to.empty() ? "no dates given" : "before " + to;
  return to.empty() ? "since " + from : from + " to before " + to;
}

std::string FormatIntervals(const google::protobuf::RepeatedPtrField<v1::DateInterval>& intervals) {
  std::string joined;
  for (const auto& interval : intervals) {
    absl::StrAppend(&joined, joined.empty() ? "" : "; ", FormatInterval(interval));
  }
  return joined;
}

std::string FormatTimestamp(const google::protobuf::Timestamp& time) {
  if (time.seconds() == 0) return "";
  return absl::FormatTime("%Y-%m-%d %H:%M:%SZ", absl::FromUnixSeconds(time.seconds()),
                          absl::UTCTimeZone());
}

std::string FormatIdentifier(const v1::Identifier& identifier) {
  const bool failed = identifier.check() == v1::IDENTIFIER_CHECK_FAILED;
  return absl::StrCat(identifier.scheme(), ":", identifier.value(),
                      failed ? " (wrong check digits)" : "");
}

std::string FormatVendor(const v1::VendorNumber& number) {
  return absl::StrCat(number.system(), "/", number.company_code(), "/", number.number());
}

std::string FormatCommodity(const v1::CommodityCode& commodity) {
  if (commodity.scheme() == v1::COMMODITY_SCHEME_PUBLISHER) {
    return absl::StrCat("\"", commodity.code(), "\"");
  }
  return absl::StrCat(EnumName(commodity.scheme()), " ", commodity.code());
}

std::string FormatName(const v1::SubjectRef& subject) {
  return subject.display_name().empty() ? Reference(subject) : subject.display_name();
}

std::string FormatEdition(const v1::SourceEdition& edition) {
  std::string text = edition.title().empty() ? edition.dataset() : edition.title();
  if (edition.has_edition()) absl::StrAppend(&text, ", edition ", FormatDate(edition.edition()));
  if (!edition.url().empty()) absl::StrAppend(&text, ", ", edition.url());
  return text + (edition.invented() ? " (invented)" : "");
}

std::string FormatProvenance(const v1::Provenance& provenance) {
  std::string text = provenance.source_record();
  if (provenance.edition().has_edition()) {
    absl::StrAppend(&text, " · edition ", FormatDate(provenance.edition().edition()));
  }
  return text + (provenance.edition().invented() ? " (invented)" : "");
}

std::string SourceNote(const std::string& source) {
  return source.empty() ? "" : "source: " + source;
}

std::string SourceNote(const v1::Provenance& provenance) {
  return SourceNote(FormatProvenance(provenance));
}

std::string FormatCount(uint64_t count) {
  std::string digits = absl::StrCat(count);
  for (auto at = static_cast<int>(digits.size()) - 3; at > 0; at -= 3) digits.insert(at, ",");
  return digits;
}

std::string EnumName(const google::protobuf::EnumDescriptor* type, int value) {
  const auto* known = type->FindValueByNumber(value);
  if (known == nullptr) return absl::StrCat("VALUE_", value);
  return std::string(absl::StripPrefix(known->name(), PrefixOf(type->name())));
}

std::vector<std::string> EnumChoices(const google::protobuf::EnumDescriptor* type) {
  std::vector<std::string> names;
  for (int i = 0; i < type->value_count(); ++i) {
    const int number = type->value(i)->number();
    if (number == 0) continue;
    names.push_back(
        absl::StrReplaceAll(absl::AsciiStrToLower(EnumName(type, number)), {{"_", "-"}}));
  }
  return names;
}

std::string EnumWords(const google::protobuf::EnumDescriptor* type, int value) {
  if (value == 0) return "";
  return absl::StrReplaceAll(absl::AsciiStrToLower(EnumName(type, value)), {{"_", " "}});
}

}  // namespace probity::cli
