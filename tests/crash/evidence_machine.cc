#include "tests/crash/evidence_machine.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "evidence/personal_text.h"
#include "evidence/testing.h"
#include "gtest/gtest.h"
#include "storage/testing/evidence_conformance.h"

namespace probity::storage::testing {
namespace {

constexpr int kBefore = 6;  // decisions of a log that is there

const evidence::SigningKey& Key(int number) {
  static const auto* keys =
      new std::vector<evidence::SigningKey>{evidence::TestKey(0), evidence::TestKey(1)};
  return (*keys)[static_cast<size_t>(number)];
}

evidence::Trust TrustInFirstKey() {
  evidence::Trust trust;
  trust.public_keys.push_back(Key(0).public_key());
  return trust;
}

using NamesByLeaf = std::map<uint64_t, std::string>;

// Whole decisions, as a list shows them.
std::string FaultOfDecisions(const EvidenceLog& log, const Promises& promises,
                             NamesByLeaf* by_leaf) {
  DecisionQuery query;
  query.authority = "authorities/a";
  query.limit = 1000;
  const auto page = log.List(query);
  if (!page.ok()) return page.status().ToString();
  std::vector<std::string> names;
  for (const v1::DecisionSummary& summary : page->decisions) {
    const auto stored = log.Get(summary.decision());
    if (!stored.ok()) return stored.status().ToString();
    if (stored->personal_texts.size() != 1) {
      return absl::StrCat("the text of ", summary.leaf_index(), " is gone");
    }
    names.push_back(summary.decision());
    by_leaf->emplace(summary.leaf_index(), summary.decision());
  }
  if (names.size() > static_cast<size_t>(promises.tried)) return "more is there than was tried";
  return FaultOfAnyReceipt(log, names, Key(0).public_key());
}

// Whole acts, of which those are open that have no end.
std::string FaultOfActs(const EvidenceLog& log, const Promises& promises, NamesByLeaf* by_leaf) {
  ActQuery query;
  query.authority = "authorities/a";
  query.limit = 1000;
  const auto page = log.ListActs(query);
  if (!page.ok()) return page.status().ToString();
  std::vector<std::string> open;
  for (int n = 0; n < promises.tried_acts; ++n) {
    const std::string begun = CrashAct(n).act, end = CrashActEnd(n).act;
    const bool has_begun = std::count(page->acts.begin(), page->acts.end(), begun) > 0;
    const bool has_ended = std::count(page->acts.begin(), page->acts.end(), end) > 0;
    if (has_ended && !has_begun) return absl::StrCat(begun, " has an end and no begin");
    if (has_begun && !has_ended) open.push_back(begun);
  }
  for (const std::string& name : page->acts) {
    const auto stored = log.GetAct(name);
    if (!stored.ok()) return stored.status().ToString();
    const auto receipt = MakeActReceipt(log, name);
    if (!receipt.ok()) return receipt.status().ToString();
    const auto proof = evidence::VerifyActReceipt(*receipt, TrustInFirstKey());
    if (proof.fault() != probity::v1::EVIDENCE_FAULT_NONE) return proof.explanation();
    const bool is_end = proof.core().phase() == probity::v1::ACT_PHASE_ENDED;
    if (stored->subjects.size() != (is_end ? 0U : 1U))
      return absl::StrCat(name, " lost its subject");
    by_leaf->emplace(stored->leaf_index, name);
  }
  if (page->acts.size() > 2 * static_cast<size_t>(promises.tried_acts)) {
    return "more acts are there than were tried";
  }
  const auto told = log.OpenActs();
  if (!told.ok()) return told.status().ToString();
  return *told == open ? "" : "other acts are said to be open than are";
}

// Every leaf is a whole decision or act that a list shows, and nothing else is there.
std::string FaultOfLeaves(const EvidenceLog& log, const Promises& promises) {
  NamesByLeaf by_leaf;
  std::string fault = FaultOfDecisions(log, promises, &by_leaf);
  if (fault.empty()) fault = FaultOfActs(log, promises, &by_leaf);
  if (!fault.empty()) return fault;
  const uint64_t size = log.Head().tree_size();
  if (by_leaf.size() == size && (size == 0 || by_leaf.rbegin()->first == size - 1)) return "";
  return absl::StrCat(by_leaf.size(), " leaves are listed, the log has ", size);
}

std::string FaultOfPromises(const EvidenceLog& log, const Promises& promises) {
  for (const Recorded& recorded : promises.recorded) {
    const auto stored = log.Get(recorded.decision);
    if (!stored.ok()) {
      return absl::StrCat("acknowledged, yet not there: ", stored.status().ToString());
    }
    const bool same = stored->summary.leaf_index() == recorded.leaf_index &&
                      stored->summary.time_us() == recorded.time_us;
    if (!same) return absl::StrCat(recorded.decision, " is at another place or time");
  }
  for (const Recorded& recorded : promises.acts) {
    const auto stored = log.GetAct(recorded.decision);
    if (!stored.ok()) return absl::StrCat("acknowledged, yet lost: ", stored.status().ToString());
    if (stored->leaf_index != recorded.leaf_index) return "an act is at another place";
  }
  for (const probity::v1::LogHead& head : promises.heads) {
    const auto newer = MakeCheckpoint(log, head.tree_size());
    if (!newer.ok()) return absl::StrCat("a head was lost: ", newer.status().ToString());
    const auto finding = evidence::CheckConsistency(head, *newer, TrustInFirstKey());
    if (!finding.ok()) return finding.explanation;
  }
  for (const int n : promises.erased) {
    const auto stored = log.Get(CrashEntry(n).decision);
    if (!stored.ok() || !stored->personal_texts[0].text().empty()) return "an erased text is back";
  }
  return "";
}

// As a start does: the act that was on its way may begin again, and what is open is ended.
std::string FaultOfEndingActs(EvidenceLog* log, const Promises& promises) {
  if (promises.tried_acts == 0) return "";
  const absl::Status begun = AppendActAndWait(log, CrashAct(promises.tried_acts - 1)).status();
  if (!begun.ok() && ReasonOf(begun) != probity::v1::ERROR_REASON_DECISION_EXISTS) {
    return absl::StrCat("no act begins any more: ", begun.ToString());
  }
  for (int n = 0; n < promises.tried_acts; ++n) {
    const absl::Status ended = AppendActAndWait(log, CrashActEnd(n)).status();
    if (!ended.ok() && ReasonOf(ended) != probity::v1::ERROR_REASON_DECISION_EXISTS) {
      return absl::StrCat("act ", n, " cannot be ended: ", ended.ToString());
    }
  }
  const auto open = log->OpenActs();
  return open.ok() && open->empty() ? "" : "acts that were ended are open";
}

// What was on its way can be asked again, and the log goes on.
std::string FaultOfGoingOn(EvidenceLog* log, Promises promises) {
  if (std::string fault = FaultOfEndingActs(log, promises); !fault.empty()) return fault;
  const uint64_t size = log->Head().tree_size();
  for (int n = std::max(0, promises.tried - 1); n < promises.tried + 2; ++n) {
    const auto recorded = AppendAndWait(log, CrashEntry(n));
    if (!recorded.ok()) return absl::StrCat("cannot go on: ", recorded.status().ToString());
    if (recorded->repeated != (recorded->leaf_index < size)) return "a retry was recorded twice";
    promises.recorded.push_back(*recorded);
    promises.heads.push_back(recorded->head);
  }
  promises.tried += 2;
  std::string fault = FaultOfPromises(*log, promises);
  return fault.empty() ? FaultOfLeaves(*log, promises) : fault;
}

EvidenceScenario LogWith(const std::string& name, EvidenceAct act) {
  EvidenceScenario scenario;
  scenario.name = name;
  EvidenceMachine machine({{"/disk"}, {}});
  absl::Status status = machine.Start(scenario.promises);
  while (status.ok() && scenario.promises.tried < kBefore) {
    status = AppendOne(machine.log(), &scenario.promises);
  }
  EXPECT_TRUE(status.ok()) << status;
  machine.Stop();
  scenario.before = machine.disk().AfterPowerCut(Unsynced::kKept, 0);
  scenario.act = std::move(act);
  return scenario;
}

absl::Status AppendLeaf(EvidenceLog* log, const ActEntry& act, Promises* promises) {
  const auto recorded = AppendActAndWait(log, act);
  if (!recorded.ok()) return recorded.status();
  promises->acts.push_back(*recorded);
  promises->heads.push_back(recorded->head);
  return absl::OkStatus();
}

absl::Status AppendThree(EvidenceLog* log, Promises* promises) {
  absl::Status status;
  for (int i = 0; status.ok() && i < 3; ++i) status = AppendOne(log, promises);
  return status;
}

}  // namespace

EvidenceOptions EvidenceMachineOptions(const std::string& path, int key) {
  EvidenceOptions options;
  options.path = path;
  options.key = Key(key);
  options.log_id = kTestLogId;
  options.clock = [] { return evidence::kTestTime; };
  options.note_interval = absl::ZeroDuration();
  return options;
}

std::string CrashText(int n) { return absl::StrCat("the name of ", n, " that may have to go"); }

EvidenceEntry CrashEntry(int n) {
  EvidenceEntry entry = EntryNumber(n);
  entry.personal_texts = {evidence::MakePersonalText(CrashText(n), std::string(32, 's'))};
  return entry;
}

ActEntry CrashAct(int n) {
  const probity::v1::PersonalText subject =
      evidence::MakePersonalText(absl::StrCat("subject of act ", n), std::string(32, 's'));
  probity::v1::ActCore core;
  core.set_phase(probity::v1::ACT_PHASE_BEGUN);
  core.add_subjects(subject.digest());
  return {absl::StrCat("authorities/a/acts/", n), core.SerializeAsString(), {subject}, ""};
}

ActEntry CrashActEnd(int n) {
  const std::string begun = CrashAct(n).act;
  probity::v1::ActCore core;
  core.set_phase(probity::v1::ACT_PHASE_ENDED);
  core.set_begun(begun);
  return {absl::StrCat(begun, "-end"), core.SerializeAsString(), {}, begun};
}

std::string FaultOf(EvidenceLog* log, const Promises& promises) {
  std::string fault = FaultOfPromises(*log, promises);
  if (fault.empty()) fault = FaultOfLeaves(*log, promises);
  return fault.empty() ? FaultOfGoingOn(log, promises) : fault;
}

EvidenceMachine::EvidenceMachine(const DiskImage& image)
    : disk_(std::make_shared<SimulatedDisk>(image)), env_(rocksdb::NewCompositeEnv(disk_)) {}

absl::Status EvidenceMachine::Start(const Promises& promises) {
  EvidenceOptions options = EvidenceMachineOptions(kEvidencePath, promises.key);
  options.env = env_.get();
  auto log = OpenRocksdbEvidenceLog(options);
  const bool rotated = ReasonOf(log.status()) == probity::v1::ERROR_REASON_EVIDENCE_KEY_WRONG;
  if (rotated && promises.next_key) {
    options.key = Key(*promises.next_key);
    log = OpenRocksdbEvidenceLog(options);
  }
  if (!log.ok()) return log.status();
  log_ = *std::move(log);
  return absl::OkStatus();
}

absl::Status AppendOne(EvidenceLog* log, Promises* promises) {
  const auto recorded = AppendAndWait(log, CrashEntry(promises->tried++));
  if (!recorded.ok()) return recorded.status();
  promises->recorded.push_back(*recorded);
  promises->heads.push_back(recorded->head);
  return absl::OkStatus();
}

absl::Status RotateKey(EvidenceLog* log, Promises* promises) {
  promises->next_key = 1;
  if (absl::Status status = log->Rotate(Key(1)); !status.ok()) return status;
  promises->key = 1;
  promises->next_key.reset();
  promises->heads.push_back(log->Head());
  return absl::OkStatus();
}

absl::Status EraseOneText(EvidenceLog* log, Promises* promises) {
  const EvidenceEntry entry = CrashEntry(2);
  const ErasureOrder order{{entry.personal_texts[0].digest()}, "ann", "asked for"};
  absl::Status status = log->ErasePersonalTexts(entry.decision, order).status();
  if (status.ok()) promises->erased.push_back(2);
  return status;
}

absl::Status BeginAct(EvidenceLog* log, Promises* promises) {
  return AppendLeaf(log, CrashAct(promises->tried_acts++), promises);
}

absl::Status EndAct(EvidenceLog* log, Promises* promises) {
  return AppendLeaf(log, CrashActEnd(promises->tried_acts - 1), promises);
}

EvidenceScenario EvidenceFirstStart() {
  EvidenceScenario scenario;
  scenario.name = "first start and a decision";
  scenario.before = {{"/disk"}, {}};
  scenario.act = &AppendOne;
  scenario.with_start = true;
  return scenario;
}

EvidenceScenario EvidenceAppends() { return LogWith("three decisions", &AppendThree); }

EvidenceScenario EvidenceRotation() {
  return LogWith("another key and a decision", [](EvidenceLog* log, Promises* promises) {
    absl::Status status = RotateKey(log, promises);
    return status.ok() ? AppendOne(log, promises) : status;
  });
}

EvidenceScenario EvidenceErasure() {
  return LogWith("an erasure and a decision", [](EvidenceLog* log, Promises* promises) {
    absl::Status status = EraseOneText(log, promises);
    return status.ok() ? AppendOne(log, promises) : status;
  });
}

EvidenceScenario EvidenceActs() {
  return LogWith("an act around a decision, and one left open",
                 [](EvidenceLog* log, Promises* promises) {
                   absl::Status status = BeginAct(log, promises);
                   if (status.ok()) status = AppendOne(log, promises);
                   if (status.ok()) status = EndAct(log, promises);
                   return status.ok() ? BeginAct(log, promises) : status;
                 });
}

EvidenceScenario EvidenceRecovery() {
  EvidenceScenario scenario = EvidenceAppends();
  scenario.name = "recovery of a decision";
  EvidenceMachine machine(scenario.before);
  EXPECT_TRUE(machine.Start(scenario.promises).ok());
  machine.disk().Arm([](const DiskOperation& operation) {
    return operation.Kind() == "sync *.log" ? Outcome::kMachineStops : Outcome::kDone;
  });
  EXPECT_FALSE(scenario.act(machine.log(), &scenario.promises).ok());
  machine.Stop();
  scenario.before = machine.disk().AfterPowerCut(Unsynced::kKept, 0);
  scenario.act = nullptr;
  scenario.with_start = true;
  return scenario;
}

std::string JudgeEvidence(const DiskImage& image, const Promises& promises) {
  EvidenceMachine machine(image);
  if (absl::Status status = machine.Start(promises); !status.ok()) {
    return absl::StrCat("does not start: ", status.ToString());
  }
  std::string fault = FaultOf(machine.log(), promises);
  for (const int n : promises.erased) {
    for (const auto& [path, bytes] : image.files) {
      if (bytes.find(CrashText(n)) != std::string::npos) {
        return absl::StrCat("an erased text is still in ", path);
      }
    }
  }
  return fault;
}

}  // namespace probity::storage::testing
