#include "matching/legal_forms.h"

#include "absl/strings/str_join.h"
#include "gtest/gtest.h"
#include "matching/testing.h"

namespace probity::matching {
namespace {

struct Split {
  std::string core, forms;
};

Split SplitOf(absl::string_view name) {
  const NormalizedName normalized = TestMatcher().Normalize(name, Kind::kCompany);
  std::vector<std::string> core, forms;
  for (const Token& token : normalized.tokens) core.push_back(token.text);
  for (uint16_t id : normalized.legal_forms) forms.push_back(TestMatcher().tables().form(id).id);
  return {absl::StrJoin(core, " "), absl::StrJoin(forms, " ")};
}

TEST(LegalFormsTest, AreTakenInFrontBehindAndInside) {
  const struct {
    const char *name, *core, *forms;
  } cases[] = {
      {"Acme Ltd", "acme", "ltd"},
      {"Acme Limmited", "acme", "ltd"},
      {"Acme Liitied", "acme", "ltd"},
      {"Acme Co. Ld", "acme", "co-ltd"},
      {"Joint Stok Company Acme", "acme", "ao"},
      {"Opes Joint Stock Company", "opes", "ao"},
      {"Acme Jonnt Stock Company", "acme", "ao"},
      {"Acme Publik Limited Compani", "acme", "plc"},
      {"Obschestvo s ogranihennoi otvetsovennostyu Acme", "acme", "ooo"},
      {"The Joint Stock Company Acme", "the acme", "ao"},
      {"Acme Limited", "acme", "ltd"},
      {"Acme L.T.D.", "acme", "ltd"},
      {"Acme Co., Ltd.", "acme", "co-ltd"},
      {"Acme Gesellschaft mit beschränkter Haftung", "acme", "gmbh"},
      {"Acme GmbH & Co. KG", "acme", "gmbh-co-kg"},
      {"Acme S. de R.L. de C.V.", "acme", "srl-de-cv"},
      {"Acme Sp. z o.o.", "acme", "sp-zoo"},
      {"PT Acme Tbk", "acme", "pt tbk"},
      {"OOO Acme", "acme", "ooo"},
      {"ООО «Ромашка»", "romashka", "ooo"},
      {"شركة النور", "al nour", "sharikat"},
      {"株式会社アクメ", "akume", "kk"},
      {"アクメ株式会社", "akume", "kk"},
      {"(株)アクメ", "akume", "kk"},
      {"삼미주식회사", "sammi", "chusik"},
      {"佳美有限公司", "jiamei", "yxgs"},
      {"บริษัท อักมี จำกัด", "akmi", "borisat borisat"},
      {"Acme Ltd (Leeds)", "acme leeds", "ltd"},
      {"ՍՊԸ Ակմե", "akme", "spy-am"},
      {"Αcme Α.Ε.", "acme", "ae-gr"},
  };
  for (const auto& c : cases) {
    const Split split = SplitOf(c.name);
    EXPECT_EQ(split.core, c.core) << c.name;
    EXPECT_EQ(split.forms, c.forms) << c.name;
  }
}

TEST(LegalFormsTest, LeaveWhatOnlyLooksLikeOne) {
  EXPECT_EQ(SplitOf("A B C Company").core, "abc");
  EXPECT_EQ(SplitOf("Sage Asset").forms, "");
  EXPECT_EQ(SplitOf("Zhu Trading").core, "zhu trading");
}

TEST(LegalFormsTest, AreKeptWhereNothingElseIsLeft) {
  const NormalizedName name = TestMatcher().Normalize("Limited", Kind::kCompany);
  EXPECT_TRUE(name.only_legal_form);
  EXPECT_EQ(name.tokens.size(), 1u);
  EXPECT_FALSE(TestMatcher().Normalize("Acme Limited", Kind::kCompany).only_legal_form);
}

TEST(LegalFormsTest, AreNoPartOfPersons) {
  EXPECT_EQ(TestMatcher().Normalize("Marie Sa", Kind::kPerson).tokens.size(), 2u);
}

TEST(LegalFormsTest, ContradictMildly) {
  const int same = ScoreOf("Acme Kestrel GmbH", "Acme Kestrel GmbH", Kind::kCompany);
  const int translated = ScoreOf("Acme Kestrel GmbH", "Acme Kestrel LLC", Kind::kCompany);
  const int missing = ScoreOf("Acme Kestrel GmbH", "Acme Kestrel", Kind::kCompany);
  const int other = ScoreOf("Acme Kestrel GmbH", "Acme Kestrel AG", Kind::kCompany);
  EXPECT_EQ(same, 10000);
  EXPECT_LT(translated, same);
  EXPECT_LT(missing, same);
  EXPECT_LT(other, translated);
  EXPECT_GT(other, 8000);
}

}  // namespace
}  // namespace probity::matching
