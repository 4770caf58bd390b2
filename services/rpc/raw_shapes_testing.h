// Messages that are sent in place of others, with parts that are bytes already: for tests.
#ifndef PROBITY_SERVICES_RPC_RAW_SHAPES_TESTING_H_
#define PROBITY_SERVICES_RPC_RAW_SHAPES_TESTING_H_

#include "google/protobuf/descriptor.h"
#include "google/protobuf/wire_format.h"
#include "gtest/gtest.h"

namespace probity::rpc {

// Clients that parse a `Shown` read what was sent as a `Sent`: the same fields, of the same
// wire types.
template <typename Shown, typename Sent>
void ExpectSameOnTheWire() {
  using google::protobuf::internal::WireFormat;
  const google::protobuf::Descriptor* const shown = Shown::descriptor();
  const google::protobuf::Descriptor* const sent = Sent::descriptor();
  ASSERT_EQ(shown->field_count(), sent->field_count()) << shown->full_name();
  for (int i = 0; i < shown->field_count(); ++i) {
    const google::protobuf::FieldDescriptor* field = shown->field(i);
    const google::protobuf::FieldDescriptor* raw = sent->FindFieldByNumber(field->number());
    ASSERT_NE(raw, nullptr) << field->full_name();
    EXPECT_EQ(raw->name(), field->name());
    EXPECT_EQ(raw->is_repeated(), field->is_repeated()) << field->full_name();
    EXPECT_EQ(WireFormat::WireTypeForField(raw), WireFormat::WireTypeForField(field))
        << field->full_name();
  }
}

}  // namespace probity::rpc

#endif  // PROBITY_SERVICES_RPC_RAW_SHAPES_TESTING_H_
