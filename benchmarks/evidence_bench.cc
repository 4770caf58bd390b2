// What an evidence log of many decisions costs: how long an append takes where the
// log is small and where it is large, how many hashes a proof has, and what it
// takes to verify a receipt. What is measured enters as the decisions of a server
// do; what only makes the log large is in fewer lists, or its compaction would take
// most of the time.
// The last line is a JSON object of the figures.
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "base/hash.h"
#include "storage/rocksdb/rocksdb_evidence_log.h"

namespace probity::benchmarks {
namespace {

using storage::EvidenceEntry;
using storage::EvidenceLog;
using storage::Recorded;

constexpr int kAuthorities = 50;
constexpr uint64_t kInBlock = 10000;  // decisions of one authority in a row
constexpr int kSuppliers = 100000;
constexpr int kSampled = 1000;      // proofs and receipts
constexpr uint64_t kSmall = 10000;  // decisions of a small log
constexpr uint64_t kSlices = 20;
constexpr uint64_t kInSlice = 1000;  // appends

struct Options {
  std::string directory;
  uint64_t decisions = 10000000;
  size_t callers = 64;
  size_t core_bytes = 600;
};

std::string NameOf(uint64_t n) {
  return absl::StrFormat("authorities/a%d/decisions/d%09d", n / kInBlock % kAuthorities, n);
}

template <typename T>
T OrDie(absl::StatusOr<T> value) {
  if (value.ok()) return *std::move(value);
  std::cerr << value.status() << '\n';
  std::exit(1);
}

double CpuMicros() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto micros = [](const timeval& time) { return time.tv_sec * 1e6 + time.tv_usec; };
  return micros(usage.ru_utime) + micros(usage.ru_stime);
}

double Quantile(std::vector<double> values, double share) {
  std::sort(values.begin(), values.end());
  return values[static_cast<size_t>(share * static_cast<double>(values.size() - 1))];
}

class Bench {
 public:
  explicit Bench(const Options& options) : options_(options), core_(options.core_bytes, 'c') {
    storage::EvidenceOptions log;
    log.path = options.directory + "/log";
    log.key = evidence::SigningKey::Generate();
    log.limits.entries = size_t{1} << 20;
    log.limits.group_entries = kGroup;
    trust_.public_keys.push_back(log.key->public_key());
    log_ = OrDie(storage::OpenRocksdbEvidenceLog(log));
  }

  void Run() {
    Fill(kSmall, kGroup, false);
    const double small = MeasureAppends("10k");
    const absl::Time begun = absl::Now();
    while (count_ < options_.decisions) {
      Fill(std::min(options_.decisions, count_ + kProgress), kGroup, false);
      absl::PrintF("%d decisions in %.0f s\n", count_, absl::ToDoubleSeconds(absl::Now() - begun));
      std::fflush(stdout);
    }
    const double large = MeasureAppends(absl::StrCat(options_.decisions));
    MeasureProofs();
    const double verify_ms = MeasureReceipts();
    absl::PrintF(
        "{\"proof_hashes_10m\": %d, \"append_us_10m_vs_10k\": %.3f, \"verify_ms\": %.3f}\n",
        hashes_, large / small, verify_ms);
  }

 private:
  static constexpr size_t kGroup = 4096;
  static constexpr uint64_t kProgress = 1000000;

  // Until the process uses less than a twentieth of a core, a minute at most, and
  // the system has written what it held back.
  static void AwaitQuiet() {
    sync();
    for (int second = 0; second < 60; ++second) {
      const double before = CpuMicros();
      absl::SleepFor(absl::Seconds(1));
      if (CpuMicros() - before < 5e4) return;
    }
  }

  // Appends until the log has `until`, with so many waiting at a time.
  void Fill(uint64_t until, size_t callers, bool is_whole) {
    for (; count_ < until; ++count_) {
      const auto may_append = [this, callers] {
        mutex_.AssertReaderHeld();
        return waiting_ < callers;
      };
      {
        absl::MutexLock lock(&mutex_);
        mutex_.Await(absl::Condition(&may_append));
        ++waiting_;
      }
      log_->Append(Entry(count_, is_whole), [this](absl::StatusOr<Recorded> recorded) {
        OrDie(std::move(recorded));
        absl::MutexLock lock(&mutex_);
        --waiting_;
      });
    }
    const auto is_done = [this] { return waiting_ == 0; };
    absl::MutexLock lock(&mutex_);
    mutex_.Await(absl::Condition(&is_done));
  }

