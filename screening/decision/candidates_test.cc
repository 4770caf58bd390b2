#include "screening/decision/candidates.h"

#include <memory>
#include <string>
#include <vector>

#include "base/testing.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "matching/testing.h"
#include "policy/testing.h"
#include "screening/names/name_search.h"
#include "screening/names/record_party.h"
#include "storage/memory/in_memory_store.h"
#include "storage/testing/builders.h"
#include "storage/testing/obedient_index.h"

namespace probity::screening {
namespace {

using storage::testing::CreateDataset;
using storage::testing::Flag;
using storage::testing::Load;
using storage::testing::Party;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// A name index that finds the party "a" of "list" whatever it is asked, and notes in which
// datasets it was asked to look.
class CandidatesTest : public ::testing::Test {
 protected:
  CandidatesTest() {
    index_.answer = [this](const storage::View& view, const index::Query& query) {
      searched_.push_back(query.datasets);
      index::SearchResult result;
      const auto* list = view.FindDataset("list");
      if (list != nullptr) result.hits.push_back({list->number(), "a", ordinal_, 9000});
      return result;
    };
  }

  void LoadList() {
    ASSERT_TRUE(CreateDataset(store_.get(), "list", v1::ABSENCE_MODE_RETRACTED).ok());
    ASSERT_TRUE(
        Load(store_.get(), {"list", {Party("a", "Mill Ltd", {}), Flag("f", "records/a")}}).ok());
  }
  void LoadRegister() {
    ASSERT_TRUE(CreateDataset(store_.get(), "register", v1::ABSENCE_MODE_RETRACTED).ok());
    ASSERT_TRUE(
        Load(store_.get(), {"register", {Party("b", "Mill Ltd", {{"GB-COH", "00000006"}})}}).ok());
  }
  uint32_t NumberOf(const std::string& dataset) {
    return store_->Head("")->FindDataset(dataset)->number();
  }

  // Names of those found.
  std::vector<std::string> FindFor(const std::optional<v1::Supplier>& on_record) {
    searched_.clear();
    const auto view = store_->Head("");
    const NameBook book{*store_, index_, {matching::TestMatcher(), identifiers_}};
    const GoodsAtRisk goods;
    const Shelf shelf{*view, book, law_, schemes_, goods};
    const Asking asking{0, [] { return absl::OkStatus(); }};
    v1::ScreenedSubject asked;
    asked.set_name("Mill Ltd");
    PersonalTexts personal(NewSalts());
    v1::SubjectEvidence evidence;
    std::vector<v1::Supplier> alerts;
    const absl::Status found = FindCandidates(
        shelf, {0, asking}, {}, {"subject", asked, on_record, {}}, &personal, &evidence, &alerts);
    EXPECT_TRUE(found.ok()) << found;
    std::vector<std::string> records;
    for (const auto& one : evidence.candidates()) records.push_back(one.source_record());
    named_.clear();
    for (const v1::PersonalText& text : personal.Take()) named_.push_back(text.text());
    return records;
  }

  std::unique_ptr<storage::Store> store_ =
      std::make_unique<storage::InMemoryStore>(TestIdentifiers(), "0123456789abcdef");
  storage::testing::ObedientIndex index_;
  std::vector<std::vector<uint32_t>> searched_;
  uint8_t ordinal_ = 0;  // of the name that is found
  std::vector<std::string> named_;

