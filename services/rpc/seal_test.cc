#include "services/rpc/seal.h"

#include "gtest/gtest.h"

namespace probity::rpc {
namespace {

TEST(SealTest, GivesBackWhatWasPutIn) {
  for (const std::string& content : {std::string(), std::string("a"), std::string("\0\xff/+", 4)}) {
    EXPECT_EQ(Unseal("query", Seal("query", content)), content);
  }
}

TEST(SealTest, RefusesAnotherUseAndAnyAlteration) {
  const std::string sealed = Seal("query", "position");
  EXPECT_EQ(Unseal("other", sealed), std::nullopt);
  for (size_t i = 0; i < sealed.size(); ++i) {
    std::string altered = sealed;
    altered[i] = altered[i] == 'A' ? 'B' : 'A';
    EXPECT_EQ(Unseal("query", altered), std::nullopt) << i;
    EXPECT_EQ(Unseal("query", sealed.substr(0, i)), std::nullopt) << i;
  }
}

}  // namespace
}  // namespace probity::rpc
