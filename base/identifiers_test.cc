#include "base/identifiers.h"

#include "base/errors.h"
#include "base/testing.h"
#include "gtest/gtest.h"

namespace probity {
namespace {

v1::Identifier Id(const std::string& scheme, const std::string& value) {
  v1::Identifier identifier;
  identifier.set_scheme(scheme);
  identifier.set_value(value);
  return identifier;
}

struct Case {
  const char* scheme;
  const char* raw;
  const char* value;
  v1::IdentifierCheck check;
};

class NormalizeTest : public ::testing::TestWithParam<Case> {};

TEST_P(NormalizeTest, GivesTheCustomaryForm) {
  const Case& c = GetParam();
  v1::Identifier normalized = TestIdentifiers().Normalize(Id(c.scheme, c.raw)).value();
  EXPECT_EQ(normalized.value(), c.value);
  EXPECT_EQ(normalized.check(), c.check);
  EXPECT_EQ(normalized.raw(), std::string(c.raw) == c.value ? "" : c.raw);
}

INSTANTIATE_TEST_SUITE_P(
    Identifiers, NormalizeTest,
    ::testing::Values(
        Case{"GB-COH", "4830352", "04830352", v1::IDENTIFIER_CHECK_OK},
        Case{"GB-COH", "04830352", "04830352", v1::IDENTIFIER_CHECK_OK},
        Case{"gb-coh", "sc1234", "SC001234", v1::IDENTIFIER_CHECK_OK},
        Case{"GB-COH", "123456789", "123456789", v1::IDENTIFIER_CHECK_FAILED},
        Case{"BR-CNPJ", "27.090.456/0002-27", "27090456000227", v1::IDENTIFIER_CHECK_OK},
        Case{"BR-CNPJ", "27.090.456/0002-28", "27090456000228", v1::IDENTIFIER_CHECK_FAILED},
        Case{"BR-CNPJ", "27.090.456/0002-17", "27090456000217", v1::IDENTIFIER_CHECK_FAILED},
        Case{"XI-LEI", "5493 00-1KJTIIGC8Y1R12", "5493001KJTIIGC8Y1R12", v1::IDENTIFIER_CHECK_OK},
        Case{"XI-LEI", "5493001KJTIIGC8Y1R13", "5493001KJTIIGC8Y1R13", v1::IDENTIFIER_CHECK_FAILED},
        Case{"EU-VAT-EL", "GR 123456789", "123456789", v1::IDENTIFIER_CHECK_OK},
        Case{"EU-VAT-DE", "DE 123 456 789", "123456789", v1::IDENTIFIER_CHECK_OK},
        Case{"EU-VAT-DE", "12345678", "12345678", v1::IDENTIFIER_CHECK_FAILED},
        Case{"EU-VAT-AT", "ATU12345678", "U12345678", v1::IDENTIFIER_CHECK_OK},
        Case{"IMO", "IMO 9074729", "9074729", v1::IDENTIFIER_CHECK_OK},
        Case{"IMO", "9074728", "9074728", v1::IDENTIFIER_CHECK_FAILED},
        Case{"DE-CR", " HRB  1234 b ", "HRB 1234 B", v1::IDENTIFIER_CHECK_NOT_CHECKED}));

TEST(IdentifierCatalogueTest, RefusesUnknownSchemesAndBadValues) {
  IdentifierCatalogue catalogue = TestIdentifiers();
  EXPECT_EQ(ReasonOf(catalogue.Normalize(Id("NOPE", "1")).status()),
            v1::ERROR_REASON_UNKNOWN_IDENTIFIER_SCHEME);
  EXPECT_EQ(ReasonOf(catalogue.Normalize(Id("XX-ABC", "1")).status()),
            v1::ERROR_REASON_UNKNOWN_IDENTIFIER_SCHEME);
  for (const std::string& value :
       {std::string(), std::string("  "), std::string(257, '1'), std::string("1\n2")}) {
    EXPECT_EQ(ReasonOf(catalogue.Normalize(Id("GB-COH", value)).status()),
              v1::ERROR_REASON_INVALID_FIELD);
  }
  EXPECT_FALSE(catalogue.Normalize(Id("GB-COH", "--")).ok());
}

TEST(IdentifierCatalogueTest, AcceptsUnlistedSchemesOfTheRightShape) {
  IdentifierCatalogue catalogue = TestIdentifiers();
  EXPECT_TRUE(catalogue.Normalize(Id("AO-RNE", "12")).ok());
  EXPECT_FALSE(catalogue.IsIdentifying("AO-RNE"));
  EXPECT_TRUE(catalogue.IsIdentifying("XI-LEI"));
  EXPECT_FALSE(catalogue.IsIdentifying("EU-VAT-DE"));
}

TEST(IdentifierCatalogueTest, RefusesABadTable) {
  EXPECT_FALSE(IdentifierCatalogue::FromCsv("code,title,identifying\nA,B,maybe\n").ok());
}

// Three of the 400 real LEIs fail MOD 97-10; all 53 CNPJs pass.
TEST(IdentifierCatalogueTest, JudgesRealLeis) {
  PROBITY_NEEDS_SHARED(path, "gleif-lei-sample/lei2-sample.csv");
  IdentifierCatalogue catalogue = TestIdentifiers();
  int failed = 0, all = 0;
  std::vector<TableRow> rows = ParseTable(ReadFile(path).value()).value();
  for (TableRow& row : rows) {
    ++all;
    failed += catalogue.Normalize(Id("XI-LEI", row["LEI"]))->check() == v1::IDENTIFIER_CHECK_FAILED;
  }
  EXPECT_EQ(all, 400);
  EXPECT_EQ(failed, 3);
}

TEST(IdentifierCatalogueTest, JudgesRealCnpjs) {
  PROBITY_NEEDS_SHARED(path, "br-lista-suja/companies.csv");
  IdentifierCatalogue catalogue = TestIdentifiers();
  int ok = 0, all = 0;
  std::vector<TableRow> rows = ParseTable(ReadFile(path).value()).value();
  for (TableRow& row : rows) {
    ++all;
    ok += catalogue.Normalize(Id("BR-CNPJ", row["cpf_cpnj"]))->check() == v1::IDENTIFIER_CHECK_OK;
  }
  EXPECT_EQ(all, 53);
  EXPECT_EQ(ok, 53);
}

}  // namespace
}  // namespace probity
