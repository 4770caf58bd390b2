#include "index/testing.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace probity::index {
namespace {

using Words = std::vector<std::string>;

// Syllables of one way of writing; a core is two to four of them.
const Words& Syllables(Writing writing) {
  static const auto* latin =
      new Words{"ka", "me",  "ro", "vi",  "tan", "sel", "dor", "lin", "bra", "ko", "mar", "ste",
                "nu", "gal", "pe", "zor", "fi",  "hel", "ti",  "wes", "ur",  "on", "ba",  "cre"};
  static const auto* cyrillic =
      new Words{"ка", "ме",  "ро", "ви",  "тан", "сел", "дор", "лин", "бра", "ко", "мар", "сте",
                "ну", "гал", "пе", "зор", "фи",  "хел", "ти",  "вес", "ур",  "он", "ба",  "кре"};
  static const auto* greek =
      new Words{"κα",  "με",  "ρο",  "βι", "ταν", "σελ", "δορ", "λιν", "κο",  "μαρ",
                "στε", "νου", "γαλ", "πε", "ζορ", "φι",  "χελ", "τι",  "ουρ", "ον"};
  static const auto* arabic =
      new Words{"كا", "مر", "رو",  "في", "تن",  "سل", "در", "لين", "بر", "مار",
                "ست", "نو", "غال", "با", "زور", "حل", "تي", "عر",  "شم", "قد"};
  static const auto* han = new Words{"华", "宝", "龙", "达", "信", "海", "远", "洋", "金", "泰",
                                     "恒", "瑞", "安", "康", "德", "明", "光", "新", "星", "万"};
  switch (writing) {
    case Writing::kLatin:
      return *latin;
    case Writing::kCyrillic:
      return *cyrillic;
    case Writing::kGreek:
      return *greek;
    case Writing::kArabic:
      return *arabic;
    case Writing::kHan:
      return *han;
  }
  return *latin;
}

const Words kTrades = {"Trading", "Logistics", "Holding", "Shipping", "Construction", "Foods",
                       "Energy",  "Services",  "Group",   "Systems",  "Chemicals",    "Textiles"};
const Words kForms = {"Ltd", "GmbH", "Limited", "LLC", "BV", "Inc", "SA", "SpA"};
const Words kGiven = {"John",   "Maria", "Peter",  "Anna",   "Michael", "Elena", "David", "Laura",
                      "Victor", "Irene", "George", "Sophie", "Robert",  "Nina",  "Paul",  "Clara"};

std::string Core(Writing writing, Dice* dice) {
  std::string core;
  for (size_t left = 2 + dice->Below(3); left > 0; --left) core += dice->Of(Syllables(writing));
  return core;
}

std::string Capital(std::string word) {
  if (word[0] >= 'a' && word[0] <= 'z') word[0] = static_cast<char>(word[0] - 'a' + 'A');
  return word;
}

bool IsForm(const std::string& word) {
  return std::find(kForms.begin(), kForms.end(), word) != kForms.end();
}

bool IsAscii(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return (c & 0x80) == 0; });
}

size_t Longest(const Words& words) {
  size_t longest = 0;
  for (size_t i = 1; i < words.size(); ++i) {
    if (words[i].size() > words[longest].size()) longest = i;
  }
  return longest;
}

// Letters as UTF-8 pieces, so that slips do not cut them.
Words LettersOf(const std::string& word) {
  Words letters;
  for (char c : word) {
    if ((c & 0xC0) == 0x80) {
      letters.back() += c;
    } else {
      letters.emplace_back(1, c);
    }
  }
  return letters;
}

std::string Typo(const std::string& word, Dice* dice) {
  Words letters = LettersOf(word);
  if (letters.size() < 4) return "";
  const size_t at = 1 + dice->Below(letters.size() - 2);
  const std::string other = letters[dice->Below(letters.size())];
  switch (dice->Below(4)) {
    case 0:
      letters[at] = other;
      break;
    case 1:
      letters.erase(letters.begin() + static_cast<std::ptrdiff_t>(at));
      break;
    case 2:
      letters.insert(letters.begin() + static_cast<std::ptrdiff_t>(at), other);
      break;
    default:
      std::swap(letters[at], letters[at + 1]);
  }
  return absl::StrJoin(letters, "");
}

std::string ToCyrillic(const std::string& name) {
  constexpr absl::string_view kLatin = "abcdefghiklmnoprstuvwz";
  static const auto* cyrillic = new Words{"а", "б", "к", "д", "е", "ф", "г", "х", "и", "к", "л",
                                          "м", "н", "о", "п", "р", "с", "т", "у", "в", "в", "з"};
  std::string out;
  for (char c : name) {
    const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    const size_t at = kLatin.find(lower);
    if (at == absl::string_view::npos) {
      out.push_back(c);
    } else {
      out += (*cyrillic)[at];
    }
  }
  return out;
}

