#include "matching/romanize.h"

#include "gtest/gtest.h"
#include "matching/han.h"
#include "matching/text.h"

namespace probity::matching {
namespace {

std::string Latin(absl::string_view word) {
  std::string out;
  for (const Word& one : Clean(word).words) out += Romanize(one.letters, one.script);
  return out;
}

struct Case {
  const char* word;
  const char* latin;
};

TEST(RomanizeTest, SpellsAsPapersDo) {
  const Case cases[] = {
      {"Москва", "moskva"},      {"Хрущёв", "khrushchev"}, {"Чайковский", "chaykovskiy"},
      {"Київ", "kyyiv"},         {"Србија", "srbija"},     {"Қазақстан", "kazakstan"},
      {"Ελλάδος", "ellados"},    {"Μπάμπης", "bampis"},    {"Παπανδρέου", "papandreou"},
      {"Թումանյան", "tumanyan"}, {"Երևան", "yerevan"},     {"თბილისი", "tbilisi"},
      {"محفوظ", "mhfuz"},        {"يوسف", "yusf"},         {"طه", "tah"},
      {"שלום", "shlom"},         {"וייצמן", "vaytsmn"},    {"ג'ימי", "jimi"},
      {"צ'רלי", "chrli"},        {"ひらがな", "hiragana"}, {"トヨタ", "toyota"},
      {"シャープ", "shapu"},     {"ロッテ", "rotte"},      {"ジョン", "jon"},
      {"삼성", "samseong"},      {"한글", "hangeul"},      {"华为", "huawei"},
      {"टाटा", "tata"},          {"भारत", "bharat"},       {"กรุงเทพ", "krungtheph"},
  };
  for (const Case& c : cases) EXPECT_EQ(Latin(c.word), c.latin) << c.word;
}

// What is silent, what only sets a tone, and vowels in two pieces.
TEST(RomanizeTest, ReadsThaiAsItIsSpoken) {
  const Case cases[] = {
      {"ศักดิ์", "sak"},
      {"จันทร์", "chan"},
      {"ลักษณ์", "lak"},
      {"วงศ์", "wng"},
      {"หญิง", "ying"},
      {"หาด", "had"},
      {"บุญ", "bun"},
      {"ปัญญา", "panya"},
      {"ธรรม", "tham"},
      {"สุวรรณ", "suwan"},
      {"บรรหาร", "banhar"},
      {"เกาะ", "kaoa"},
      {"น้ำตาล", "namtal"},
      {"เมเจอร์", "mecher"},
      {"เมนต์", "ment"},
      {"ฟู้ดส์", "fuds"},
      {"คอร์ปอเรชั่น", "khorporechan"},
  };
  for (const Case& c : cases) EXPECT_EQ(Latin(c.word), c.latin) << c.word;
}

TEST(RomanizeTest, KeepsTheVowelThatHindiSpeaks) {
  EXPECT_EQ(Latin("नरेन्द्र"), "narendra");
  EXPECT_EQ(Latin("कृष्ण"), "krishna");
  EXPECT_EQ(Latin("दत्त"), "datt");
  EXPECT_EQ(Latin("राम"), "ram");
}

TEST(RomanizeTest, GivesLettersAndDigitsOnly) {
  for (const char* word : {"ქართული", "ᠮᠣᠩᠭᠣᠯ", "አማርኛ", "ខ្មែរ", "မြန်မာ", "ལྷ་ས", "\u0E4F"}) {
    for (char c : Latin(word)) {
      EXPECT_TRUE((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) << word;
    }
  }
}

TEST(RomanizeTest, KnowsWhatAScriptLeavesOut) {
  EXPECT_EQ(ReadingOf(Script::kLatin), Reading::kLetters);
  EXPECT_EQ(ReadingOf(Script::kArabic), Reading::kAbjad);
  EXPECT_EQ(ReadingOf(Script::kKana), Reading::kSyllables);
}

TEST(SimplifyHanTest, JoinsThreeWaysOfWriting) {
  EXPECT_EQ(SimplifyHan(U"電気"), SimplifyHan(U"電氣"));
  EXPECT_EQ(SimplifyHan(U"電気"), U"电气");
  EXPECT_EQ(SimplifyHan(U"广东"), SimplifyHan(U"廣東"));
}

}  // namespace
}  // namespace probity::matching
