#include "screening/fingerprint.h"

#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_replace.h"
#include "gtest/gtest.h"
#include "policy/testing.h"

namespace probity::screening {
namespace {

using policy::Parse;

std::string Of(const std::string& record) {
  return FingerprintOf(IdentityOf(Parse<v1::SupplierRecord>(record)));
}

constexpr char kNamed[] =
    "names { text: 'Heron Ltd' } names { text: 'Heron Fisheries' } identifiers { scheme: 'GB-COH' "
    "value: '07654321' } identifiers { scheme: 'IMO' value: '1' } addresses { city: 'Hull' "
    "country: 'GB' } jurisdiction: 'GB' ";
const std::string& Record() {
  static const auto* const kRecord =
      new std::string(std::string(kNamed) + "kind: PARTY_KIND_COMPANY founded { year: 1999 }");
  return *kRecord;
}

TEST(FingerprintTest, WhatIdentifiesNobodyDoesNotCount) {
  const std::string& record = Record();
  for (const std::string& same :
       {record + " sectors: 'SIC2007:03110' status: ENTITY_STATUS_INACTIVE",
        record + " registration_status: REGISTRATION_STATUS_LAPSED registration_scheme: 'GB-COH'",
        // Case, accents and kinds of names; a name or number that stands twice.
        record + " names { text: 'HÉRON  ltd' type: NAME_TYPE_AKA_WEAK language: 'fr' }",
        record + " identifiers { scheme: 'IMO' value: '1' raw: 'IMO 1' "
                 "check: IDENTIFIER_CHECK_OK }",
        record + " addresses { city: 'Grimsby' country: 'GB' }",
        // Another order.
        std::string(
            "founded { year: 1999 } names { text: 'Heron Fisheries' } names { text: 'Heron "
            "Ltd' } identifiers { scheme: 'IMO' value: '1' } identifiers { scheme: "
            "'GB-COH' value: '07654321' } kind: PARTY_KIND_COMPANY jurisdiction: 'GB-ENG'")}) {
    EXPECT_EQ(Of(same), Of(record)) << same;
  }
}

TEST(FingerprintTest, EachFactThatIdentifiesCounts) {
  const std::string& record = Record();
  std::set<std::string> all = {Of(record), Of(""), Of("names { text: 'Heron Ltd' }")};
  const auto but = [&record](const std::string& said, const std::string& instead) {
    return absl::StrReplaceAll(record, {{said, instead}});
  };
  const std::vector<std::string> others = {
      record + " names { text: 'Heron II' }", record + " identifiers { scheme: 'IMO' value: '2' }",
      record + " identifiers { scheme: 'GB-COH' value: '1' }",
      record + " addresses { country: 'CN' }", but("{ year: 1999 }", "{ year: 1999 month: 5 }"),
      but("1999", "1998"), but("PARTY_KIND_COMPANY", "PARTY_KIND_VESSEL"),
      // The same letters as another kind of fact.
      "names { text: 'GB-COH:07654321' }", "identifiers { scheme: 'GB-COH' value: '07654321' }",
      "names { text: 'a' } names { text: 'b' }", "names { text: 'a b' }"};
  for (const std::string& other : others) EXPECT_TRUE(all.insert(Of(other)).second) << other;
}

TEST(FingerprintTest, AVendorIsItsNameCountryAndIdentifier) {
  const auto of = [](const std::string& vendor) {
    return FingerprintOf(IdentityOf(Parse<v1::Vendor>(vendor)));
  };
  const std::string vendor =
      "display_name: 'Heron' country: 'GB' identifier { scheme: 'GB-COH' value: '1' } ";
  EXPECT_EQ(of(vendor), of(vendor + "set_by: 'ann' basis: VENDOR_BASIS_ASSERTED"));
  EXPECT_EQ(of(vendor), of("display_name: 'HERON' country: 'GB' identifier { scheme: 'GB-COH' "
                           "value: '1' }"));
  const std::string name = "display_name: 'Heron' ", country = "country: 'GB' ";
  const std::string id = "identifier { scheme: 'GB-COH' value: '1' } ";
  EXPECT_EQ(of(vendor), of(name + country + id));
  for (const std::string& other :
       {name + country, name + id, country + id, "display_name: 'Kiln' " + country + id,
        name + "country: 'FR' " + id, name + country + "identifier { scheme: 'IMO' value: '1' }"}) {
    EXPECT_NE(of(vendor), of(other)) << other;
  }
}

}  // namespace
}  // namespace probity::screening