 private:
  const IdentifierCatalogue identifiers_ = TestIdentifiers();
  const policy::SchemeCatalogue schemes_ = policy::TestSchemes();
  const policy::LegalPeriods law_ = policy::TestLaw();
};

TEST_F(CandidatesTest, WhereListsAreAllThatIsNamedOneSearchIsEnough) {
  LoadList();
  EXPECT_THAT(FindFor(std::nullopt), ElementsAre("datasets/list/records/a"));
  EXPECT_THAT(searched_, ElementsAre(IsEmpty()));
}

// What lists name is not crowded out by a register full of like names.
TEST_F(CandidatesTest, BesideARegisterListsAreSearchedForThemselves) {
  LoadList();
  LoadRegister();
  EXPECT_THAT(FindFor(std::nullopt), ElementsAre("datasets/list/records/a"));
  EXPECT_THAT(searched_, ElementsAre(ElementsAre(NumberOf("list")), IsEmpty()));
}

TEST_F(CandidatesTest, WhoIsOnRecordIsSearchedAmongThoseWhomListsName) {
  LoadList();
  v1::Supplier supplier;
  supplier.set_name("suppliers/other");
  EXPECT_THAT(FindFor(supplier), ElementsAre("datasets/list/records/a"));
  EXPECT_THAT(searched_, ElementsAre(ElementsAre(NumberOf("list"))));
}

TEST_F(CandidatesTest, WithoutListsThereIsTheRegister) {
  LoadRegister();
  FindFor(std::nullopt);
  EXPECT_THAT(searched_, ElementsAre(IsEmpty()));
}

// A record with all that is compared, and one name twice.
v1::Record Named() {
  v1::Record record = Party("a", "Mill Ltd", {});
  v1::SupplierRecord& party = *record.mutable_supplier();
  party.set_kind(v1::PARTY_KIND_COMPANY);
  party.set_jurisdiction("US-MA");
  party.mutable_founded()->set_year(1899);
  for (const char* country : {"DE", "FR"}) {
    v1::Address* address = party.add_addresses();
    address->set_city("Invented");
    address->set_country(country);
  }
  for (const char* alias : {"Mill Ltd", "Weavers"}) {
    party.add_names()->set_text(alias);
    party.mutable_names(party.names_size() - 1)->set_type(v1::NAME_TYPE_AKA_WEAK);
  }
  return record;
}

TEST_F(CandidatesTest, TheNameFoundIsTheRecordsWhereverItStands) {
  ASSERT_TRUE(CreateDataset(store_.get(), "list", v1::ABSENCE_MODE_RETRACTED).ok());
  ASSERT_TRUE(Load(store_.get(), {"list", {Named(), Flag("f", "records/a")}}).ok());
  for (const char* name : {"Mill Ltd", "Mill Ltd", "Weavers"}) {
    FindFor(std::nullopt);
    EXPECT_THAT(named_, ElementsAre(name)) << static_cast<int>(ordinal_);
    ++ordinal_;
  }
}

TEST_F(CandidatesTest, ASupplierOfOneRecordSaysWhatThatSays) {
  ASSERT_TRUE(CreateDataset(store_.get(), "list", v1::ABSENCE_MODE_RETRACTED).ok());
  ASSERT_TRUE(Load(store_.get(), {"list", {Named()}}).ok());
  const auto view = store_->Head("");
  const storage::RecordRef ref{"list", "a"};
  const RecordParty record = ReadRecordParty(*view, ref).value().value();
  const v1::Supplier supplier = ReadSupplier(view->SupplierOf(ref).value().value()).value();
  const RecordParty only = PartyOfOnlyRecord(supplier, ref).value();
  EXPECT_EQ(only.names[0].SerializeAsString(), record.names[0].SerializeAsString());
  EXPECT_EQ(only.facts.kind, record.facts.kind);
  EXPECT_THAT(only.facts.countries, ElementsAre("DE", "FR", "US"));
  EXPECT_EQ(only.facts.countries, record.facts.countries);
  EXPECT_EQ(only.facts.date.year, 1899);
  EXPECT_EQ(only.address, record.address);
}

TEST_F(CandidatesTest, ASupplierOfSeveralRecordsSpeaksForNoneOfThem) {
  v1::Supplier supplier;
  supplier.add_names()->set_text("Mill Ltd");
  supplier.add_source_records("datasets/list/records/a");
  EXPECT_TRUE(PartyOfOnlyRecord(supplier, {"list", "a"}).has_value());
  EXPECT_FALSE(PartyOfOnlyRecord(supplier, {"list", "b"}).has_value());
  v1::Supplier full = supplier;
  while (full.addresses_size() < 20) full.add_addresses();
  EXPECT_FALSE(PartyOfOnlyRecord(full, {"list", "a"}).has_value()) << "it may leave some out";
  supplier.add_source_records("datasets/list/records/b");
  EXPECT_FALSE(PartyOfOnlyRecord(supplier, {"list", "a"}).has_value());
}

}  // namespace
}  // namespace probity::screening
