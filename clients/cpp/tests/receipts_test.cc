#include "probity/client/receipts.h"

#include "absl/strings/escaping.h"
#include "gmock/gmock.h"
#include "google/protobuf/util/json_util.h"
#include "gtest/gtest.h"
#include "world.h"

namespace probity::client {
namespace {

std::string Golden(const std::string& name) {
  return ReadAll(ProjectFile("tests/testdata/evidence/" + name));
}

TrustedLog Log() { return {ParseKeys(Golden("plain_key.pem")).value(), {}, ""}; }

v1::Receipt Plain() {
  v1::Receipt receipt;
  EXPECT_TRUE(
      google::protobuf::util::JsonStringToMessage(Golden("plain_receipt.json"), &receipt).ok());
  return receipt;
}

TEST(ReceiptsTest, AreProvenInBothForms) {
  const v1::Receipt receipt = Plain();
  for (const auto& verification :
       {VerifyReceipt(Golden("plain_receipt.json"), Log()), VerifyReceipt(receipt, Log()),
        VerifyReceipt(receipt.SerializeAsString(), Log())}) {
    EXPECT_TRUE(IsProven(verification)) << verification.explanation();
    EXPECT_EQ(verification.decision(), receipt.decision());
  }
  EXPECT_TRUE(IsProven(VerifyReceipt(Golden("receipt.json"), Log())));  // its key was replaced
}

TEST(ReceiptsTest, AChangeOfAnyByteIsRefused) {
  const std::string whole = Plain().SerializeAsString();
  const TrustedLog log = Log();
  for (size_t place = 0; place < whole.size(); ++place) {
    std::string changed = whole;
    changed[place] = static_cast<char>(changed[place] ^ 1);
    EXPECT_FALSE(IsProven(VerifyReceipt(changed, log))) << place;
  }
}

TEST(ReceiptsTest, WhatProvesNothing) {
  EXPECT_EQ(VerifyReceipt(Plain(), {}).fault(), v1::EVIDENCE_FAULT_KEY_NOT_TRUSTED);
  for (const std::string& file :
       {std::string(), std::string("{"), std::string("hello"), Golden("act_receipt.json")}) {
    EXPECT_EQ(VerifyReceipt(file, Log()).fault(), v1::EVIDENCE_FAULT_UNREADABLE);
  }
  EXPECT_FALSE(IsProven(v1::ReceiptVerification()));
}

v1::ActReceipt OfAnAct() {
  v1::ActReceipt receipt;
  EXPECT_TRUE(
      google::protobuf::util::JsonStringToMessage(Golden("act_receipt.json"), &receipt).ok());
  return receipt;
}

TEST(ReceiptsTest, OfActsAreProvenInBothForms) {
  const v1::ActReceipt receipt = OfAnAct();
  for (const auto& verification :
       {VerifyActReceipt(Golden("act_receipt.json"), Log()), VerifyActReceipt(receipt, Log()),
        VerifyActReceipt(receipt.SerializeAsString(), Log())}) {
    EXPECT_TRUE(IsProven(verification)) << verification.explanation();
    EXPECT_EQ(verification.act(), receipt.act());
    EXPECT_FALSE(verification.core().method().empty());
  }
}

TEST(ReceiptsTest, OfActsProveNothingWhenChangedOrOfSomethingElse) {
  const std::string whole = OfAnAct().SerializeAsString();
  const TrustedLog log = Log();
  for (size_t place = 0; place < whole.size(); ++place) {
    std::string changed = whole;
    changed[place] = static_cast<char>(changed[place] ^ 1);
    EXPECT_FALSE(IsProven(VerifyActReceipt(changed, log))) << place;
  }
  EXPECT_EQ(VerifyActReceipt(OfAnAct(), {}).fault(), v1::EVIDENCE_FAULT_KEY_NOT_TRUSTED);
  EXPECT_FALSE(IsProven(VerifyActReceipt(Golden("plain_receipt.json"), log)));
  EXPECT_FALSE(IsProven(v1::ActVerification()));
}

TEST(ReceiptsTest, KeysInOneTextAndTextsThatHoldNone) {
  const std::string pem = Golden("plain_key.pem");
  const auto two = ParseKeys("\n" + pem + pem);
  ASSERT_TRUE(two.ok());
  ASSERT_EQ(two->size(), 2u);
  EXPECT_EQ((*two)[0], (*two)[1]);
  EXPECT_EQ(*ParseKeys(absl::BytesToHexString((*two)[0])), Log().public_keys);
  for (const std::string& wrong : {std::string(), std::string("no key"), pem + "more",
                                   std::string("-----BEGIN CERTIFICATE-----\nAAAA\n"
                                               "-----END CERTIFICATE-----\n")}) {
    EXPECT_FALSE(ParseKeys(wrong).ok()) << wrong;
  }
}

}  // namespace
}  // namespace probity::client
