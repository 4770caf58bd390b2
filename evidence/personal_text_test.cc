#include "evidence/personal_text.h"

#include <gtest/gtest.h>

#include "base/hash.h"
#include "evidence/signed_bytes.h"

namespace probity::evidence {
namespace {

TEST(PersonalTextTest, TheDigestIsThatOfSaltAndText) {
  const v1::PersonalText text = MakePersonalText("a name");
  EXPECT_EQ(text.digest(), Sha256(text.salt() + "a name"));
  EXPECT_EQ(text.salt().size(), kSaltBytes);
  EXPECT_EQ(StateOf(text), PersonalTextState::kPresent);
  EXPECT_NE(MakePersonalText("a name").digest(), text.digest()) << "equal texts look alike";
  EXPECT_EQ(StateOf(MakePersonalText("")), PersonalTextState::kPresent);
}

TEST(PersonalTextTest, ErasingLeavesTheDigestAlone) {
  v1::PersonalText text = MakePersonalText("a name");
  const std::string digest = text.digest();
  Erase({5, "ann", "asked for"}, &text);
  EXPECT_EQ(StateOf(text), PersonalTextState::kErased);
  EXPECT_EQ(text.digest(), digest);
  EXPECT_EQ(text.SerializeAsString().find("a name"), std::string::npos);
  EXPECT_TRUE(text.salt().empty());
  Erase({6, "bob", "again"}, &text);
  EXPECT_EQ(MicrosOf(text.erase_time()), 5) << "when it was erased first";
  EXPECT_EQ(text.erased_by(), "ann");
  EXPECT_EQ(text.erase_reason(), "asked for");
}

TEST(PersonalTextTest, WhatWasAlteredIsSeen) {
  const v1::PersonalText text = MakePersonalText("a name");
  v1::PersonalText altered = text;
  altered.set_text("a game");
  EXPECT_EQ(StateOf(altered), PersonalTextState::kAltered);
  altered = text;
  altered.mutable_salt()->back() ^= 1;
  EXPECT_EQ(StateOf(altered), PersonalTextState::kAltered);
  altered = text;
  altered.set_digest("short");
  EXPECT_EQ(StateOf(altered), PersonalTextState::kAltered);
  altered = text;
  altered.mutable_erase_time();
  EXPECT_EQ(StateOf(altered), PersonalTextState::kAltered) << "half erased";
  altered = text;
  altered.clear_text();
  EXPECT_EQ(StateOf(altered), PersonalTextState::kAltered);
  // Bytes must not wander between salt and text.
  altered = text;
  altered.set_salt(text.salt() + "a");
  altered.set_text(" name");
  EXPECT_EQ(StateOf(altered), PersonalTextState::kAltered);
}

}  // namespace
}  // namespace probity::evidence
