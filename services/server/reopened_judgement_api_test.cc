// What opens a judgement again: that one of both parties is no longer who it was.
#include <algorithm>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "services/server/judgement_testing.h"

namespace probity::server {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// A reload of the same list, in another order and with other provenance, changes nothing;
// a changed birth date or identifier opens exactly that one.
TEST_F(ReviewApiTest, OnlyWhatIdentifiesAPartyOpensItAgain) {
  const std::string judgement =
      Judge(Says("supplier: '" + SupplierOf("07654321") + "'", "IS_NOT")).judgement().name();
  PutListed("sectors: 'SIC2007:03110' registration_status: REGISTRATION_STATUS_LAPSED");
  EXPECT_EQ(Get(judgement).state(), v1::JUDGEMENT_STATE_STANDING);
  for (const char* more :
       {"founded { year: 1999 }", "kind: PARTY_KIND_VESSEL",
        "identifiers { scheme: 'IMO' value: '9074729' }", "names { text: 'Heron II' }",
        "jurisdiction: 'CN'", "addresses { country: 'CN' }"}) {
    SCOPED_TRACE(more);
    PutListed(more);
    EXPECT_EQ(Get(judgement).state(), v1::JUDGEMENT_STATE_REOPENED);
    EXPECT_EQ(Get(judgement).reopening(), v1::JUDGEMENT_REOPENING_RECORD_CHANGED);
    PutListed("");
    EXPECT_EQ(Get(judgement).state(), v1::JUDGEMENT_STATE_STANDING);
  }
  PutListed("founded { year: 1999 }");
  const auto answer = Screen(Heron());
  EXPECT_THAT(CandidatesOf(answer), ElementsAre(vessel_));
  EXPECT_EQ(answer.decision().core().verdict(), v1::VERDICT_REVIEW);
  EXPECT_EQ(answer.bundle().subjects(0).judgements(0).state(), v1::JUDGEMENT_STATE_REOPENED);
  // Judged anew, it stands beside the one that is open.
  Judge(Says("supplier: '" + SupplierOf("07654321") + "'", "IS_NOT"));
  EXPECT_THAT(CandidatesOf(Screen(Heron())), IsEmpty());
}

// A list of invented parties as a file, with what of two of them may change.
class ListedParties {
 public:
  static constexpr int kCount = 30;

