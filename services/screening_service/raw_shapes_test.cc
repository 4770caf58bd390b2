#include "gtest/gtest.h"
#include "probity/storage/v1/evidence_log.pb.h"
#include "probity/v1/screening_service.pb.h"
#include "services/rpc/raw_shapes_testing.h"

namespace probity::screening_service {
namespace {

TEST(RawShapesTest, HaveTheSameFieldsOnTheWire) {
  rpc::ExpectSameOnTheWire<v1::ScreenSupplierResponse, storage::v1::RawScreenSupplierResponse>();
  rpc::ExpectSameOnTheWire<v1::Decision, storage::v1::RawDecision>();
}

}  // namespace
}  // namespace probity::screening_service
