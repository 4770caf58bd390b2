// Decides about many suppliers of a running server, and derives decisions again.
//
//   share    screens the identifiers in a file, one a line, and tells which verdicts
//            came of them
//   record   decides about suppliers of the invented population and writes the names
//            of the decisions to a file
//   replay   derives the decisions in such a file again, both ways
//
// The last line is a JSON object of the figures.
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "benchmarks/population.h"
#include "grpcpp/grpcpp.h"
#include "probity/v1/screening_service.grpc.pb.h"

namespace probity::benchmarks {
namespace {

constexpr int kBatch = 100;

struct Options {
  std::string server, file, policy, buyer = "DE";
  uint32_t suppliers = 1000000;
  int count = 10000;
};

class Bench {
 public:
  explicit Bench(const Options& options)
      : options_(options),
        stub_(v1::ScreeningService::NewStub(
            grpc::CreateChannel(options.server, grpc::InsecureChannelCredentials()))) {}

  int Share() {
    std::map<v1::Verdict, int> verdicts;
    std::map<std::string, int> rules;
    const std::vector<std::string> lines = ReadLines();
    if (lines.empty()) return Fail("the file names nobody");
    for (size_t begin = 0; begin < lines.size(); begin += kBatch) {
      const size_t end = std::min(lines.size(), begin + kBatch);
      const auto answer = Screen({lines.begin() + begin, lines.begin() + end});
      if (!answer.has_value()) return 1;
      for (const v1::BatchScreenItemResult& one : answer->results()) {
        if (one.has_error()) return Fail(one.error().message());
        const v1::DecisionCore& core = one.response().decision().core();
        ++verdicts[core.verdict()];
        if (core.verdict() != v1::VERDICT_CLEAR) CountRules(core, &rules);
      }
    }
    for (const auto& [verdict, count] : verdicts) {
      absl::PrintF("%-26s %8d\n", v1::Verdict_Name(verdict), count);
    }
    for (const auto& [rule, count] : rules) absl::PrintF("  %-24s %8d\n", rule, count);
    const double share =
        static_cast<double>(verdicts[v1::VERDICT_REVIEW]) / static_cast<double>(lines.size());
    absl::PrintF("{\"review_share_uk\": %.5f}\n", share);
    return 0;
  }

  int Record() {
    std::ofstream file(options_.file);
    for (int begin = 0; begin < options_.count; begin += kBatch) {
      std::vector<std::string> identifiers;
      for (int i = begin; i < std::min(options_.count, begin + kBatch); ++i) {
        const auto at = static_cast<uint32_t>(uint64_t(i) * 104729 % options_.suppliers);
        identifiers.push_back(LeiOf(at));
      }
      const auto answer = Screen(identifiers);
      if (!answer.has_value()) return 1;
      for (const v1::BatchScreenItemResult& one : answer->results()) {
        if (one.has_error()) return Fail(one.error().message());
        file << one.response().decision().name() << '\n';
      }
    }
    file.close();
    return file ? 0 : Fail(absl::StrCat(options_.file, " cannot be written"));
  }

  int Replay() {
    int equal = 0;
    std::map<std::string, int> differences;
    for (const std::string& name : ReadLines()) {
      bool both = true;
      for (const auto mode : {v1::REPLAY_MODE_REEVALUATE, v1::REPLAY_MODE_REDERIVE}) {
        v1::ReplayDecisionRequest request;
        request.set_name(name);
        request.set_mode(mode);
        v1::ReplayDecisionResponse response;
        grpc::ClientContext context;
        const grpc::Status status = stub_->ReplayDecision(&context, request, &response);
        if (!status.ok()) return Fail(status.error_message());
        both = both && response.equal();
        for (const std::string& line : response.differences()) ++differences[line];
      }
      equal += both ? 1 : 0;
    }
    for (const auto& [line, count] : differences) absl::PrintF("%6d  %s\n", count, line);
    absl::PrintF("{\"rederive_equal_of_10k\": %d}\n", equal);
    return 0;
  }

 private:
  static int Fail(const std::string& why) {
    std::cerr << "probity_decision_bench: " << why << '\n';
    return 1;
  }

  static void CountRules(const v1::DecisionCore& core, std::map<std::string, int>* rules) {
    for (const v1::RuleFinding& finding : core.findings()) ++(*rules)[finding.rule_id()];
    for (const v1::NotChecked& one : core.not_checked()) {
      if (one.required()) ++(*rules)[absl::StrCat("required: ", one.input())];
    }
  }

  std::vector<std::string> ReadLines() const {
    std::ifstream file(options_.file);
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);) {
      if (!line.empty()) lines.push_back(line);
    }
    return lines;
  }

  // "SCHEME:VALUE" each; nothing when the call failed.
  std::optional<v1::BatchScreenSuppliersResponse> Screen(
      const std::vector<std::string>& identifiers) const {
    v1::BatchScreenSuppliersRequest batch;
    for (const std::string& text : identifiers) {
      v1::ScreenSupplierRequest* request = batch.add_items()->mutable_request();
      v1::Identifier* id = request->mutable_subject()->mutable_ref()->mutable_identifier();
      id->set_scheme(text.substr(0, text.find(':')));
      id->set_value(text.substr(text.find(':') + 1));
      request->mutable_purchase()->set_authority_country(options_.buyer);
      request->mutable_purchase()->set_purpose(v1::PURPOSE_QUALIFICATION);
      request->set_policy(options_.policy);
    }
    v1::BatchScreenSuppliersResponse response;
    grpc::ClientContext context;
    const grpc::Status status = stub_->BatchScreenSuppliers(&context, batch, &response);
    if (status.ok()) return response;
    Fail(status.error_message());
    return std::nullopt;
  }

  const Options& options_;
  const std::unique_ptr<v1::ScreeningService::Stub> stub_;
};

}  // namespace
}  // namespace probity::benchmarks

int main(int argc, char** argv) {
  using namespace probity::benchmarks;
  CLI::App app("Decides about many suppliers of a running server, and derives decisions again.");
  Options options;
  std::string what;
  app.add_option("WHAT", what)->required()->check(CLI::IsMember({"share", "record", "replay"}));
  app.add_option("--server", options.server, "HOST:PORT")->required();
  app.add_option("--file", options.file, "Identifiers, or names of decisions")->required();
  app.add_option("--policy", options.policy, "policies/{policy}; without: the active one");
  app.add_option("--buyer", options.buyer, "Country of the buyer")->capture_default_str();
  app.add_option("--suppliers", options.suppliers, "How many the store holds");
  app.add_option("--count", options.count, "Decisions to record")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  Bench bench(options);
  if (what == "share") return bench.Share();
  return what == "record" ? bench.Record() : bench.Replay();
}
