// The contract of storage/evidence/evidence_log.h as tests, for any
// implementation:
//
//   INSTANTIATE_TEST_SUITE_P(Memory, EvidenceConformanceTest,
//                            ::testing::Values(&MakeMemoryFactory));
//
// Link probity::storage_evidence_conformance whole.
#ifndef PROBITY_STORAGE_TESTING_EVIDENCE_CONFORMANCE_H_
#define PROBITY_STORAGE_TESTING_EVIDENCE_CONFORMANCE_H_

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "evidence/keys.h"
#include "evidence/testing.h"
#include "gtest/gtest.h"
#include "storage/evidence/append_and_wait.h"
#include "storage/evidence/evidence_log.h"

namespace probity::storage::testing {

inline constexpr char kTestLogId[] = "fedcba9876543210";

// Makes logs of one kind, each with the id kTestLogId.
class EvidenceLogFactory {
 public:
  virtual ~EvidenceLogFactory() = default;
  // A new, empty log.
  virtual std::unique_ptr<EvidenceLog> New(const evidence::SigningKey& key,
                                           std::function<int64_t()> clock) = 0;
  // The same log after a restart; one that cannot restart comes back as it is.
  virtual std::unique_ptr<EvidenceLog> Reopen(std::unique_ptr<EvidenceLog> log,
                                              const evidence::SigningKey& key) {
    return log;
  }
};

// Entry number `n`: every field is a function of `n`; it has a request id.
EvidenceEntry EntryNumber(int n, const std::string& authority = "authorities/a");
// Appends and waits.
absl::StatusOr<Recorded> AppendAndWait(EvidenceLog* log, EvidenceEntry entry);
// Empty when the log proves each of its decisions under its newest head to
// somebody who trusts `public_key`, else what is wrong.
std::string FaultOfAnyReceipt(const EvidenceLog& log, const std::vector<std::string>& decisions,
                              const std::string& public_key);

class EvidenceConformanceTest
    : public ::testing::TestWithParam<std::unique_ptr<EvidenceLogFactory> (*)()> {
 protected:
  void SetUp() override {
    factory_ = GetParam()();
    log_ = factory_->New(key_, [this] { return now_.load(); });
  }
  void Reopen() { log_ = factory_->Reopen(std::move(log_), key_); }
  // Appends entries [begin, end), a second each; all must be recorded.
  void Fill(int begin, int end);
  evidence::Trust TrustInFirstKey() const;

  std::atomic<int64_t> now_{evidence::kTestTime};
  evidence::SigningKey key_ = evidence::TestKey(0);
  std::unique_ptr<EvidenceLogFactory> factory_;
  std::unique_ptr<EvidenceLog> log_;
};

}  // namespace probity::storage::testing

#endif  // PROBITY_STORAGE_TESTING_EVIDENCE_CONFORMANCE_H_
