#include "storage/rocksdb/evidence_check.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/errors.h"
#include "evidence/merkle.h"
#include "evidence/trust.h"
#include "storage/evidence/rules.h"
#include "storage/rocksdb/database.h"
#include "storage/rocksdb/evidence_reads.h"
#include "storage/rocksdb/evidence_state.h"
#include "storage/rocksdb/store_check.h"
#include "storage/rocksdb/table_options.h"

namespace probity::storage {
namespace {

constexpr char kPart[] = "evidence";
constexpr char kRecovery[] = "The evidence log is damaged or lost";

class EvidenceCheck {
 public:
  EvidenceCheck(const EvidenceDatabase& database, const EvidenceState& state,
                const CheckDepth& depth, probity::v1::CheckStoreResponse* report)
      : database_(database), state_(state), depth_(depth), report_(report) {
    own_.public_keys.push_back(state.first_public_key);
    for (const auto& rotation : state.newest.keys.rotations()) {
      own_.public_keys.push_back(rotation.to_key());
    }
  }

  absl::Status Run() {
    const uint64_t size = state_.newest.head.tree_size();
    const std::unique_ptr<rocksdb::Iterator> heads = database_.Scan(kLogMeta);
    heads->Seek(HeadPrefix());
    CheckHeads(heads.get());
    for (uint64_t leaf = 0; leaf < size; ++leaf) {
      if (depth_.is_cancelled && depth_.is_cancelled()) return absl::CancelledError("nobody waits");
      CheckLeaf(leaf);
      CheckHeads(heads.get());
    }
    if (!heads->status().ok()) Find("heads", heads->status().ToString());
    const auto open = ReadOpenActs(database_);
    if (!open.ok()) Find("open acts", open.status().message());
    return absl::OkStatus();
  }

 private:
  void Find(absl::string_view place, absl::string_view message) {
    if (++found_ <= kMostFindings) AddFinding(kPart, place, message, kRecovery, report_);
  }

  void CheckLeaf(uint64_t leaf) {
    const std::string place = absl::StrCat("decision ", leaf);
    const auto nodes = database_.Get(kNodes, EncodeLeaf(leaf));
    const auto stored = ReadDecision(database_, leaf);
    const bool is_act = stored.ok() && IsActName(stored->summary.decision());
    if (is_act) {
      report_->set_acts(report_->acts() + 1);
    } else {
      report_->set_decisions(report_->decisions() + 1);
    }
    std::string hash;
    if (stored.ok()) {
      hash = LeafHashOf(*stored);
      CheckIndex(stored->summary, place);
    } else {
      Find(place, stored.status().message());
      // What it was committed to still tells whether the tree is whole.
      if (nodes.ok() && nodes->has_value()) hash = (*nodes)->substr(0, evidence::kHashBytes);
    }
    const std::string completed = absl::StrJoin(frontier_.Append(hash), "");
    if (nodes.ok() && nodes->has_value() && **nodes == completed) return;
    Find(place, "its hashes in the tree are not those of the leaves");
  }

  void CheckIndex(const v1::DecisionSummary& summary, const std::string& place) {
    const std::string& name = summary.decision();
    const auto leaf = FindLeaf(database_, EncodeDecisionKey(name));
    const bool found = leaf.ok() && leaf->has_value() && **leaf == summary.leaf_index();
    if (!found) Find(place, absl::StrCat(name, " does not lead to it"));
    const ListKind kind = IsActName(name) ? ListKind::kAct : ListKind::kAll;
    const std::string list =
        EncodeListKey(ListPrefix(AuthorityOf(name), kind, ""), summary.leaf_index());
    const auto listed = database_.Get(kLogIndex, list);
    if (!listed.ok() || !listed->has_value()) Find(place, absl::StrCat(name, " is not listed"));
  }

  // Those of the size that the tree has now.
  void CheckHeads(rocksdb::Iterator* row) {
    for (; row->Valid() && row->key().starts_with(HeadPrefix()); row->Next()) {
      probity::v1::LogHead head;
      if (!head.ParseFromArray(row->value().data(), static_cast<int>(row->value().size()))) {
        Find("a head", "it cannot be read");
        continue;
      }
      if (head.tree_size() > frontier_.size()) return;
      CheckHead(head);
    }
  }

  void CheckHead(const probity::v1::LogHead& head) {
    const std::string place = absl::StrCat("head of ", head.tree_size(), " entries");
    const evidence::Finding finding = evidence::CheckHead(head, state_.newest.keys, own_);
    // Heads of a revoked key are known not to be trusted; that is no damage.
    if (!finding.ok() && finding.fault != probity::v1::EVIDENCE_FAULT_KEY_REVOKED) {
      Find(place, finding.explanation);
    }
    if (head.tree_size() == frontier_.size() && head.root_hash() != frontier_.Root()) {
      Find(place, "its root is not that of the leaves");
    }
  }

  const EvidenceDatabase& database_;
  const EvidenceState& state_;
  const CheckDepth& depth_;
  probity::v1::CheckStoreResponse* const report_;
  evidence::Trust own_;
  evidence::Frontier frontier_;
  int found_ = 0;
};

}  // namespace

absl::Status CheckStoredLog(const std::shared_ptr<const EvidenceDatabase>& database,
                            const CheckDepth& depth, probity::v1::CheckStoreResponse* report) {
  // Nothing is written through it here.
  const auto state = ReadEvidenceState(std::const_pointer_cast<EvidenceDatabase>(database));
  if (!state.ok()) {
    AddFinding(kPart, database->path(), state.status().message(), kRecovery, report);
    return absl::OkStatus();
  }
  if (depth.quick) return absl::OkStatus();
  RocksdbOptions files;
  files.env = database->env();
  absl::Status status = CheckTables(database->db(), rocksdb::Options(MakeDbOptions(files), {}),
                                    depth, kPart, kRecovery, report);
  return status.ok() ? EvidenceCheck(*database, *state, depth, report).Run() : status;
}

}  // namespace probity::storage
