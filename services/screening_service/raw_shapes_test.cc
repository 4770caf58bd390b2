#include <gtest/gtest.h>

#include "google/protobuf/wire_format.h"
#include "probity/storage/v1/evidence_log.pb.h"
#include "probity/v1/screening_service.pb.h"

namespace probity::screening_service {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::internal::WireFormat;

struct Shapes {
  const Descriptor* shown;  // what clients parse
  const Descriptor* sent;
};

class RawShapesTest : public testing::TestWithParam<Shapes> {};

TEST_P(RawShapesTest, HaveTheSameFieldsOnTheWire) {
  const auto& [shown, sent] = GetParam();
  ASSERT_EQ(shown->field_count(), sent->field_count());
  for (int i = 0; i < shown->field_count(); ++i) {
    const FieldDescriptor* field = shown->field(i);
    const FieldDescriptor* raw = sent->FindFieldByNumber(field->number());
    ASSERT_NE(raw, nullptr) << field->full_name();
    EXPECT_EQ(raw->name(), field->name());
    EXPECT_EQ(raw->is_repeated(), field->is_repeated()) << field->full_name();
    EXPECT_EQ(WireFormat::WireTypeForField(raw), WireFormat::WireTypeForField(field))
        << field->full_name();
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, RawShapesTest,
    testing::Values(Shapes{v1::ScreenSupplierResponse::descriptor(),
                           storage::v1::RawScreenSupplierResponse::descriptor()},
                    Shapes{v1::Decision::descriptor(), storage::v1::RawDecision::descriptor()}));

}  // namespace
}  // namespace probity::screening_service
