#include "storage/evidence/rules.h"

#include <gtest/gtest.h>

#include "base/errors.h"
#include "base/hash.h"
#include "evidence/personal_text.h"
#include "evidence/testing.h"

namespace probity::storage {
namespace {

EvidenceEntry Good() {
  EvidenceEntry entry;
  entry.decision = "authorities/a/decisions/d";
  entry.core = "core";
  return entry;
}

TEST(CheckEntryTest, AcceptsBothKindsOfNames) {
  EXPECT_TRUE(CheckEntry(Good()).ok());
  EvidenceEntry entry = Good();
  entry.decision = "decisions/d";
  EXPECT_TRUE(CheckEntry(entry).ok());
  entry.decision = "decisions/" + std::string(246, 'd');
  EXPECT_TRUE(CheckEntry(entry).ok());
}

TEST(CheckEntryTest, RefusesOtherNames) {
  for (const std::string& name :
       {std::string(), std::string("d"), std::string("decisions/"), std::string("decisions/d/e"),
        std::string("authorities//decisions/d"), std::string("authorities/a/judgements/d"),
        std::string("authorities/a/decisions"), "decisions/" + std::string(247, 'd')}) {
    EvidenceEntry entry = Good();
    entry.decision = name;
    EXPECT_EQ(MetadataOf(CheckEntry(entry))["field"], "decision") << name;
  }
}

TEST(CheckEntryTest, RefusesWhatCouldNotBeKept) {
  EvidenceEntry entry = Good();
  entry.core.clear();
  EXPECT_EQ(MetadataOf(CheckEntry(entry))["field"], "core");
  entry = Good();
  entry.bundle = std::string(kMaxEntryBytes - entry.core.size(), 'x');
  EXPECT_TRUE(CheckEntry(entry).ok());
  entry.bundle += "x";
  EXPECT_EQ(ReasonOf(CheckEntry(entry)), probity::v1::ERROR_REASON_LIMIT_EXCEEDED);
}

TEST(CheckEntryTest, RecordsStandInOrderEachOnce) {
  EvidenceEntry entry = Good();
  entry.records = {"datasets/d/records/a", "datasets/d/records/b"};
  EXPECT_TRUE(CheckEntry(entry).ok());
  entry.records[0] = "datasets/d/records/b";
  EXPECT_EQ(MetadataOf(CheckEntry(entry))["field"], "records") << "twice";
  entry.records[0] = "datasets/d/records/c";
  EXPECT_EQ(MetadataOf(CheckEntry(entry))["field"], "records") << "not in order";
}

TEST(CheckEntryTest, ARequestIdComesWithADigest) {
  EvidenceEntry entry = Good();
  entry.request_id = std::string(128, 'r');
  EXPECT_EQ(MetadataOf(CheckEntry(entry))["field"], "request_digest");
  entry.request_digest = Sha256("request");
  EXPECT_TRUE(CheckEntry(entry).ok());
  entry.request_id += "r";
  EXPECT_EQ(MetadataOf(CheckEntry(entry))["field"], "request_id");
  entry.request_id.clear();
  EXPECT_EQ(MetadataOf(CheckEntry(entry))["field"], "request_digest");
}

TEST(CheckEntryTest, PersonalTextsFitTheirDigests) {
  EvidenceEntry entry = Good();
  entry.personal_texts = {evidence::MakePersonalText("a"), evidence::MakePersonalText("a")};
  EXPECT_TRUE(CheckEntry(entry).ok());
  entry.personal_texts[1] = entry.personal_texts[0];
  EXPECT_EQ(MetadataOf(CheckEntry(entry))["field"], "personal_texts") << "twice";
  entry.personal_texts[1].set_text("b");
  entry.personal_texts[1].set_digest(Sha256("other"));
  EXPECT_EQ(MetadataOf(CheckEntry(entry))["field"], "personal_texts");
}

TEST(AuthorityOfTest, IsThePartInFront) {
  EXPECT_EQ(AuthorityOf("authorities/a/decisions/d"), "authorities/a");
  EXPECT_EQ(AuthorityOf("decisions/d"), "");
}

TEST(ListKeysTest, TellsWhenEachKeySigned) {
  const evidence::SigningKey first = evidence::TestKey(0), second = evidence::TestKey(1);
  const std::string log = evidence::TestLog::LogId();
  probity::v1::KeyHistory history;
  *history.add_rotations() = evidence::SignRotation(first, second.public_key(), log, 5, 1);
  for (const uint64_t last : {4, 3, 5}) {
    *history.add_revocations() = evidence::SignRevocation(second, first.key_id(), log, last, 1);
  }
  const auto keys = ListKeys(first.public_key(), history);
  ASSERT_EQ(keys.size(), 2u);
  EXPECT_EQ(keys[0].key_id(), first.key_id());
  EXPECT_EQ(keys[0].first_tree_size(), 0u);
  EXPECT_EQ(keys[0].replaced_at_tree_size(), 5u);
  EXPECT_EQ(keys[0].revoked_after_tree_size(), 3u) << "the smallest";
  EXPECT_EQ(keys[1].public_key(), second.public_key());
  EXPECT_EQ(keys[1].first_tree_size(), 5u);
  EXPECT_FALSE(keys[1].has_replaced_at_tree_size());
  EXPECT_FALSE(keys[1].has_revoked_after_tree_size());
}

}  // namespace
}  // namespace probity::storage
