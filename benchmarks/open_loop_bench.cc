// Lookups that arrive at fixed times, whether or not earlier ones were answered: what
// callers wait while a server does something else. A call's time counts from when it was
// due, so that a server that stands still is not asked less.
//
// Runs until standard input ends; then the last line is a JSON object of the figures.
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/base/thread_annotations.h"
#include "absl/strings/str_format.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "benchmarks/population.h"
#include "grpcpp/grpcpp.h"
#include "probity/v1/supplier_service.grpc.pb.h"

namespace probity::benchmarks {
namespace {

struct Options {
  std::string server;
  uint32_t suppliers = 1000000;
  int per_second = 500;
  double at_least = 5;  // seconds
};

// Answers as they come, on gRPC's threads.
class Answers {
 public:
  void Add(double milliseconds, bool ok) {
    absl::MutexLock lock(&mutex_);
    waited_.push_back(milliseconds);
    failed_ += ok ? 0 : 1;
  }
  // When `calls` were answered.
  void Await(size_t calls) const {
    const auto all = [this, calls]()
                         ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return waited_.size() >= calls; };
    absl::MutexLock lock(&mutex_);
    mutex_.Await(absl::Condition(&all));
  }
  double Quantile(double share) const {
    absl::MutexLock lock(&mutex_);
    std::vector<double> sorted = waited_;
    std::sort(sorted.begin(), sorted.end());
    return sorted[static_cast<size_t>(share * static_cast<double>(sorted.size() - 1) + 0.5)];
  }
  uint64_t failed() const {
    absl::MutexLock lock(&mutex_);
    return failed_;
  }

 private:
  mutable absl::Mutex mutex_;
  std::vector<double> waited_ ABSL_GUARDED_BY(mutex_);
  uint64_t failed_ ABSL_GUARDED_BY(mutex_) = 0;
};

struct Call {
  grpc::ClientContext context;
  v1::LookupSuppliersRequest request;
  v1::LookupSuppliersResponse response;
  absl::Time due;
};

class OpenLoop {
 public:
  explicit OpenLoop(const Options& options)
      : options_(options),
        stub_(v1::SupplierService::NewStub(
            grpc::CreateChannel(options.server, grpc::InsecureChannelCredentials()))) {}

  void Run() {
    const absl::Duration gap = absl::Seconds(1) / options_.per_second;
    const absl::Time begin = absl::Now();
    absl::Time due = begin;
    while (due - begin < absl::Seconds(options_.at_least) || !InputEnded()) {
      absl::SleepFor(due - absl::Now());
      lag_ = std::max(lag_, absl::Now() - due);
      Begin(due);
      due += gap;
    }
    answers_.Await(calls_);
  }

  void Report() const {
    const double lag = absl::ToDoubleMilliseconds(lag_);
    absl::PrintF(
        "%d lookups, %d a second: p50 %.2f ms, p99 %.2f ms, longest %.1f ms, %d failed; "
        "sent %.1f ms late at most\n",
        calls_, options_.per_second, answers_.Quantile(0.5), answers_.Quantile(0.99),
        answers_.Quantile(1), answers_.failed(), lag);
    absl::PrintF("{\"p99_ms\": %.3f, \"failed\": %d, \"generator_lag_ms\": %.1f}\n",
                 answers_.Quantile(0.99), answers_.failed(), lag);
  }

 private:
  static bool InputEnded() {
    pollfd input{STDIN_FILENO, POLLIN, 0};
    char ignored = 0;
    return poll(&input, 1, 0) > 0 && read(STDIN_FILENO, &ignored, 1) <= 0;
  }

  void Begin(absl::Time due) {
    auto* call = new Call;
    call->due = due;
    const auto supplier = static_cast<uint32_t>(uint64_t{calls_} * 104729 % options_.suppliers);
    const std::string lei = LeiOf(supplier);
    v1::Identifier* identifier = call->request.add_identifiers();
    identifier->set_scheme(lei.substr(0, lei.find(':')));
    identifier->set_value(lei.substr(lei.find(':') + 1));
    ++calls_;
    stub_->async()->LookupSuppliers(
        &call->context, &call->request, &call->response, [this, call](const grpc::Status& status) {
          const bool found = status.ok() && call->response.results_size() == 1 &&
                             call->response.results(0).suppliers_size() == 1;
          answers_.Add(absl::ToDoubleMilliseconds(absl::Now() - call->due), found);
          delete call;
        });
  }

  const Options options_;
  const std::unique_ptr<v1::SupplierService::Stub> stub_;
  Answers answers_;
  size_t calls_ = 0;
  absl::Duration lag_;
};

}  // namespace
}  // namespace probity::benchmarks

int main(int argc, char** argv) {
  using namespace probity::benchmarks;
  CLI::App app("Looks suppliers up at fixed times until standard input ends.");
  Options options;
  app.add_option("--server", options.server, "Loopback HOST:PORT")->required();
  app.add_option("--suppliers", options.suppliers, "How many the store holds")->required();
  app.add_option("--per_second", options.per_second)
      ->capture_default_str()
      ->check(CLI::Range(1, 100000));
  app.add_option("--at_least", options.at_least, "Seconds")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  OpenLoop loop(options);
  loop.Run();
  loop.Report();
  return 0;
}