std::string Acronym(const Words& words) {
  std::string letters;
  for (const std::string& word : words) {
    if (!IsForm(word)) letters += word[0];
  }
  return letters.size() < 3 ? "" : letters;
}

std::string Joined(Words words, size_t at) {
  if (at + 1 >= words.size() || IsForm(words[at + 1])) return "";
  words[at] += words[at + 1];
  words.erase(words.begin() + static_cast<std::ptrdiff_t>(at) + 1);
  return absl::StrJoin(words, " ");
}

std::string Split(Words words) {
  std::string& word = words[Longest(words)];
  Words letters = LettersOf(word);
  if (letters.size() < 6) return "";
  letters.insert(letters.begin() + static_cast<std::ptrdiff_t>(letters.size() / 2), " ");
  word = absl::StrJoin(letters, "");
  return absl::StrJoin(words, " ");
}

std::string OtherForm(Words words, Dice* dice) {
  if (!IsForm(words.back())) return "";
  words.back() = dice->Of(kForms);
  return absl::StrJoin(words, " ");
}

}  // namespace

std::string MakeCompany(Writing writing, Dice* dice) {
  if (writing == Writing::kHan) return absl::StrCat(Core(writing, dice), "科技有限公司");
  Words words;
  for (size_t cores = 1 + dice->Below(2); cores > 0; --cores) {
    words.push_back(Capital(Core(writing, dice)));
  }
  if (writing != Writing::kLatin) return absl::StrJoin(words, " ");
  for (size_t trades = 1 + dice->Below(2); trades > 0; --trades) words.push_back(dice->Of(kTrades));
  if (dice->Below(4) != 0) words.push_back(dice->Of(kForms));
  return absl::StrJoin(words, " ");
}

std::string MakePerson(Dice* dice) {
  return absl::StrCat(dice->Of(kGiven), " ", Capital(Core(Writing::kLatin, dice)));
}

std::string Spoil(const std::string& name, Slip slip, Dice* dice) {
  Words words = absl::StrSplit(name, ' ');
  const size_t longest = Longest(words);
  switch (slip) {
    case Slip::kTypo:
      words[longest] = Typo(words[longest], dice);
      return words[longest].empty() ? "" : absl::StrJoin(words, " ");
    case Slip::kSwapped:
      if (words.size() < 2 || IsForm(words[1])) return "";
      std::swap(words[0], words[1]);
      return absl::StrJoin(words, " ");
    case Slip::kMissing:
      if (words.size() < 3) return "";
      words.erase(words.begin() + 1);
      return absl::StrJoin(words, " ");
    case Slip::kExtra:
      words.insert(words.begin() + 1, dice->Of(kTrades));
      return absl::StrJoin(words, " ");
    case Slip::kJoined:
      return Joined(words, 0);
    case Slip::kSplit:
      return Split(words);
    case Slip::kLegalForm:
      return OtherForm(words, dice);
    case Slip::kAcronym:
      return IsAscii(name) ? Acronym(words) : "";
    case Slip::kScript:
      return IsAscii(name) ? ToCyrillic(name) : "";
    case Slip::kInitials:
      if (words.size() != 2) return "";
      words[0] = absl::StrCat(words[0].substr(0, 1), ".");
      return absl::StrJoin(words, " ");
  }
  return "";
}

IndexedRecord MakeRecord(uint32_t dataset, std::string key, const std::vector<std::string>& names,
                         matching::Kind kind) {
  IndexedRecord record;
  record.dataset = dataset;
  record.key = std::move(key);
  record.kind = kind;
  for (size_t i = 0; i < names.size(); ++i) {
    record.names.push_back(
        {matching::TestMatcher().Normalize(names[i], kind), static_cast<uint8_t>(i), false});
  }
  return record;
}

std::shared_ptr<const Segment> Build(const std::vector<IndexedRecord>& records) {
  SegmentBuilder builder(&matching::TestMatcher());
  for (const IndexedRecord& record : records) builder.Add(record);
  return Segment::FromBytes(builder.Finish()).value();
}

Query MakeQuery(absl::string_view name, matching::Kind kind) {
  Query query;
  query.name = matching::TestMatcher().Normalize(name, kind);
  return query;
}

std::vector<std::string> Described(const SearchResult& result) {
  std::vector<std::string> out;
  for (const Hit& hit : result.hits) {
    out.push_back(
        absl::StrCat(hit.dataset, "/", hit.key, "#", int{hit.name_ordinal}, " ", hit.score));
  }
  return out;
}

}  // namespace probity::index
