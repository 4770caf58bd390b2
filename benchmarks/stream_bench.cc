// Streams a vendor master to a running server, each row decided and recorded: first
// by name alone, as nobody knows yet who they are; then, once their numbers are mapped
// to suppliers, the same vendors by number. The last line is a JSON object of the
// figures.
#include <algorithm>
#include <chrono>
#include <functional>
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
#include "probity/v1/vendor_service.grpc.pb.h"

namespace probity::benchmarks {
namespace {

struct Options {
  std::string server, policy, buyer = "DE";
  uint32_t suppliers = 1000000;
  uint32_t vendors = 100000;
};

constexpr uint32_t kVendorsACall = 1000;

// Counts the answers of one stream.
struct Answers {
  void Take(const v1::StreamScreenSuppliersResponse& response) {
    if (!response.has_result()) return;
    ++rows;
    bytes += response.ByteSizeLong();
    errors += response.result().has_error() ? 1 : 0;
    ++verdicts[response.result().response().decision().core().verdict()];
  }

  uint64_t rows = 0, errors = 0, bytes = 0;
  std::map<v1::Verdict, int> verdicts;
  double seconds = 0;
};

bool Fail(const std::string& why) {
  std::cerr << "probity_stream_bench: " << why << '\n';
  return false;
}

class Bench {
 public:
  explicit Bench(const Options& options)
      : options_(options),
        channel_(grpc::CreateChannel(options.server, grpc::InsecureChannelCredentials())) {}

  int Run() {
    Answers first, second;
    if (!Screen([this](uint32_t i, v1::ScreenedSubject* subject) { ByName(i, subject); }, &first) ||
        !MapVendors() ||
        !Screen(
            [](uint32_t i, v1::ScreenedSubject* subject) {
              *subject->mutable_ref()->mutable_vendor() = NumberOf(i);
            },
            &second)) {
      return 1;
    }
    Report("stream_100k_seconds", 120, first);
    Report("stream_100k_again_seconds", 20, second);
    absl::PrintF("{\"stream_100k_seconds\": %.1f, \"stream_100k_again_seconds\": %.1f}\n",
                 first.seconds, second.seconds);
    return 0;
  }

 private:
  using Stream =
      grpc::ClientReaderWriter<v1::StreamScreenSuppliersRequest, v1::StreamScreenSuppliersResponse>;
  using Subject = std::function<void(uint32_t, v1::ScreenedSubject*)>;

  // All over the population, none twice.
  uint32_t SupplierOf(uint32_t vendor) const {
    return static_cast<uint32_t>(uint64_t{vendor} * 104729 % options_.suppliers);
  }
  void ByName(uint32_t vendor, v1::ScreenedSubject* subject) const {
    subject->set_name(NameOf(SupplierOf(vendor)));
  }
  static v1::VendorNumber NumberOf(uint32_t vendor) {
    v1::VendorNumber number;
    number.set_system("ERP");
    number.set_company_code("1000");
    number.set_number(std::to_string(vendor));
    return number;
  }

  bool Screen(const Subject& subject, Answers* answers) {
    const auto stub = v1::ScreeningService::NewStub(channel_);
    const auto begun = std::chrono::steady_clock::now();
    grpc::ClientContext context;
    const auto stream = stub->StreamScreenSuppliers(&context);
    std::thread sender([&] { Send(*stream, subject); });
    v1::StreamScreenSuppliersResponse response;
    while (stream->Read(&response)) answers->Take(response);
    sender.join();
    const grpc::Status status = stream->Finish();
    answers->seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
    if (!status.ok()) return Fail(status.error_message());
    if (answers->rows != options_.vendors) return Fail("rows were left unanswered");
    return answers->errors == 0 || Fail("rows were refused");
  }

  void Send(Stream& stream, const Subject& subject) const {
    v1::StreamScreenSuppliersRequest message;
    v1::StreamScreenSettings* settings = message.mutable_settings();
    settings->set_policy(options_.policy);
    settings->mutable_purchase()->set_authority_country(options_.buyer);
    settings->mutable_purchase()->set_purpose(v1::PURPOSE_QUALIFICATION);
    bool open = stream.Write(message);
    for (uint32_t i = 0; open && i < options_.vendors; ++i) {
      message.mutable_item()->Clear();
      subject(i, message.mutable_item()->mutable_request()->mutable_subject());
      open = stream.Write(message);
    }
    stream.WritesDone();
  }

  // What reviewers do between the two runs: every number means its supplier from now on.
  bool MapVendors() {
    const auto stub = v1::VendorService::NewStub(channel_);
    for (uint32_t from = 0; from < options_.vendors; from += kVendorsACall) {
      v1::BatchUpsertVendorsRequest request;
      const uint32_t to = std::min(from + kVendorsACall, options_.vendors);
      for (uint32_t i = from; i < to; ++i) {
        v1::Vendor* vendor = request.add_vendors();
        *vendor->mutable_number() = NumberOf(i);
        const std::string lei = LeiOf(SupplierOf(i));
        vendor->mutable_identifier()->set_scheme(lei.substr(0, lei.find(':')));
        vendor->mutable_identifier()->set_value(lei.substr(lei.find(':') + 1));
      }
      v1::BatchUpsertVendorsResponse response;
      grpc::ClientContext context;
      const grpc::Status status = stub->BatchUpsertVendors(&context, request, &response);
      if (!status.ok()) return Fail(status.error_message());
      for (const v1::UpsertVendorResult& result : response.results()) {
        if (result.state() != v1::VENDOR_STATE_CONFIRMED) return Fail("a number is open");
      }
    }
    return true;
  }

  static void Report(const char* figure, int aim, const Answers& answers) {
    for (const auto& [verdict, count] : answers.verdicts) {
      absl::PrintF("%-26s %8d\n", v1::Verdict_Name(verdict), count);
    }
    absl::PrintF("%-26s %8.1f  aim <= %d    %d vendors, %.0f/s, %d bytes an answer\n", figure,
                 answers.seconds, aim, answers.rows,
                 static_cast<double>(answers.rows) / answers.seconds, answers.bytes / answers.rows);
  }

  const Options& options_;
  const std::shared_ptr<grpc::Channel> channel_;
};

}  // namespace
}  // namespace probity::benchmarks

int main(int argc, char** argv) {
  using namespace probity::benchmarks;
  CLI::App app("Streams a vendor master to a running server, by name, then by vendor number.");
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
