#include "screening/history/cited_records.h"

#include "base/hash.h"
#include "base/testing.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "storage/memory/in_memory_store.h"
#include "storage/testing/builders.h"

namespace probity::screening {
namespace {

using storage::testing::Party;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class CitedRecordsTest : public ::testing::Test {
 protected:
  CitedRecordsTest() : store_(TestIdentifiers(), "0123456789abcdef") {
    for (const char* id : {"d", "e"}) {
      EXPECT_TRUE(storage::testing::CreateDataset(&store_, id, v1::ABSENCE_MODE_RETRACTED).ok());
      EXPECT_TRUE(storage::testing::Load(&store_, {id, {Party("p", "P", {{"GB-COH", "1"}})}}).ok());
    }
  }

  std::vector<std::string> Cited(const std::string& text) {
    v1::EvidenceBundle bundle;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &bundle)) << text;
    return CitationsOf(bundle, bundle.SerializeAsString(), *store_.Head("")).value().records;
  }

  // Records, then suppliers.
  std::vector<std::string> Named(const v1::EvidenceBundle& bundle) {
    Citations all = CitationsOf(bundle, bundle.SerializeAsString(), *store_.Head("")).value();
    all.records.insert(all.records.end(), all.suppliers.begin(), all.suppliers.end());
    return all.records;
  }

  storage::InMemoryStore store_;
};

TEST_F(CitedRecordsTest, FindsNamesWhereverTheyStand) {
  EXPECT_THAT(Cited(""), IsEmpty());
  EXPECT_THAT(Cited(R"(
      subjects {
        facts {
          flag { provenance { source_record: "datasets/d/records/b" } }
          path { source_record: "datasets/d/records/a" other: "datasets/d/records/c" }
        }
        phoenix { source_records: "datasets/d/records/e" source_records: "datasets/d/records/f" }
        candidates { source_record: "datasets/d/records/b" }
      }
      items { measures { flag { provenance { source_record: "datasets/x/records/g" } } } })"),
              ElementsAre("datasets/d/records/a", "datasets/d/records/b", "datasets/d/records/c",
                          "datasets/d/records/e", "datasets/d/records/f", "datasets/x/records/g"));
}

TEST_F(CitedRecordsTest, OtherTextsAreNone) {
  EXPECT_THAT(Cited(R"(
      sources { dataset: "datasets/d" edition { dataset: "datasets/d" } }
      subjects { path: "subject" resolution { suppliers: "suppliers/none" } country: "GB" }
      authority: "authorities/a")"),
              IsEmpty());
}

TEST_F(CitedRecordsTest, ASupplierIsTheRecordsThatItWasPutTogetherFrom) {
  const std::string supplier = "suppliers/" + SupplierIdOf("d", "p");
  EXPECT_THAT(Cited("subjects { resolution { suppliers: '" + supplier + "' } }"),
              ElementsAre("datasets/d/records/p", "datasets/e/records/p"));
}

TEST_F(CitedRecordsTest, WhatKeepsOthersOutOfASupplierIsCited) {
  EXPECT_TRUE(storage::testing::CreateDataset(&store_, "s", v1::ABSENCE_MODE_RETRACTED).ok());
  const v1::Record split =
      storage::testing::Separation("split", {"datasets/d/records/p"}, {"datasets/e/records/p"});
  EXPECT_TRUE(storage::testing::Load(&store_, {"s", {split}}).ok());
  const std::string supplier = "suppliers/" + SupplierIdOf("d", "p");
  EXPECT_THAT(Cited("subjects { resolution { suppliers: '" + supplier + "' } }"),
              ElementsAre("datasets/d/records/p", "datasets/s/records/split"));
}

TEST_F(CitedRecordsTest, FindsWholeNamesWhereverTheyStand) {
  v1::EvidenceBundle bundle;
  v1::SubjectEvidence* subject = bundle.add_subjects();
  subject->mutable_resolution()->add_suppliers("suppliers/1a");
  subject->add_candidates()->set_source_record("datasets/d/records/k1");
  subject->add_candidates()->set_source_record("datasets/d/records/k12");
  subject->add_facts()->mutable_flag()->mutable_provenance()->set_source_record(
      "datasets/d/records/k1");
  EXPECT_THAT(Named(bundle),
              ElementsAre("datasets/d/records/k1", "datasets/d/records/k12", "suppliers/1a"));
}

TEST_F(CitedRecordsTest, ATextThatMentionsANameIsNone) {
  v1::EvidenceBundle bundle;
  bundle.mutable_purchase()->set_procedure("see datasets/d/records/k");
  EXPECT_THAT(Named(bundle), IsEmpty());
  bundle.mutable_purchase()->set_procedure("datasets/d");
  EXPECT_THAT(Named(bundle), IsEmpty());
  bundle.mutable_purchase()->set_procedure("suppliers/");
  EXPECT_THAT(Named(bundle), IsEmpty());
  EXPECT_THAT(Named({}), IsEmpty());
}

}  // namespace
}  // namespace probity::screening
