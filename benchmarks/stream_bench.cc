// Streams a vendor master to a running server: names of the invented population,
// without identifiers, each decided and recorded. The last line is a JSON object of
// the figures.
#include <chrono>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <thread>

#include "CLI/CLI.hpp"
#include "absl/strings/str_format.h"
#include "benchmarks/population.h"
#include "grpcpp/grpcpp.h"
#include "probity/v1/screening_service.grpc.pb.h"

namespace probity::benchmarks {
namespace {

struct Options {
  std::string server, policy, buyer = "DE";
  uint32_t suppliers = 1000000;
  uint32_t vendors = 100000;
};

class Bench {
 public:
  explicit Bench(const Options& options) : options_(options) {}

  int Run() {
    const auto stub = v1::ScreeningService::NewStub(
        grpc::CreateChannel(options_.server, grpc::InsecureChannelCredentials()));
    const auto begun = std::chrono::steady_clock::now();
    grpc::ClientContext context;
    const auto stream = stub->StreamScreenSuppliers(&context);
    std::thread sender([&] { Send(*stream); });
    v1::StreamScreenSuppliersResponse response;
    while (stream->Read(&response)) Take(response);
    sender.join();
    const grpc::Status status = stream->Finish();
    const double seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
    if (!status.ok()) return Fail(status.error_message());
    if (answers_ != options_.vendors) return Fail("rows were left unanswered");
    if (errors_ > 0) return Fail("rows were refused");
    return Report(seconds);
  }

 private:
  using Stream =
      grpc::ClientReaderWriter<v1::StreamScreenSuppliersRequest, v1::StreamScreenSuppliersResponse>;

  static int Fail(const std::string& why) {
    std::cerr << "probity_stream_bench: " << why << '\n';
    return 1;
  }

  void Send(Stream& stream) const {
    v1::StreamScreenSuppliersRequest message;
    v1::StreamScreenSettings* settings = message.mutable_settings();
    settings->set_policy(options_.policy);
    settings->mutable_purchase()->set_authority_country(options_.buyer);
    settings->mutable_purchase()->set_purpose(v1::PURPOSE_QUALIFICATION);
    bool open = stream.Write(message);
    for (uint32_t i = 0; open && i < options_.vendors; ++i) {
      // All over the population, none twice.
      const auto number = static_cast<uint32_t>(uint64_t{i} * 104729 % options_.suppliers);
      message.mutable_item()->mutable_request()->mutable_subject()->set_name(NameOf(number));
      open = stream.Write(message);
    }
    stream.WritesDone();
  }

  void Take(const v1::StreamScreenSuppliersResponse& response) {
    if (!response.has_result()) return;
    ++answers_;
    bytes_ += response.ByteSizeLong();
    errors_ += response.result().has_error() ? 1 : 0;
    ++verdicts_[response.result().response().decision().core().verdict()];
  }

  int Report(double seconds) const {
    for (const auto& [verdict, count] : verdicts_) {
      absl::PrintF("%-26s %8d\n", v1::Verdict_Name(verdict), count);
    }
    absl::PrintF("%-26s %8.1f  aim <= 120    %d names, %.0f/s, %d bytes an answer\n",
                 "stream_100k_seconds", seconds, options_.vendors, options_.vendors / seconds,
                 bytes_ / answers_);
    absl::PrintF("{\"stream_100k_seconds\": %.1f}\n", seconds);
    return 0;
  }

  const Options& options_;
  uint64_t answers_ = 0, errors_ = 0, bytes_ = 0;
  std::map<v1::Verdict, int> verdicts_;
};

}  // namespace
}  // namespace probity::benchmarks

int main(int argc, char** argv) {
  using namespace probity::benchmarks;
  CLI::App app("Streams a vendor master to a running server, by name.");
  Options options;
  app.add_option("--server", options.server, "HOST:PORT")->required();
  app.add_option("--policy", options.policy, "policies/{policy}; without: the active one");
  app.add_option("--buyer", options.buyer, "Country of the buyer")->capture_default_str();
  app.add_option("--suppliers", options.suppliers, "How many the store holds")
      ->capture_default_str();
  app.add_option("--vendors", options.vendors, "How many are streamed")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  return Bench(options).Run();
}
