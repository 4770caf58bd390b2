// What identity by certificate, roles, admission, access log and metrics add to a look-up
// over an established connection: slices of look-ups against both ports of a
// probity_secured_server alternate, and each pair gives one ratio of the server's CPU.
//
// The last line is a JSON object: mtls_overhead_ratio, secured / plain, the median over the
// pairs.
#include <algorithm>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "benchmarks/closed_loop.h"
#include "benchmarks/credentials.h"
#include "benchmarks/population.h"
#include "grpcpp/grpcpp.h"
#include "probity/v1/supplier_service.pb.h"

namespace probity::benchmarks {
namespace {

constexpr int kRequests = 100000;
constexpr int kChecked = 50;  // answers that are looked into before measuring
// Behind a slice, in which its lines of the access log go to disk.
constexpr absl::Duration kSettles = absl::Milliseconds(1100);

struct Options {
  std::string secured, plain;
  int pid = 0;
  uint32_t suppliers = 1000000;
  int pairs = 30;
  double seconds = 1;
  int callers = 32;
  TlsPaths tls;
};

Workload Lookups(uint32_t suppliers) {
  Workload workload{"/probity.v1.SupplierService/LookupSuppliers", {}};
  for (uint64_t i = 0; i < kRequests; ++i) {
    const std::string lei = LeiOf(static_cast<uint32_t>(i * 104729 % suppliers));
    v1::LookupSuppliersRequest request;
    request.add_identifiers()->set_scheme(lei.substr(0, lei.find(':')));
    request.mutable_identifiers(0)->set_value(lei.substr(lei.find(':') + 1));
    workload.requests.push_back(request.SerializeAsString());
  }
  return workload;
}

double Quantile(std::vector<double> values, double share) {
  std::sort(values.begin(), values.end());
  return values[static_cast<size_t>(share * static_cast<double>(values.size() - 1) + 0.5)];
}

class Bench {
 public:
  using Channel = std::shared_ptr<grpc::Channel>;

  explicit Bench(const Options& options)
      : options_(options), lookups_(Lookups(options.suppliers)) {}

  absl::Status Run() {
    auto credentials = CredentialsOf(options_.tls);
    if (!credentials.ok()) return credentials.status();
    const Channel secured = grpc::CreateChannel(options_.secured, *credentials);
    const Channel plain = grpc::CreateChannel(options_.plain, grpc::InsecureChannelCredentials());
    for (const Channel& channel : {secured, plain}) {
      if (absl::Status right = CheckAnswers(channel); !right.ok()) return right;
    }
    std::vector<double> with, without, ratios;
    for (int pair = -2; pair < options_.pairs; ++pair) {  // two to warm up
      const auto floor = MicrosOf(plain);
      if (!floor.ok()) return floor.status();
      const auto measured = MicrosOf(secured);
      if (!measured.ok()) return measured.status();
      if (pair < 0) continue;
      without.push_back(*floor);
      with.push_back(*measured);
      ratios.push_back(*measured / *floor);
    }
    absl::PrintF(
        "%-26s %8.3f  aim <= 1.25  middle half %.3f to %.3f of %d pairs; %.1f us of server CPU a "
        "look-up, %.1f without\n",
        "mtls_overhead_ratio", Quantile(ratios, 0.5), Quantile(ratios, 0.25),
        Quantile(ratios, 0.75), options_.pairs, Quantile(with, 0.5), Quantile(without, 0.5));
    absl::PrintF("{\"mtls_overhead_ratio\": %.3f}\n", Quantile(ratios, 0.5));
    return absl::OkStatus();
  }

 private:
  absl::Status CheckAnswers(const Channel& channel) const {
    for (int i = 0; i < kChecked; ++i) {
      auto bytes = CallOnce(channel, lookups_.method, lookups_.requests[i]);
      if (!bytes.ok()) return bytes.status();
      v1::LookupSuppliersResponse answer;
      const bool found = answer.ParseFromString(*bytes) && answer.results_size() == 1 &&
                         answer.results(0).suppliers_size() == 1;
      if (!found) {
        return absl::InternalError(absl::StrCat("a wrong answer: ", answer.ShortDebugString()));
      }
    }
    return absl::OkStatus();
  }

  absl::StatusOr<double> MicrosOf(const Channel& channel) {
    auto slice = RunSlice(channel, lookups_, next_, options_.callers,
                          absl::Seconds(options_.seconds), options_.pid, kSettles);
    if (!slice.ok()) return slice.status();
    next_ += slice->calls;
    return slice->CpuMicros();
  }

  const Options& options_;
  const Workload lookups_;
  size_t next_ = 0;
};

}  // namespace
}  // namespace probity::benchmarks

int main(int argc, char** argv) {
  using namespace probity::benchmarks;
  CLI::App app("Measures what security adds to the look-ups of a probity_secured_server.");
  Options options;
  app.add_option("--secured", options.secured, "HOST:PORT of its server")->required();
  app.add_option("--plain", options.plain, "HOST:PORT of its plain look-ups")->required();
  app.add_option("--pid", options.pid, "The server's process")->required();
  app.add_option("--suppliers", options.suppliers, "How many the store holds")->required();
  app.add_option("--pairs", options.pairs)->capture_default_str()->check(CLI::Range(1, 1000));
  app.add_option("--seconds", options.seconds, "Of one slice")->capture_default_str();
  app.add_option("--callers", options.callers)->capture_default_str()->check(CLI::Range(1, 1000));
  AddTlsOptions(&app, &options.tls);
  CLI11_PARSE(app, argc, argv);
  const absl::Status status = Bench(options).Run();
  if (!status.ok()) std::cerr << "probity_secured_bench: " << status.message() << '\n';
  return status.ok() ? 0 : 1;
}
