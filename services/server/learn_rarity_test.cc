#include "services/server/learn_rarity.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "gmock/gmock.h"
#include "services/server/testing.h"

namespace probity::server {
namespace {

using testing::HasSubstr;

// Companies, each with a word of its own in letters, and `word` in some.
std::string Companies(int count, int with_word, const std::string& word) {
  std::string rows = "record_type,key,name,other_names,kind\n";
  for (int i = 0; i < count; ++i) {
    std::string own = "Zq";
    for (int rest = i, digit = 0; digit < 3; ++digit, rest /= 26) {
      own += static_cast<char>('a' + rest % 26);
    }
    absl::StrAppend(&rows, "supplier,k", i, ",", own, "ubrix ", i < with_word ? word : "", " Ltd,",
                    i < with_word ? absl::StrCat(word, " ", own, "ubrix") : "", ",company\n");
  }
  return rows;
}

class LearnRarityTest : public ServerTest {
 protected:
  void Load(const std::string& dataset, const std::string& rows) {
    ASSERT_EQ(Import(dataset, "probity-csv", rows).counts().refused(), 0u);
  }
  // What is learned once the server is stopped.
  absl::StatusOr<std::string> Learn() {
    server_.reset();
    return LearnRarity(Config());
  }
};

TEST_F(LearnRarityTest, WeighsTheWordsOfCompaniesInSharedDatasets) {
  UseTokens();
  CreateDataset("r");
  Load("r", Companies(1100, 500, "Wolfram") +
                "supplier,p1,Leopold Feldspar,,person\nsupplier,p2,Feldspar Anna,,person\n"
                "supplier,p3,Maria Feldspar,,person\nsupplier,p4,Carl Feldspar,,person\n");
  CreateDataset("own", v1::ABSENCE_MODE_RETRACTED, "authorities/a");
  Load("own", Companies(50, 50, "Xenotime"));
  const auto table = Learn();
  ASSERT_TRUE(table.ok()) << table.status();
  // The alias says the word again, of the same company: log(1100/500) of
  // log(1100/3).
  EXPECT_THAT(*table, HasSubstr("\nwolfram,13\n"));
  EXPECT_THAT(*table, HasSubstr("Learned from 1100 companies"));
  EXPECT_FALSE(absl::StrContains(*table, "feldspar")) << "persons";
  EXPECT_FALSE(absl::StrContains(*table, "xenotime")) << "of another";
  EXPECT_EQ(*Learn(), *table);
}

// The same company is less alike once the server knows that the word is common.
TEST_F(LearnRarityTest, TheServerReadsTheTableAndSaysSoInItsVersion) {
  CreateDataset("r");
  Load("r", Companies(1100, 500, "Wolfram"));
  const auto compare = [this] {
    v1::CompareNamesRequest request;
    request.mutable_query()->set_text("Wolfram Zqone");
    request.mutable_candidate()->set_text("Wolfram Zqtwa");
    return Ask(&v1::SupplierService::Stub::CompareNames, request);
  };
  const auto before = compare();
  server_.reset();
  config::v1::ServerConfig config = Config();
  config.set_rarity_table(directory_ + "/rarity.csv");
  EXPECT_THAT(std::string(Server::Start(config).status().message()),
              HasSubstr(config.rarity_table()));
  std::ofstream(config.rarity_table()) << Learn().value();
  const auto with_table = [&] { return Server::Start(config); };
  server_ = *with_table();
  Connect();
  const auto after = compare();
  EXPECT_LT(after.score(), before.score());
  EXPECT_NE(after.stamp().matcher_version(), before.stamp().matcher_version());
  // What is learned does not depend on what was learned before.
  server_.reset();
  EXPECT_EQ(LearnRarity(config).value(), Learn().value());
  std::ofstream(config.rarity_table()) << "word,weight\nwolfram,101\n";
  const absl::Status wrong = with_table().status();
  EXPECT_EQ(wrong.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(wrong.message()), HasSubstr(config.rarity_table()));
}

TEST_F(LearnRarityTest, RefusesAStoreThatIsAbsentInUseOrTooSmall) {
  EXPECT_EQ(ReasonOf(LearnRarity(Config()).status()), v1::ERROR_REASON_STORE_IN_USE);
  CreateDataset("r");
  Load("r", Companies(999, 5, "Wolfram"));
  const absl::Status small = Learn().status();
  EXPECT_EQ(small.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(small.message()), HasSubstr("names of 999 companies are too few"));
  config::v1::ServerConfig config = Config();
  config.set_data_dir(directory_ + "/other");
  const absl::Status absent = LearnRarity(config).status();
  EXPECT_EQ(absent.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(absent.message()), HasSubstr(config.data_dir()));
  EXPECT_FALSE(std::filesystem::exists(config.data_dir())) << "none is made";
}

}  // namespace
}  // namespace probity::server
