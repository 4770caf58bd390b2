// On messages that are deprecated in part whatever the API holds: protobuf's own, and some made
// here.
#include "services/rpc/deprecation.h"

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/text_proto.h"
#include "gmock/gmock.h"
#include "google/protobuf/descriptor.pb.h"
#include "google/protobuf/dynamic_message.h"
#include "google/protobuf/timestamp.pb.h"
#include "gtest/gtest.h"

namespace probity::rpc {
namespace {

using google::protobuf::FileDescriptorProto;
using google::protobuf::FileOptions;
using testing::HasSubstr;
using testing::Not;

constexpr char kField[] = "google.protobuf.FileOptions.java_generate_equals_and_hash";

// As text: compilers warn of calls that set a deprecated field.
template <typename Message>
Message Read(const std::string& text) {
  Message message;
  EXPECT_EQ(ReadTextProto(text, &message), "");
  return message;
}

TEST(DeprecationTest, AFieldThatIsSetIsTold) {
  EXPECT_EQ(DeprecatedIn(FileOptions()), "");
  EXPECT_EQ(DeprecatedIn(Read<FileOptions>("java_package: 'p'")), "");
  EXPECT_EQ(DeprecatedIn(Read<FileOptions>("java_generate_equals_and_hash: true")), kField);
}

TEST(DeprecationTest, FieldsBelowAreToldOnce) {
  EXPECT_EQ(DeprecatedIn(Read<google::protobuf::FileDescriptorSet>(
                "file { options { java_generate_equals_and_hash: true } } "
                "file { options { java_generate_equals_and_hash: false } }")),
            kField);
}

TEST(DeprecationTest, TypesThatHoldNothingDeprecatedAreKnown) {
  EXPECT_TRUE(MayUseDeprecated(*FileOptions::descriptor()));
  EXPECT_TRUE(MayUseDeprecated(*google::protobuf::FileDescriptorSet::descriptor()));
  EXPECT_FALSE(MayUseDeprecated(*google::protobuf::Timestamp::descriptor()));
}

// Types of a file that is given as text.
class Types {
 public:
  explicit Types(const std::string& text) {
    const std::string whole = absl::StrCat("name: 'f' package: 'p' syntax: 'proto3' ", text);
    EXPECT_NE(pool_.BuildFile(Read<FileDescriptorProto>(whole)), nullptr);
  }
  const google::protobuf::Descriptor& Get(const std::string& name) const {
    return *pool_.FindMessageTypeByName(absl::StrCat("p.", name));
  }
  std::unique_ptr<google::protobuf::Message> Make(const std::string& name,
                                                  const std::string& text) {
    std::unique_ptr<google::protobuf::Message> made(factory_.GetPrototype(&Get(name))->New());
    EXPECT_EQ(ReadTextProto(text, made.get()), "");
    return made;
  }

 private:
  google::protobuf::DescriptorPool pool_;
  google::protobuf::DynamicMessageFactory factory_{&pool_};
};

TEST(DeprecationTest, ValuesOfEnumsAreTold) {
  Types types(
      "enum_type { name: 'E' value { name: 'E_UNSPECIFIED' number: 0 } "
      "value { name: 'E_OLD' number: 1 options { deprecated: true } } "
      "value { name: 'E_NEW' number: 2 } } "
      "message_type { name: 'M' field { name: 'e' number: 1 type: TYPE_ENUM type_name: '.p.E' "
      "label: LABEL_REPEATED } }");
  EXPECT_TRUE(MayUseDeprecated(types.Get("M")));
  EXPECT_EQ(DeprecatedIn(*types.Make("M", "e: E_NEW")), "");
  EXPECT_EQ(DeprecatedIn(*types.Make("M", "e: [E_NEW, E_OLD]")), "p.E_OLD");
}

TEST(DeprecationTest, ARequestOfAMethodThatGoesIsToldEmptyToo) {
  Types types("message_type { name: 'OldRequest' options { deprecated: true } }");
  EXPECT_TRUE(MayUseDeprecated(types.Get("OldRequest")));
  EXPECT_EQ(DeprecatedIn(*types.Make("OldRequest", "")), "p.OldRequest");
}

TEST(DeprecationTest, TypesMayHoldThemselves) {
  Types types(
      "message_type { name: 'M' field { name: 'm' number: 1 type: TYPE_MESSAGE type_name: '.p.M' "
      "label: LABEL_OPTIONAL } }");
  EXPECT_FALSE(MayUseDeprecated(types.Get("M")));
  EXPECT_EQ(DeprecatedIn(*types.Make("M", "m { m {} }")), "");
}

// Metadata of a call have a limit: what does not fit is left out whole.
TEST(DeprecationTest, NamesAreWholeAndAtMostAKibibyte) {
  std::string fields, values;
  for (int i = 10; i < 60; ++i) {
    absl::StrAppend(&fields, "field { name: 'a_field_of_a_long_name_", i, "' number: ", i,
                    " type: TYPE_INT32 label: LABEL_OPTIONAL options { deprecated: true } } ");
    absl::StrAppend(&values, "a_field_of_a_long_name_", i, ": 1 ");
  }
  Types types(absl::StrCat("message_type { name: 'M' ", fields, "}"));
  const std::string told = DeprecatedIn(*types.Make("M", values));
  EXPECT_LE(told.size(), kMaxDeprecatedBytes);
  EXPECT_GT(told.size(), kMaxDeprecatedBytes - 40);
  EXPECT_THAT(told, HasSubstr("p.M.a_field_of_a_long_name_10, p.M.a_field_of_a_long_name_11, "));
  EXPECT_EQ(told.substr(told.size() - 29, 27), "p.M.a_field_of_a_long_name_") << told;
  EXPECT_THAT(told, Not(HasSubstr("_59")));
}

}  // namespace
}  // namespace probity::rpc
