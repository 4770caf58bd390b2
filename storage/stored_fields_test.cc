#include "storage/stored_fields.h"

#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "probity/v1/supplier.pb.h"

namespace probity::storage {
namespace {

using testing::ElementsAre;
using testing::Pair;

std::string SomeSupplier() {
  probity::v1::Supplier supplier;
  supplier.set_name("suppliers/a");
  supplier.set_kind(probity::v1::PARTY_KIND_COMPANY);
  supplier.add_source_records("datasets/d/records/1");
  supplier.add_source_records("");
  return supplier.SerializeAsString();
}

std::vector<std::pair<int, std::string>> FieldsOf(const std::string& bytes, bool* good) {
  std::vector<std::pair<int, std::string>> fields;
  *good = VisitFields(bytes, [&fields](int number, absl::string_view value) {
    fields.emplace_back(number, value);
    return true;
  });
  return fields;
}

TEST(VisitFieldsTest, ShowsFieldsWithALengthAndPassesOverOthers) {
  bool good = false;
  EXPECT_THAT(FieldsOf(SomeSupplier(), &good),
              ElementsAre(Pair(1, "suppliers/a"), Pair(9, "datasets/d/records/1"), Pair(9, "")));
  EXPECT_TRUE(good);
}

TEST(VisitFieldsTest, TakesTheEmptyMessage) {
  bool good = false;
  EXPECT_THAT(FieldsOf("", &good), ElementsAre());
  EXPECT_TRUE(good);
}

TEST(VisitFieldsTest, RefusesBytesThatAreNoMessage) {
  const std::string whole = SomeSupplier();
  for (const std::string& bytes :
       {whole.substr(0, 1), whole.substr(0, whole.size() - 1), whole.substr(0, 5), whole + '\x0a',
        whole + std::string("\0", 1), whole + "\x0a\xff\xff\xff\xff\x7f", whole + "\x08\xff"}) {
    bool good = true;
    FieldsOf(bytes, &good);
    EXPECT_FALSE(good) << testing::PrintToString(bytes);
  }
}

TEST(VisitFieldsTest, EndsWhenTheVisitorSaysSo) {
  int seen = 0;
  EXPECT_FALSE(VisitFields(SomeSupplier(), [&seen](int, absl::string_view) {
    ++seen;
    return false;
  }));
  EXPECT_EQ(seen, 1);
}

}  // namespace
}  // namespace probity::storage
