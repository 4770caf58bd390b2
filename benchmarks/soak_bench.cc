// What an office asks all day: lookups, checks, searches, decisions, and vendors by a
// stream, at a rate that a server should not notice. Every call that fails is counted, and
// why it did: none is asked for.
//
// The last line is a JSON object: unexpected_errors. A client that is to be killed is the
// same program.
#include <atomic>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "benchmarks/credentials.h"
#include "benchmarks/population.h"
#include "benchmarks/traffic.h"
#include "probity/v1/screening_service.grpc.pb.h"

namespace probity::benchmarks {
namespace {

constexpr int kClients = 20;
constexpr int kVendorsOfStream = 50;

struct Options {
  std::string server;
  uint32_t suppliers = 1000000;
  double seconds = 600;
  TlsPaths tls;
};

// Streams one after the other, a vendor master in each.
class Streams {
 public:
  Streams(const Options& options, const std::shared_ptr<grpc::ChannelCredentials>& credentials)
      : options_(options),
        stub_(v1::ScreeningService::NewStub(grpc::CreateChannel(options.server, credentials))),
        thread_([this] { Run(); }) {}
  ~Streams() { Stop(); }

  void Stop() {
    stopping_ = true;
    if (thread_.joinable()) thread_.join();
  }
  // Once stopped.
  const std::vector<std::string>& faults() const { return faults_; }
  int streams() const { return streams_; }

 private:
  void Run() {
    while (!stopping_) {
      const std::string fault = Once();
      if (!fault.empty()) faults_.push_back(fault);
      ++streams_;
      absl::SleepFor(absl::Milliseconds(500));
    }
  }

  std::string Once() {
    grpc::ClientContext context;
    context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Minutes(1)));
    auto stream = stub_->StreamScreenSuppliers(&context);
    v1::StreamScreenSuppliersRequest message;
    v1::PurchaseContext* purchase = message.mutable_settings()->mutable_purchase();
    purchase->set_authority_country("DE");
    purchase->set_purpose(v1::PURPOSE_QUALIFICATION);
    stream->Write(message);
    for (int i = 0; i < kVendorsOfStream; ++i) {
      const std::string lei = LeiOf(next_++ * 7919 % options_.suppliers);
      v1::Identifier* identifier = message.mutable_item()
                                       ->mutable_request()
                                       ->mutable_subject()
                                       ->mutable_ref()
                                       ->mutable_identifier();
      identifier->set_scheme(lei.substr(0, lei.find(':')));
      identifier->set_value(lei.substr(lei.find(':') + 1));
      stream->Write(message);
    }
    stream->WritesDone();
    int answers = -1;  // the first opens the stream
    for (v1::StreamScreenSuppliersResponse answer; stream->Read(&answer); ++answers) {
      if (answer.result().has_error()) return answer.result().error().message();
    }
    const grpc::Status status = stream->Finish();
    if (!status.ok()) return absl::StrCat(status.error_code(), " ", status.error_message());
    return answers == kVendorsOfStream ? "" : absl::StrCat("a stream gave ", answers, " answers");
  }

  const Options& options_;
  const std::unique_ptr<v1::ScreeningService::Stub> stub_;
  uint32_t next_ = 0;
  int streams_ = 0;
  std::vector<std::string> faults_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

int Run(const Options& options) {
  const auto credentials = CredentialsOf(options.tls);
  if (!credentials.ok()) {
    std::cerr << "probity_soak_bench: " << credentials.status().message() << '\n';
    return 1;
  }
  Clients clients(options.server, kClients, options.suppliers, {*credentials});
  if (!clients.Connect()) {
    std::cerr << "probity_soak_bench: cannot connect to " << options.server << '\n';
    return 1;
  }
  using Begin = void (Clients::*)(uint64_t, Clients::Done) const;
  const std::vector<std::pair<double, Begin>> rates = {{200, &Clients::Lookup},
                                                       {50, &Clients::Check},
                                                       {10, &Clients::Search},
                                                       {20, &Clients::Screen}};
  std::vector<Arrivals> kinds;
  for (const auto& [per_second, begin] : rates) {
    kinds.push_back({per_second, [&clients, begin = begin](uint64_t number, Clients::Done done) {
                       (clients.*begin)(number, std::move(done));
                     }});
  }
  Streams streams(options, *credentials);
  const Arrived arrived = RunOpenLoop(kinds, absl::Seconds(options.seconds));
  streams.Stop();
  std::map<std::string, int> faults;
  for (const std::string& fault : streams.faults()) ++faults[fault];
  size_t calls = 0;
  for (const auto& outcomes : arrived.outcomes) {
    calls += outcomes.size();
    for (const Outcome& one : outcomes) {
      if (one.status.ok()) continue;
      ++faults[absl::StrCat(one.status.error_code(), " ", one.status.error_message())];
    }
  }
  int unexpected = 0;
  for (const auto& [why, count] : faults) {
    absl::PrintF("%6d  %s\n", count, why);
    unexpected += count;
  }
  absl::PrintF("%d calls and %d streams of %d vendors\n", calls, streams.streams(),
               kVendorsOfStream);
  absl::PrintF("{\"unexpected_errors\": %d}\n", unexpected);
  return 0;
}

}  // namespace
}  // namespace probity::benchmarks

int main(int argc, char** argv) {
  using namespace probity::benchmarks;
  CLI::App app("Asks what an office asks, and counts what fails.");
  Options options;
  app.add_option("--server", options.server, "Loopback HOST:PORT")->required();
  app.add_option("--suppliers", options.suppliers, "How many the store holds")->required();
  app.add_option("--seconds", options.seconds)->capture_default_str();
  AddTlsOptions(&app, &options.tls);
  CLI11_PARSE(app, argc, argv);
  return Run(options);
}