  static std::string Name(int i) {
    static constexpr const char* kFirst[] = {"Amber", "Birch", "Cobalt", "Dune", "Ember", "Fjord"};
    static constexpr const char* kSecond[] = {"Kilns", "Looms", "Trawlers", "Quarries",
                                              "Tanneries"};
    return std::string(kFirst[i % 6]) + " " + kSecond[i / 6];
  }
  static std::string File(bool reversed, const std::string& sector, const std::string& founded_of_3,
                          const std::string& number_of_7) {
    std::string text = "record_type,key,name,identifiers,founded,sectors\n";
    for (int place = 0; place < kCount; ++place) {
      const int i = reversed ? kCount - 1 - place : place;
      text += "supplier,p" + std::to_string(i) + "," + Name(i) +
              ",US-EIN:" + (i == 7 ? number_of_7 : std::to_string(1000 + i)) + "," +
              (i == 3 ? founded_of_3 : "1980-01-31") + "," + sector + "\n";
    }
    return text;
  }
  static std::string Record(int i) { return "datasets/many/records/p" + std::to_string(i); }
};

TEST_F(ReviewApiTest, AReloadShowsExactlyThoseThatChanged) {
  CreateDataset("many");
  const auto load = [this](const std::string& file) {
    ASSERT_EQ(Import("many", "probity-csv", file).counts().refused(), 0u);
  };
  const auto shown = [this] {
    std::vector<int> parties;
    for (int i = 0; i < ListedParties::kCount; ++i) {
      const auto candidates = CandidatesOf(Screen("name: '" + ListedParties::Name(i) + "'"));
      if (std::find(candidates.begin(), candidates.end(), ListedParties::Record(i)) !=
          candidates.end()) {
        parties.push_back(i);
      }
    }
    return parties;
  };
  load(ListedParties::File(false, "", "1980-01-31", "1007"));
  EXPECT_EQ(shown().size(), static_cast<size_t>(ListedParties::kCount));
  for (int i = 0; i < ListedParties::kCount; ++i) {
    Judge(Says("query { name: '" + ListedParties::Name(i) + "' }", "IS_NOT",
               ListedParties::Record(i)));
  }
  EXPECT_THAT(shown(), IsEmpty());
  load(ListedParties::File(true, "SIC2007:03110", "1980-01-31", "1007"));
  EXPECT_THAT(shown(), IsEmpty());
  load(ListedParties::File(false, "", "1980-02-01", "2007"));
  EXPECT_THAT(shown(), ElementsAre(3, 7));
}

TEST_F(ReviewApiTest, TheSubjectsSideOpensItToo) {
  const std::string judgement =
      Judge(Says("supplier: '" + SupplierOf("07654321") + "'", "IS_NOT")).judgement().name();
  Put("reg", Firm("heron", "Quarrelsome Heron Holdings Ltd", "07654321"));
  EXPECT_EQ(v1::JudgementReopening_Name(Get(judgement).reopening()), kSubjectChanged);
  EXPECT_THAT(CandidatesOf(Screen(Heron())), ElementsAre(vessel_));
  v1::RemoveRecordRequest remove;
  remove.set_name("datasets/reg/records/heron");
  Ask(&v1::DatasetService::Stub::RemoveRecord, remove);
  EXPECT_EQ(v1::JudgementReopening_Name(Get(judgement).reopening()), kSubjectChanged);
}

TEST_F(ReviewApiTest, JudgementsFollowARecordThatIsMerged) {
  const std::string judgement =
      Judge(Says("supplier: '" + SupplierOf("07654321") + "'", "IS_NOT")).judgement().name();
  PutListed("");
  // The list's party turns out to be another firm's record, and both become one.
  Put("reg",
      "key: 'twin' supplier { names { text: 'Quarrelsome Heron Twin' } identifiers { scheme: "
      "'IMO' value: '9074729' } }");
  const std::string before = Get(judgement).supplier();
  PutListed("identifiers { scheme: 'XI-LEI' value: '529900T8BM49AURSDO55' }");
  Put("reg",
      "key: 'twin' supplier { names { text: 'Quarrelsome Heron Twin' } identifiers { scheme: "
      "'XI-LEI' value: '529900T8BM49AURSDO55' } }");
  EXPECT_EQ(Get(judgement).state(), v1::JUDGEMENT_STATE_REOPENED);
  const std::string again =
      Judge(Says("supplier: '" + SupplierOf("07654321") + "'", "IS_NOT")).judgement().name();
  // A third record joins the merged party: nothing that was judged has changed.
  Put("reg",
      "key: 'third' supplier { names { text: 'Quarrelsome Heron Third' } identifiers { "
      "scheme: 'XI-LEI' value: '529900T8BM49AURSDO55' } }");
  EXPECT_EQ(Get(again).state(), v1::JUDGEMENT_STATE_STANDING);
  EXPECT_THAT(CandidatesOf(Screen(Heron())), IsEmpty());
  EXPECT_FALSE(before.empty());
}

// A word on a merged supplier is no word on each of those it is parted into.
TEST_F(ReviewApiTest, ASubjectThatIsPartedIsOpenAgain) {
  const std::string lei = "identifiers { scheme: 'XI-LEI' value: '529900T8BM49AURSDO55' }";
  const std::string both =
      "key: 'bridge' supplier { names { text: 'Bridge' } identifiers { scheme: "
      "'GB-COH' value: '07654321' } " +
      lei + " }";
  Put("reg", both);
  Put("reg", "key: 'far' supplier { names { text: 'Quarrelsome Heron Far' } " + lei + " }");
  const std::string judgement =
      Judge(Says("supplier: '" + SupplierOf("07654321") + "'", "IS")).judgement().name();
  EXPECT_EQ(Screen(Heron()).decision().core().verdict(), v1::VERDICT_BLOCK);
  Put("reg", "key: 'far' supplier { names { text: 'Quarrelsome Heron Far' } }");
  EXPECT_EQ(v1::JudgementReopening_Name(Get(judgement).reopening()), kSubjectChanged);
  EXPECT_EQ(Screen(Heron()).decision().core().verdict(), v1::VERDICT_REVIEW);
}

// Two parties that were judged apart become one: nobody chooses between the two words.
TEST_F(ReviewApiTest, WordsThatAMergeMakesContradictAreNotApplied) {
  const std::string subject = "supplier: '" + SupplierOf("07654321") + "'";
  PutListed("identifiers { scheme: 'XI-LEI' value: '529900T8BM49AURSDO55' }");
  Put("list",
      "key: 'other' supplier { names { text: 'Quarrelsome Heron' } identifiers { scheme: 'BR-CNPJ' "
      "value: '33000167000101' } }");
  Judge(Says(subject, "IS_NOT"));
  Judge(Says(subject, "IS", "datasets/list/records/other"));
  EXPECT_EQ(Names("state: JUDGEMENT_STATE_STANDING").size(), 2u);
  // A register knows both numbers of the party.
  Put("reg",
      "key: 'bridge' supplier { names { text: 'Bridge' } identifiers { scheme: 'XI-LEI' value: "
      "'529900T8BM49AURSDO55' } identifiers { scheme: 'BR-CNPJ' value: '33000167000101' } }");
  EXPECT_EQ(Names("state: JUDGEMENT_STATE_CONTRADICTED").size(), 2u);
  const auto answer = Screen(Heron());
  EXPECT_EQ(answer.decision().core().verdict(), v1::VERDICT_REVIEW) << answer.DebugString();
  EXPECT_EQ(CandidatesOf(answer).size(), 1u);
  // Either of them can be taken back; the other then stands.
  Withdraw(Names("source_record: '" + vessel_ + "'").front());
  EXPECT_EQ(Screen(Heron()).decision().core().verdict(), v1::VERDICT_BLOCK);
}

}  // namespace
}  // namespace probity::server
