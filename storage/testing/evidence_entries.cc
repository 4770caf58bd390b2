#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "evidence/personal_text.h"
#include "storage/testing/evidence_conformance.h"

namespace probity::storage::testing {

EvidenceEntry EntryNumber(int n, const std::string& authority) {
  EvidenceEntry entry;
  entry.decision = absl::StrCat(authority, authority.empty() ? "" : "/", "decisions/",
                                absl::Dec(n, absl::kZeroPad6));
  entry.core = absl::StrCat("core of ", n);
  entry.bundle = absl::StrCat("bundle of ", n);
  entry.request_id = absl::StrCat("request ", n);
  entry.request_digest = Sha256(absl::StrCat("request of ", n));
  entry.verdict = 1 + n % 3;
  entry.purpose = 1 + n % 4;
  entry.subjects = {absl::StrCat("suppliers/", n % 5), "suppliers/all"};
  entry.procedure = n % 7 == 0 ? "" : absl::StrCat("procedure ", n % 7);
  entry.revision = 100 + n;
  entry.records = {"datasets/all/records/k", absl::StrCat("datasets/d/records/", n % 3)};
  return entry;
}

absl::StatusOr<Recorded> AppendAndWait(EvidenceLog* log, EvidenceEntry entry) {
  absl::Notification done;
  absl::StatusOr<Recorded> result;
  log->Append(std::move(entry), [&](absl::StatusOr<Recorded> recorded) {
    result = std::move(recorded);
    done.Notify();
  });
  done.WaitForNotification();
  return result;
}

std::string FaultOfAnyReceipt(const EvidenceLog& log, const std::vector<std::string>& decisions,
                              const std::string& public_key) {
  evidence::Trust trust;
  trust.public_keys.push_back(public_key);
  for (const std::string& decision : decisions) {
    const auto receipt = MakeReceipt(log, decision);
    if (!receipt.ok()) return absl::StrCat(decision, ": ", receipt.status().ToString());
    const auto verification = evidence::VerifyReceipt(*receipt, trust);
    if (verification.fault() != probity::v1::EVIDENCE_FAULT_NONE) {
      return absl::StrCat(decision, ": ", verification.explanation());
    }
  }
  return "";
}

}  // namespace probity::storage::testing
