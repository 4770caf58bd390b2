#include "storage/redaction.h"

#include <set>
#include <string>
#include <vector>

#include "base/errors.h"
#include "base/hash.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "storage/redaction_fields.h"
#include "storage/store.h"

namespace probity::storage {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using probity::v1::Record;
using ::testing::ElementsAre;

template <typename Message>
Message Parse(const std::string& text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
  return message;
}

// Every text and message that a record can hold is in the table.
void CheckClassified(const Descriptor* message, std::set<const Descriptor*>* seen) {
  if (!seen->insert(message).second) return;
  for (int i = 0; i < message->field_count(); ++i) {
    const FieldDescriptor* field = message->field(i);
    const auto kind = PersonalFieldOf(*field);
    EXPECT_TRUE(kind.has_value()) << field->full_name() << " is not in redaction_fields.cc";
    if (kind == PersonalField::kInside) {
      ASSERT_NE(field->message_type(), nullptr) << field->full_name();
      CheckClassified(field->message_type(), seen);
    }
  }
}

TEST(PersonalFieldTest, EveryFieldOfARecordIsClassified) {
  std::set<const Descriptor*> seen;
  CheckClassified(Record::descriptor(), &seen);
  EXPECT_GT(seen.size(), 25u) << "the walk went nowhere";
}

TEST(PersonalFieldTest, AFieldThatTheTableDoesNotKnowIsTold) {
  EXPECT_FALSE(PersonalFieldOf(*probity::v1::Name::descriptor()->FindFieldByName("text")));
  EXPECT_EQ(PersonalFieldOf(*probity::v1::SupplierRecord::descriptor()->FindFieldByName("kind")),
            PersonalField::kNever);
}

struct Case {
  const char* what;
  std::vector<std::string> fields;
  const char* before;
  const char* after;  // without redactions
};

TEST(RedactTest, TakesWhatItNames) {
  const std::vector<Case> cases = {
      {"all of a party",
       {},
       "key: 'k' supplier { kind: PARTY_KIND_PERSON names { text: 'Jo' } identifiers { scheme: "
       "'A' value: '1' } addresses { city: 'X' } jurisdiction: 'GB' founded { year: 1970 } "
       "dissolved { year: 2020 } successor { scheme: 'A' } sectors: 's' }",
       "key: 'k' supplier { kind: PARTY_KIND_PERSON jurisdiction: 'GB' sectors: 's' }"},
      {"a flag keeps its subject",
       {},
       "key: 'k' risk_flag { subject { party { identifier { scheme: 'A' value: '1' } display_name: "
       "'Jo' } } summary: 's' source_url: 'u' decision_no: 'n' reply { text: 't' on { year: 1 } } "
       "remedies { description: 'd' verified: true } }",
       "key: 'k' risk_flag { subject { party { identifier { scheme: 'A' value: '1' } } } "
       "source_url: 'u' decision_no: 'n' reply { on { year: 1 } } remedies { verified: true } }"},
      {"unless it is named",
       {"risk_flag.subject.party.identifier"},
       "key: 'k' risk_flag { subject { party { identifier { scheme: 'A' } display_name: 'Jo' } } }",
       "key: 'k' risk_flag { subject { party { display_name: 'Jo' } } }"},
      {"what holds it is not enough",
       {"risk_flag.subject"},
       "key: 'k' risk_flag { subject { party { identifier { scheme: 'A' } display_name: 'Jo' } } }",
       "key: 'k' risk_flag { subject { party { identifier { scheme: 'A' } } } }"},
      {"one field",
       {"supplier.founded"},
       "key: 'k' supplier { names { text: 'Jo' } founded { year: 1970 } }",
       "key: 'k' supplier { names { text: 'Jo' } }"},
      {"a field that begins alike stays",
       {"supplier.name"},
       "key: 'k' supplier { names { text: 'Jo' } }",
       "key: 'k' supplier { names { text: 'Jo' } }"},
      {"another body",
       {"risk_flag"},
       "key: 'k' supplier { names { text: 'Jo' } }",
       "key: 'k' supplier { names { text: 'Jo' } }"},
      {"every element of a list",
       {},
       "key: 'k' audit { findings { id: '1' evidence: 'a' } findings { id: '2' evidence: 'b' } }",
       "key: 'k' audit { findings { id: '1' } findings { id: '2' } }"},
  };
  for (const Case& one : cases) {
    Record record = Parse<Record>(one.before);
    EXPECT_TRUE(Redact({"redactions/r", one.fields}, &record)) << one.what << ": it notes itself";
    EXPECT_THAT(record.redactions(), ElementsAre("redactions/r")) << one.what;
    EXPECT_FALSE(Redact({"redactions/r", one.fields}, &record)) << one.what << ": done again";
    record.clear_redactions();
    EXPECT_EQ(record.DebugString(), Parse<Record>(one.after).DebugString()) << one.what;
  }
}

TEST(RedactTest, TellsTheTextsThatGo) {
  const Record record = Parse<Record>(
      "key: 'k' supplier { names { text: 'Jo' language: 'en' } addresses { lines: 'L 1' lines: "
      "'L 2' } jurisdiction: 'GB' }");
  EXPECT_THAT(TextsRedacted({"r", {}}, record), ElementsAre("Jo", "L 1", "L 2", "en"));
  EXPECT_THAT(TextsRedacted({"r", {"supplier.names"}}, record), ElementsAre("Jo", "en"));
}

TEST(CheckRedactedFieldsTest, RefusesWhatCannotBeErased) {
  for (const char* good : {"supplier", "supplier.names", "risk_flag.reply.text",
                           "risk_flag.subject.party.identifier", "certification.certificate_no"}) {
    EXPECT_TRUE(CheckRedactedFields({good}).ok()) << good;
  }
  for (const char* bad :
       {"", "key", "supplier.kind", "supplier.jurisdiction", "supplier.names.text",
        "supplier.names[0]", "supplier.", "nobody", "risk_flag.subject.nobody"}) {
    const absl::Status refused = CheckRedactedFields({"supplier", bad});
    EXPECT_EQ(MetadataOf(refused)["field"], "fields[1]") << bad;
  }
}

TEST(RedactionRulesTest, ApplyToOneRecordOfOneDataset) {
  RedactionRules rules;
  rules.Add({"d", "k"}, {"redactions/b", {"supplier.names"}});
  rules.Add({"d", "k"}, {"redactions/a", {"supplier.founded"}});
  const Record before =
      Parse<Record>("key: 'k' supplier { names { text: 'Jo' } founded { year: 1970 } }");
  Record record = before;
  for (const RecordRef& other : {RecordRef{"e", "k"}, RecordRef{"d", "l"}}) {
    EXPECT_FALSE(rules.Apply(other.dataset, other.key, &record));
    EXPECT_EQ(CanonicalBytes(record), CanonicalBytes(before));
  }
  EXPECT_TRUE(rules.empty("e"));
  EXPECT_FALSE(rules.empty("d"));
  EXPECT_TRUE(rules.Apply("d", "k", &record));
  EXPECT_THAT(record.redactions(), ElementsAre("redactions/a", "redactions/b"));
  EXPECT_EQ(record.supplier().ByteSizeLong(), 0u);
}

TEST(RedactionRulesTest, SegmentsThatSayTheSameAfterwardsAreOne) {
  RedactionRules rules;
  rules.Add({"d", "k"}, {"redactions/r", {}});
  auto row = Parse<v1::RecordRow>(
      "first_revision: 7 "
      "segments { from_day: 1 to_day: 5 record { key: 'k' supplier { names { text: 'a' } } } } "
      "segments { from_day: 5 to_day: 9 record { key: 'k' supplier { names { text: 'b' } } } } "
      "segments { from_day: 10 record { key: 'k' supplier { names { text: 'c' } } } }");
  EXPECT_TRUE(rules.Apply("d", "k", &row));
  ASSERT_EQ(row.segments_size(), 2);
  EXPECT_EQ(row.first_revision(), 7u);
  EXPECT_EQ(row.segments(0).from_day(), 1);
  EXPECT_EQ(row.segments(0).to_day(), 9) << "there is a day between it and the next";
  EXPECT_EQ(row.segments(1).from_day(), 10);
  EXPECT_FALSE(row.segments(1).has_to_day());
  EXPECT_FALSE(rules.Apply("d", "k", &row));
}

}  // namespace
}  // namespace probity::storage
