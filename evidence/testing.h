// Keys that are the same in every run, and a small log in memory, for tests.
#ifndef PROBITY_EVIDENCE_TESTING_H_
#define PROBITY_EVIDENCE_TESTING_H_

#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "base/hash.h"
#include "evidence/act.h"
#include "evidence/keys.h"
#include "evidence/merkle.h"
#include "evidence/receipt.h"
#include "evidence/statements.h"

namespace probity::evidence {

// The key of a private seed of 32 bytes: PKCS#8 is the seed behind 16 bytes that
// are always the same (RFC 8410).
inline SigningKey KeyOfSeed(const std::string& seed) {
  const std::string der = absl::HexStringToBytes("302e020100300506032b657004220420") + seed;
  const std::string pem =
      "-----BEGIN PRIVATE KEY-----\n" + absl::Base64Escape(der) + "\n-----END PRIVATE KEY-----\n";
  return SigningKey::FromPem(pem, "seed").value();
}

inline SigningKey TestKey(int number) {
  return KeyOfSeed(Sha256("test key " + std::to_string(number)));
}

inline constexpr int64_t kTestTime = 1795684455123456;  // 2026-11-26

// A log whose leaf `i` was recorded i seconds after kTestTime.
class TestLog {
 public:
  // Of decisions alone.
  explicit TestLog(uint64_t size) {
    for (uint64_t i = 0; i < size; ++i) Add(LeafHashOf(Decision(i)));
  }
  // Every third leaf, from the second on, is an act.
  static TestLog WithActs(uint64_t size) {
    TestLog log(0);
    for (uint64_t i = 0; i < size; ++i) {
      log.Add(i % 3 == 1 ? LeafHashOf(Act(i)) : LeafHashOf(Decision(i)));
    }
    return log;
  }

  static RecordedDecision Decision(uint64_t i) {
    const std::string number = std::to_string(i);
    return {"authorities/a/decisions/" + number, kTestTime + static_cast<int64_t>(i) * 1000000,
            "core of " + number, Sha256("bundle of " + number), Sha256("salt of " + number)};
  }
  static RecordedAct Act(uint64_t i) {
    v1::ActCore core;
    core.set_phase(v1::ACT_PHASE_BEGUN);
    core.set_method("DatasetService.CommitLoad");
    core.set_principal("steward");
    core.set_call_id(std::to_string(i));
    return {"authorities/a/acts/" + std::to_string(i),
            kTestTime + static_cast<int64_t>(i) * 1000000, CanonicalBytes(core),
            Sha256("salt of " + std::to_string(i))};
  }
  static std::string LogId() { return "0123456789abcdef"; }

  v1::LogHead Head(uint64_t size, const SigningKey& key) const {
    return SignHead(key, LogId(), size, *RootAt(size, Reader()), HeadTime(size));
  }
  // Head time of a size: that of its last decision.
  static int64_t HeadTime(uint64_t size) {
    return kTestTime + static_cast<int64_t>(size) * 1000000;
  }
  v1::Receipt Receipt(uint64_t index, const v1::LogHead& head, const v1::KeyHistory& keys) const {
    return MakeReceipt(Decision(index), Inclusion(index, head.tree_size()), head, keys);
  }
  v1::ActReceipt ActReceipt(uint64_t index, const v1::LogHead& head,
                            const v1::KeyHistory& keys) const {
    return MakeActReceipt(Act(index), Inclusion(index, head.tree_size()), head, keys);
  }
  v1::InclusionProof Inclusion(uint64_t index, uint64_t size) const {
    v1::InclusionProof proof;
    proof.set_leaf_index(index);
    proof.set_tree_size(size);
    const auto path = InclusionPath(index, size, Reader()).value();
    for (const std::string& hash : path) proof.add_hashes(hash);
    return proof;
  }
  v1::LogCheckpoint Checkpoint(const v1::LogHead& head, uint64_t older) const {
    v1::LogCheckpoint checkpoint;
    *checkpoint.mutable_head() = head;
    v1::ConsistencyProof* proof = checkpoint.mutable_consistency();
    proof->set_old_tree_size(older);
    proof->set_new_tree_size(head.tree_size());
    const auto path = ConsistencyPath(older, head.tree_size(), Reader()).value();
    for (const std::string& hash : path) proof->add_hashes(hash);
    return checkpoint;
  }
  NodeReader Reader() const {
    return [this](NodeId node) -> absl::StatusOr<std::string> {
      return levels_.at(static_cast<size_t>(node.level)).at(node.index);
    };
  }

 private:
  void Add(const std::string& leaf_hash) {
    const std::vector<std::string> completed = frontier_.Append(leaf_hash);
    if (levels_.size() < completed.size()) levels_.resize(completed.size());
    for (size_t i = 0; i < completed.size(); ++i) levels_[i].push_back(completed[i]);
  }

  std::vector<std::vector<std::string>> levels_;
  Frontier frontier_;
};

}  // namespace probity::evidence

#endif  // PROBITY_EVIDENCE_TESTING_H_