  EvidenceEntry Entry(uint64_t n, bool is_whole) const {
    EvidenceEntry entry;
    entry.decision = NameOf(n);
    entry.core = core_;
    entry.bundle = absl::StrCat("bundle ", n);
    if (!is_whole) return entry;
    entry.request_id = absl::StrCat("r", n);
    entry.request_digest = Sha256(entry.request_id);
    entry.verdict = 1 + static_cast<int32_t>(n % 3);
    entry.subjects = {absl::StrCat("suppliers/", n * 7919 % kSuppliers)};
    return entry;
  }

  // Microseconds an append, of wall time; CPU for people. What filling left to be
  // compacted is done before.
  double MeasureAppends(const std::string& where) {
    AwaitQuiet();
    std::vector<double> wall, cpu;
    const storage::EvidenceStats before = log_->stats();
    for (uint64_t slice = 0; slice < kSlices; ++slice) {
      const absl::Time begun = absl::Now();
      const double cpu_begun = CpuMicros();
      Fill(count_ + kInSlice, options_.callers, true);
      wall.push_back(absl::ToDoubleMicroseconds(absl::Now() - begun) / kInSlice);
      cpu.push_back((CpuMicros() - cpu_begun) / kInSlice);
    }
    const storage::EvidenceStats after = log_->stats();
    absl::PrintF("append at %s: %.1f us (%.1f to %.1f), %.1f us of CPU, %.1f in a group\n", where,
                 Quantile(wall, 0.5), Quantile(wall, 0), Quantile(wall, 1), Quantile(cpu, 0.5),
                 static_cast<double>(after.recorded - before.recorded) /
                     static_cast<double>(after.groups - before.groups));
    std::fflush(stdout);
    return Quantile(wall, 0.5);
  }

  void MeasureProofs() {
    std::vector<double> micros;
    for (int i = 0; i < kSampled; ++i) {
      const absl::Time begun = absl::Now();
      const auto proof = OrDie(log_->Inclusion(random_() % count_, count_));
      micros.push_back(absl::ToDoubleMicroseconds(absl::Now() - begun));
      hashes_ = std::max(hashes_, proof.hashes_size());
      const auto consistency = OrDie(log_->Consistency(1 + random_() % (count_ - 1), count_));
      longest_ = std::max(longest_, consistency.hashes_size());
    }
    absl::PrintF("proof: at most %d hashes, %.0f us (p99 %.0f); consistency at most %d hashes\n",
                 hashes_, Quantile(micros, 0.5), Quantile(micros, 0.99), longest_);
  }

  double MeasureReceipts() {
    std::vector<double> millis;
    for (int i = 0; i < kSampled; ++i) {
      const auto receipt = OrDie(storage::MakeReceipt(*log_, NameOf(random_() % count_)));
      const std::string file = evidence::ReceiptToJson(receipt);
      const absl::Time begun = absl::Now();
      const auto verified = evidence::VerifyReceiptFile(file, trust_);
      millis.push_back(absl::ToDoubleMilliseconds(absl::Now() - begun));
      if (verified.fault() == v1::EVIDENCE_FAULT_NONE) continue;
      std::cerr << verified.explanation() << '\n';
      std::exit(1);
    }
    absl::PrintF("verify a receipt: %.3f ms (p99 %.3f)\n", Quantile(millis, 0.5),
                 Quantile(millis, 0.99));
    return Quantile(millis, 0.5);
  }

  const Options options_;
  const std::string core_;
  evidence::Trust trust_;
  std::mt19937_64 random_{20261126};
  absl::Mutex mutex_;
  size_t waiting_ = 0;
  uint64_t count_ = 0;
  int hashes_ = 0, longest_ = 0;
  std::unique_ptr<EvidenceLog> log_;  // ends first
};

}  // namespace
}  // namespace probity::benchmarks

int main(int argc, char** argv) {
  probity::benchmarks::Options options;
  CLI::App app("Measures an evidence log of many decisions.");
  app.add_option("--directory", options.directory, "where the log is made and removed")->required();
  app.add_option("--decisions", options.decisions, "in the large log")->capture_default_str();
  app.add_option("--callers", options.callers, "that wait at a time")->capture_default_str();
  app.add_option("--core_bytes", options.core_bytes, "of a decision")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  std::filesystem::create_directories(options.directory);
  probity::benchmarks::Bench(options).Run();
  std::filesystem::remove_all(options.directory + "/log");
  return 0;
}
