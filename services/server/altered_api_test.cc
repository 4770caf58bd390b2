// What became of a decision is told from what is altered behind its back: a fact in
// the store, the recorded bundle, the log's own hashes.
#include <functional>
#include <string>
#include <vector>

#include "base/hash.h"
#include "evidence/receipt.h"
#include "evidence/signed_bytes.h"
#include "gmock/gmock.h"
#include "services/server/screening_testing.h"
#include "storage/rocksdb/evidence_codec.h"
#include "storage/rocksdb/testing.h"

namespace probity::server {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

constexpr char kBarred[] = "01234567";

class AlteredApiTest : public ScreeningTest {
 protected:
  // With a closed store, changes one record at the revision that is the newest.
  void AlterRecord(const std::string& key, const std::function<void(v1::Record*)>& change) {
    server_.reset();
    EXPECT_TRUE(storage::testing::ChangeRecord(directory_ + "/data/store", key, change).ok());
    Start();
  }
  void AlterLog(const std::string& table, const std::string& key,
                const std::function<void(std::string*)>& change) {
    server_.reset();
    const std::string path = directory_ + "/data/evidence";
    EXPECT_TRUE(storage::testing::ChangeRow(path, table, key, change).ok());
    Start();
  }
  void AlterBody(uint64_t leaf, const std::function<void(storage::v1::DecisionBody*)>& change) {
    AlterLog("entries", storage::EncodeBodyKey(leaf), [&](std::string* value) {
      storage::v1::DecisionBody body;
      ASSERT_TRUE(body.ParseFromString(*value));
      change(&body);
      *value = body.SerializeAsString();
    });
  }
  // The bundle with its first fact at a stage that carries no block.
  static void WeakenFirstFact(storage::v1::DecisionBody* body) {
    v1::EvidenceBundle bundle;
    ASSERT_TRUE(bundle.ParseFromString(body->bundle()));
    ASSERT_EQ(bundle.subjects(0).facts_size(), 1);
    bundle.mutable_subjects(0)->mutable_facts(0)->mutable_flag()->mutable_flag()->set_stage(
        v1::FLAG_STAGE_ALLEGATION);
    body->set_bundle(CanonicalBytes(bundle));
  }
  template <typename Request, typename Response>
  std::string RefusalOf(grpc::Status (Screening::*method)(grpc::ClientContext*, const Request&,
                                                          Response*),
                        const std::string& name) {
    Request request;
    request.set_name(name);
    return Refusal(method, request);
  }
  v1::ReceiptVerification VerifiedReceiptOf(const std::string& name) {
    v1::GetReceiptRequest get;
    get.set_name(name);
    const auto keys = Ask(&Screening::ListLogKeys, v1::ListLogKeysRequest());
    return evidence::VerifyReceipt(Ask(&Screening::GetReceipt, get).receipt(),
                                   {{keys.keys(0).public_key()}, {}});
  }
};

// One fact at a time, at the very revision that was decided on.
TEST_F(AlteredApiTest, ARederivationNamesTheFactThatIsNoLongerAsItWas) {
  struct Case {
    std::string record;
    std::function<void(v1::Record*)> change;
    std::vector<std::string> differences;
  };
  const std::string flag = "subjects[0].facts[0].flag.flag";
  const std::vector<Case> cases = {
      {"bar",
       [](v1::Record* record) {
         record->mutable_risk_flag()->set_stage(v1::FLAG_STAGE_ALLEGATION);
       },
       {"T-BAR about subject: fired before",
        flag + ".stage: FLAG_STAGE_FINAL_ADMIN_DECISION before, FLAG_STAGE_ALLEGATION after"}},
      // No rule looks at it.
      {"bar",
       [](v1::Record* record) { record->mutable_risk_flag()->set_decision_no("4711"); },
       {flag + ".decision_no: not there before (\"4711\")"}},
      {"bar",
       [](v1::Record* record) {
         record->mutable_risk_flag()->mutable_listing_intervals(0)->mutable_to()->set_year(2098);
       },
       {flag + ".listing_intervals[0].to.year: 2099 before, 2098 after"}},
  };
  const std::string name = Screen(Numbered(kBarred)).decision().name();
  for (const Case& one : cases) {
    SCOPED_TRACE(one.differences.front());
    const auto control = Replay(name, v1::REPLAY_MODE_REDERIVE);
    EXPECT_TRUE(control.equal()) << control.DebugString();
    v1::Record before;
    AlterRecord(one.record, [&](v1::Record* record) {
      before = *record;
      one.change(record);
    });
    const auto altered = Replay(name, v1::REPLAY_MODE_REDERIVE);
    EXPECT_FALSE(altered.equal());
    for (const std::string& difference : one.differences) {
      EXPECT_THAT(altered.differences(), Contains(HasSubstr(difference)));
    }
    EXPECT_TRUE(Replay(name, v1::REPLAY_MODE_REEVALUATE).equal()) << "the bundle is whole";
    AlterRecord(one.record, [&](v1::Record* record) { *record = before; });
  }
}

TEST_F(AlteredApiTest, ABundleThatWasAlteredIsNotGiven) {
  const std::string name = Screen(Numbered(kBarred)).decision().name();
  const std::string other = Screen(Numbered("04830352")).decision().name();
  EXPECT_TRUE(Replay(name, v1::REPLAY_MODE_REEVALUATE).equal());
  AlterBody(0, &WeakenFirstFact);
  for (const v1::ReplayMode mode :
       {v1::REPLAY_MODE_REEVALUATE, v1::REPLAY_MODE_REDERIVE, v1::REPLAY_MODE_TODAY}) {
    v1::ReplayDecisionRequest replay;
    replay.set_name(name);
    replay.set_mode(mode);
    EXPECT_EQ(Refusal(&Screening::ReplayDecision, replay), "EVIDENCE_LOG_CORRUPT");
  }
  EXPECT_EQ(RefusalOf(&Screening::GetDecision, name), "EVIDENCE_LOG_CORRUPT");
  EXPECT_EQ(RefusalOf(&Screening::GetReceipt, name), "EVIDENCE_LOG_CORRUPT");
  EXPECT_TRUE(Replay(other, v1::REPLAY_MODE_REDERIVE).equal());
  EXPECT_EQ(VerifiedReceiptOf(other).fault(), v1::EVIDENCE_FAULT_NONE);
}

// Who also makes core and leaf fit the altered bundle is found by the policy, and by
// whoever has the log's public key: the signed root is not made to fit without it.
TEST_F(AlteredApiTest, ABundleThatTheLeafWasMadeToFitIsFoundByPolicyAndReceipt) {
  const auto answer = Screen(Numbered(kBarred));
  const std::string& name = answer.decision().name();
  Screen(Numbered("04830352"));
  EXPECT_EQ(VerifiedReceiptOf(name).fault(), v1::EVIDENCE_FAULT_NONE);
  std::string leaf_hash;
  AlterBody(0, [&](storage::v1::DecisionBody* body) {
    WeakenFirstFact(body);
    v1::DecisionCore core = answer.decision().core();
    core.set_bundle_digest(Sha256(body->bundle()));
    body->set_core(CanonicalBytes(core));
    int64_t time_us = 0;
    ASSERT_TRUE(evidence::ToMicros(answer.decision().recorded_at(), &time_us));
    leaf_hash =
        evidence::LeafHashOf({name, time_us, body->core(), Sha256(body->bundle()), body->salt()});
  });
  AlterLog("nodes", storage::EncodeLeaf(0), [&](std::string* value) { *value = leaf_hash; });
  const auto replayed = Replay(name, v1::REPLAY_MODE_REEVALUATE);
  EXPECT_FALSE(replayed.equal());
  EXPECT_EQ(replayed.core().verdict(), v1::VERDICT_REVIEW);
  EXPECT_THAT(replayed.differences(), Contains(HasSubstr("T-BAR about subject: fired before")));
  EXPECT_EQ(VerifiedReceiptOf(name).fault(), v1::EVIDENCE_FAULT_NOT_INCLUDED);
}

}  // namespace
}  // namespace probity::server
