#include "storage/names/party_names.h"

#include "gmock/gmock.h"
#include "matching/testing.h"
#include "storage/testing/builders.h"

namespace probity::storage {
namespace {

using matching::Kind;
using matching::TestMatcher;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

v1::RecordRow RowOf(const probity::v1::Record& record) {
  v1::RecordRow row;
  row.add_segments()->set_undated(true);
  *row.mutable_segments(0)->mutable_record() = record;
  return row;
}

PartyNames NamesOf(const probity::v1::Record& record) { return *PartyNamesOf(RowOf(record)); }

void AddName(const std::string& text, probity::v1::NameType type, probity::v1::Record* record) {
  probity::v1::Name* name = record->mutable_supplier()->add_names();
  name->set_text(text);
  name->set_type(type);
}

TEST(PartyNamesTest, TakesThePartOfARecordThatIsSearched) {
  probity::v1::Record record = testing::Party("k", "Kestrel Ltd", {{"GB-COH", "1"}});
  AddName("Falcon", probity::v1::NAME_TYPE_AKA_WEAK, &record);
  AddName("Merlin", probity::v1::NAME_TYPE_AKA_STRONG, &record);
  record.mutable_supplier()->set_jurisdiction("US-MA");
  for (const char* country : {"GB", "US", "", "GB", "England"}) {
    record.mutable_supplier()->add_addresses()->set_country(country);
  }
  record.mutable_supplier()->mutable_founded()->set_year(1970);
  record.mutable_supplier()->mutable_founded()->set_month(5);
  const PartyNames names = NamesOf(record);
  ASSERT_EQ(names.names.size(), 3u);
  EXPECT_EQ(names.names[0].text, "Kestrel Ltd");
  EXPECT_FALSE(names.names[0].weak);
  EXPECT_TRUE(names.names[1].weak);
  EXPECT_FALSE(names.names[2].weak);
  EXPECT_EQ(names.names[2].ordinal, 2);
  EXPECT_THAT(names.countries, ElementsAre("GB", "US"));
  EXPECT_EQ(names.date.year, 1970);
  EXPECT_EQ(names.date.month, 5);
  EXPECT_EQ(names.date.day, 0);
}

TEST(PartyNamesTest, OtherRecordsHaveNone) {
  EXPECT_FALSE(PartyNamesOf(RowOf(testing::Flag("k", "records/p"))).has_value());
}

TEST(PartyNamesTest, SitesHaveNamesAndACountry) {
  probity::v1::Record record;
  record.mutable_site()->add_names()->set_text("Kestrel Mill");
  record.mutable_site()->add_names()->set_text("Old Mill");
  record.mutable_site()->mutable_names(1)->set_type(probity::v1::NAME_TYPE_AKA_WEAK);
  record.mutable_site()->mutable_address()->set_country("BD");
  const PartyNames names = NamesOf(record);
  EXPECT_EQ(names.kind, Kind::kSite);
  ASSERT_EQ(names.names.size(), 2u);
  EXPECT_EQ(names.names[0].text, "Kestrel Mill");
  EXPECT_TRUE(names.names[1].weak);
  EXPECT_EQ(names.names[1].ordinal, 1);
  EXPECT_THAT(names.countries, ElementsAre("BD"));
}

TEST(PartyNamesTest, RestrictedRecordsHaveNone) {
  probity::v1::Record site;
  site.mutable_site()->add_names()->set_text("Kestrel Mill");
  v1::RecordRow row = RowOf(site);
  *row.add_segments()->mutable_record() = site;
  row.mutable_segments(0)->mutable_record()->set_visibility(probity::v1::VISIBILITY_RESTRICTED);
  EXPECT_TRUE(PartyNamesOf(row).has_value()) << "it no longer is";
  row.mutable_segments(1)->mutable_record()->set_visibility(probity::v1::VISIBILITY_RESTRICTED);
  EXPECT_FALSE(PartyNamesOf(row).has_value());
}

TEST(PartyNamesTest, ReadsWhatWasSaidLast) {
  v1::RecordRow row = RowOf(testing::Party("k", "Old", {}));
  *row.add_segments()->mutable_record() = testing::Party("k", "New", {});
  EXPECT_EQ(PartyNamesOf(row)->names[0].text, "New");
}

TEST(PartyNamesTest, KindsOfParties) {
  const struct {
    probity::v1::PartyKind party;
    Kind kind;
  } kCases[] = {
      {probity::v1::PARTY_KIND_UNSPECIFIED, Kind::kAny},
      {probity::v1::PARTY_KIND_COMPANY, Kind::kCompany},
      {probity::v1::PARTY_KIND_ORGANIZATION, Kind::kCompany},
      {probity::v1::PARTY_KIND_PUBLIC_BODY, Kind::kCompany},
      {probity::v1::PARTY_KIND_PERSON, Kind::kPerson},
      {probity::v1::PARTY_KIND_VESSEL, Kind::kVessel},
      {probity::v1::PARTY_KIND_GROUP, Kind::kCompany},
  };
  EXPECT_EQ(std::size(kCases), static_cast<size_t>(probity::v1::PartyKind_ARRAYSIZE));
  for (const auto& test : kCases) {
    probity::v1::Record record = testing::Party("k", "Kestrel", {});
    record.mutable_supplier()->set_kind(test.party);
    EXPECT_EQ(NamesOf(record).kind, test.kind) << test.party;
  }
}

TEST(PartyNamesTest, EqualityIsOfEverythingThatIsSearched) {
  const probity::v1::Record record = testing::Party("k", "Kestrel", {});
  probity::v1::Record other = record;
  other.mutable_supplier()->add_sectors("SIC2007:1");
  EXPECT_TRUE(NamesOf(record) == NamesOf(other)) << "sectors are not searched";
  const std::function<void(probity::v1::SupplierRecord*)> kChanges[] = {
      [](auto* party) { party->mutable_names(0)->set_text("Kestrels"); },
      [](auto* party) { party->mutable_names(0)->set_type(probity::v1::NAME_TYPE_AKA_WEAK); },
      [](auto* party) { party->add_names()->set_text("Falcon"); },
      [](auto* party) { party->set_kind(probity::v1::PARTY_KIND_PERSON); },
      [](auto* party) { party->set_jurisdiction("GB"); },
      [](auto* party) { party->mutable_founded()->set_year(1970); },
  };
  for (const auto& change : kChanges) {
    other = record;
    change(other.mutable_supplier());
    EXPECT_FALSE(NamesOf(record) == NamesOf(other)) << other.DebugString();
    EXPECT_FALSE(SayTheSame(*Normalize(TestMatcher(), NamesOf(record)),
                            *Normalize(TestMatcher(), NamesOf(other))))
        << other.DebugString();
  }
}

TEST(PartyNamesTest, NormalizesEachNameOnce) {
  probity::v1::Record record = testing::Party("k", "Kestrel Ltd", {});
  AddName("...", probity::v1::NAME_TYPE_AKA_STRONG, &record);
  AddName("KESTREL, Ltd.", probity::v1::NAME_TYPE_AKA_STRONG, &record);
  AddName("Kestrel Ltd", probity::v1::NAME_TYPE_AKA_WEAK, &record);
  AddName("Falcon", probity::v1::NAME_TYPE_AKA_STRONG, &record);
  const auto normalized = Normalize(TestMatcher(), NamesOf(record));
  ASSERT_TRUE(normalized.has_value());
  std::vector<int> ordinals;
  for (const index::IndexedName& name : normalized->names) ordinals.push_back(name.ordinal);
  EXPECT_THAT(ordinals, ElementsAre(0, 3, 4)) << "no name without words, none twice but weak";
}

TEST(PartyNamesTest, APartyWithoutWordsIsNotIndexed) {
  EXPECT_FALSE(Normalize(TestMatcher(), NamesOf(testing::Party("k", "...", {}))).has_value());
  probity::v1::Record nameless;
  nameless.mutable_supplier()->set_jurisdiction("GB");
  EXPECT_THAT(NamesOf(nameless).names, IsEmpty());
  EXPECT_FALSE(Normalize(TestMatcher(), NamesOf(nameless)).has_value());
}

}  // namespace
}  // namespace probity::storage
