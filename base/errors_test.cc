#include "base/errors.h"

#include "gtest/gtest.h"

namespace probity {
namespace {

TEST(ErrorsTest, CarriesReasonAndMetadata) {
  absl::Status status = RevisionExpired(3, 7);
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(ReasonOf(status), v1::ERROR_REASON_REVISION_EXPIRED);
  EXPECT_EQ(MetadataOf(status), (ErrorMetadata{{"revision", "3"}, {"earliest_revision", "7"}}));
}

TEST(ErrorsTest, OtherStatusesHaveNoReason) {
  EXPECT_EQ(ReasonOf(absl::InternalError("x")), v1::ERROR_REASON_UNSPECIFIED);
  EXPECT_TRUE(MetadataOf(absl::InternalError("x")).empty());
  EXPECT_EQ(ReasonOf(absl::OkStatus()), v1::ERROR_REASON_UNSPECIFIED);
}

TEST(ErrorsTest, ReasonNamesAreThoseOfTheCatalogue) {
  EXPECT_EQ(ReasonName(v1::ERROR_REASON_SUPPLIER_NOT_FOUND), "SUPPLIER_NOT_FOUND");
}

TEST(ErrorsTest, MessagesNameTheFieldAndTheLimit) {
  absl::Status status = LimitExceeded("items", 100, 101);
  EXPECT_NE(status.message().find("items: at most 100"), absl::string_view::npos);
  EXPECT_EQ(MetadataOf(status).at("limit"), "100");
}

}  // namespace
}  // namespace probity
