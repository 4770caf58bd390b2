#include "gtest/gtest.h"
#include "probity/storage/v1/storage.pb.h"
#include "probity/v1/supplier_service.pb.h"
#include "services/rpc/raw_shapes_testing.h"

namespace probity::supplier {
namespace {

TEST(RawShapesTest, HaveTheSameFieldsOnTheWire) {
  rpc::ExpectSameOnTheWire<v1::LookupSuppliersResponse, storage::v1::RawLookupSuppliersResponse>();
  rpc::ExpectSameOnTheWire<v1::LookupResult, storage::v1::RawLookupResult>();
  rpc::ExpectSameOnTheWire<v1::BatchLookupSuppliersResponse,
                           storage::v1::RawBatchLookupSuppliersResponse>();
  rpc::ExpectSameOnTheWire<v1::BatchLookupItemResult, storage::v1::RawBatchLookupItemResult>();
}

}  // namespace
}  // namespace probity::supplier
