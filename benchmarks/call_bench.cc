// What calls cost the server, in units of a null call: slices of null calls and
// of the measured ones alternate, and each pair gives one ratio.
//
// The last line is a JSON object of the figures: medians over the pairs.
#include <algorithm>
#include <functional>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "benchmarks/closed_loop.h"
#include "benchmarks/null_service.pb.h"
#include "benchmarks/population.h"
#include "grpcpp/grpcpp.h"
#include "probity/v1/certification_service.pb.h"
#include "probity/v1/screening_service.pb.h"
#include "probity/v1/supplier_service.pb.h"

namespace probity::benchmarks {
namespace {

// Different requests of a workload: far more suppliers than caches of a CPU hold.
constexpr int kRequests = 100000;
constexpr int kBatch = 100;
constexpr int kRepeats = 3;   // of a slice that the server turned away
constexpr int kChecked = 50;  // answers that are looked into before measuring

struct Options {
  std::string server;
  int pid = 0;
  std::string bench;
  uint32_t suppliers = 1000000;
  int pairs = 30;
  double seconds = 0.4;
  int callers = 32;
  std::string only;  // key of the one figure to measure; empty: all
};

// A measured kind of call.
struct Figure {
  std::string key;
  double aim = 0;
  int lookups = 1;  // in one call
  Workload workload;
  // What is wrong with an answer; empty when it is right.
  std::function<std::string(const std::string& bytes)> fault;
};

v1::Identifier ToIdentifier(const std::string& text) {
  v1::Identifier identifier;
  identifier.set_scheme(text.substr(0, text.find(':')));
  identifier.set_value(text.substr(text.find(':') + 1));
  return identifier;
}

// Suppliers all over the population, each once before any comes again.
uint32_t SupplierAt(const Options& options, uint32_t at) {
  return static_cast<uint32_t>(uint64_t{at} * 104729 % options.suppliers);
}

Workload MakeWorkload(const char* method, int count,
                      const std::function<std::string(int)>& request) {
  Workload workload{method, {}};
  for (int i = 0; i < count; ++i) workload.requests.push_back(request(i));
  return workload;
}

std::string FaultOfLookup(const std::string& bytes) {
  v1::LookupSuppliersResponse response;
  if (!response.ParseFromString(bytes)) return "does not parse";
  const bool found = response.results_size() == 1 && response.results(0).suppliers_size() == 1;
  return found ? "" : response.ShortDebugString();
}

std::string FaultOfBatch(const std::string& bytes) {
  v1::BatchLookupSuppliersResponse response;
  if (!response.ParseFromString(bytes)) return "does not parse";
  for (const auto& item : response.results()) {
    if (item.result().suppliers_size() != 1) return item.ShortDebugString();
  }
  return response.results_size() == kBatch ? "" : "items are missing";
}

std::string FaultOfCheck(const std::string& bytes) {
  v1::CheckCertificationResponse response;
  if (!response.ParseFromString(bytes)) return "does not parse";
  return response.result() == v1::CERTIFICATION_RESULT_VALID ? "" : response.ShortDebugString();
}

std::vector<Figure> LookupFigures(const Options& options) {
  const auto unary = [&options](int i) {
    v1::LookupSuppliersRequest request;
    *request.add_identifiers() = ToIdentifier(LeiOf(SupplierAt(options, i)));
    return request.SerializeAsString();
  };
  const auto batch = [&options](int i) {
    v1::BatchLookupSuppliersRequest request;
    for (int item = 0; item < kBatch; ++item) {
      auto* one = request.add_items();
      one->set_correlation_id(absl::StrCat(item));
      *one->mutable_identifier() = ToIdentifier(LeiOf(SupplierAt(options, i * kBatch + item)));
    }
    return request.SerializeAsString();
  };
  const std::string service = "/probity.v1.SupplierService/";
  return {{"unary_vs_null", 1.8, 1,
           MakeWorkload((service + "LookupSuppliers").c_str(), kRequests, unary), &FaultOfLookup},
          {"batch100_vs_null", 0.45, kBatch,
           MakeWorkload((service + "BatchLookupSuppliers").c_str(), kRequests / kBatch, batch),
           &FaultOfBatch}};
}

std::vector<Figure> CheckFigures(const Options& options) {
  const auto by_number = [&options](int i) {
    v1::CheckCertificationRequest request;
    const uint32_t supplier = SupplierAt(options, i);
    request.set_certificate_no(CertificateNoOf(supplier));
    request.add_accepted_schemes()->set_scheme_id(SchemeOf(supplier));
    return request.SerializeAsString();
  };
  const auto by_supplier = [&options](int i) {
    v1::CheckCertificationRequest request;
    const uint32_t supplier = SupplierAt(options, i);
    *request.mutable_subject()->mutable_identifier() = ToIdentifier(LeiOf(supplier));
    request.add_accepted_schemes()->set_scheme_id(SchemeOf(supplier));
    return request.SerializeAsString();
  };
  const char* const method = "/probity.v1.CertificationService/CheckCertification";
  return {{"check_by_number_vs_null", 2.2, 1, MakeWorkload(method, kRequests, by_number),
           &FaultOfCheck},
          {"check_by_supplier_vs_null", 2.2, 1, MakeWorkload(method, kRequests, by_supplier),
           &FaultOfCheck}};
}

std::string FaultOfScreening(const std::string& bytes) {
  v1::ScreenSupplierResponse response;
  if (!response.ParseFromString(bytes)) return "does not parse";
  const v1::EvidenceBundle& bundle = response.bundle();
  const bool right = bundle.subjects_size() == 1 && bundle.subjects(0).facts_size() >= 3 &&
                     bundle.requirements_size() == 2 && !response.decision().name().empty();
  return right ? "" : response.ShortDebugString();
}

std::string FaultOfSearch(const std::string& bytes) {
  v1::SearchSuppliersResponse response;
  if (!response.ParseFromString(bytes)) return "does not parse";
  return response.hits_size() > 0 ? "" : "nothing is found";
}

// A purchase that requires two certificates.
v1::PurchaseContext Purchase(const std::vector<std::string>& schemes) {
  v1::PurchaseContext purchase;
  purchase.set_authority_country("DE");
  purchase.set_purpose(v1::PURPOSE_QUALIFICATION);
  for (const std::string& scheme : schemes) {
    v1::RequiredEvidence* required = purchase.add_requirements();
    required->set_requirement_id(scheme);
    required->add_accepted_schemes()->set_scheme_id(scheme);
  }
  return purchase;
}

// A decision by identifier with three flags and two certificates; and one by name,
// beside the search of that name.
std::vector<Figure> ScreenFigures(const Options& options) {
  const auto by_identifier = [&options](int i) {
    v1::ScreenSupplierRequest request;
    const uint32_t supplier = SupplierAt(options, i);
    *request.mutable_subject()->mutable_ref()->mutable_identifier() = ToIdentifier(LeiOf(supplier));
    *request.mutable_purchase() = Purchase({SchemeOf(supplier), "SA8000"});
    if (SchemeOf(supplier) == "SA8000") {
      request.mutable_purchase()->mutable_requirements(1)->set_requirement_id("again");
    }
    return request.SerializeAsString();
  };
  const auto by_name = [&options](int i) {
    v1::ScreenSupplierRequest request;
    request.mutable_subject()->set_name(NameOf(SupplierAt(options, i)));
    *request.mutable_purchase() = Purchase({});
    return request.SerializeAsString();
  };
  const auto search = [&options](int i) {
    v1::SearchSuppliersRequest request;
    request.set_query(NameOf(SupplierAt(options, i)));
    request.set_page_size(20);
    request.set_explanation(v1::EXPLANATION_LEVEL_NONE);
    return request.SerializeAsString();
  };
  const std::string service = "/probity.v1.ScreeningService/ScreenSupplier";
  const auto any = [](const std::string&) { return std::string(); };
  return {{"by_identifier_vs_null", 8, 1, MakeWorkload(service.c_str(), kRequests, by_identifier),
           &FaultOfScreening},
          {"by_name_vs_null", 0, 1, MakeWorkload(service.c_str(), kRequests, by_name), any},
          {"search_vs_null", 0, 1,
           MakeWorkload("/probity.v1.SupplierService/SearchSuppliers", kRequests, search),
           &FaultOfSearch}};
}

// Null calls with requests and answers of these sizes.
Workload NullWorkload(uint64_t request_bytes, uint64_t reply_bytes) {
  NullRequest request;
  request.set_reply_bytes(static_cast<uint32_t>(reply_bytes));
  request.set_payload(std::string(request_bytes, '\0'));
  return {"/probity.benchmarks.NullService/Null", {request.SerializeAsString()}};
}

double Quantile(std::vector<double> values, double share) {
  std::sort(values.begin(), values.end());
  return values[static_cast<size_t>(share * static_cast<double>(values.size() - 1) + 0.5)];
}

class Bench {
 public:
  explicit Bench(const Options& options)
      : options_(options),
        channel_(grpc::CreateChannel(options.server, grpc::InsecureChannelCredentials())) {}

  absl::Status Run(std::vector<Figure> figures) {
    uint64_t request_bytes = 0, reply_bytes = 0;
    std::vector<std::string> json;
    for (const Figure& figure : figures) {
      if (!options_.only.empty() && figure.key != options_.only) continue;
      if (absl::Status right = CheckAnswers(figure); !right.ok()) return right;
      // Of the batch only the share of one lookup counts: it is compared with the
      // null call of the unary lookup before it.
      if (figure.lookups == 1) {
        auto sizes = Slices(figure.workload);
        if (!sizes.ok()) return sizes.status();
        request_bytes = figure.workload.requests[0].size();
        reply_bytes = sizes->reply_bytes / sizes->calls;
      }
      auto line = Measure(figure, NullWorkload(request_bytes, reply_bytes));
      if (!line.ok()) return line.status();
      json.push_back(*line);
      micros_[figure.key] = last_micros_;
    }
    if (micros_.count("search_vs_null") > 0 && micros_.count("by_name_vs_null") > 0) {
      const double extra = micros_["by_name_vs_null"] - micros_["search_vs_null"];
      absl::PrintF("%-26s %5.1f  aim <= 60    us of server CPU above the search of that name\n",
                   "by_name_extra_us", extra);
      json.push_back(absl::StrFormat("\"by_name_extra_us\": %.1f", extra));
    }
    std::cout << "{" << absl::StrJoin(json, ", ") << "}\n";
    return absl::OkStatus();
  }

 private:
  absl::Status CheckAnswers(const Figure& figure) {
    for (int i = 0; i < kChecked; ++i) {
      auto bytes = CallOnce(channel_, figure.workload.method, figure.workload.requests[i]);
      if (!bytes.ok()) return bytes.status();
      const std::string fault = figure.fault(*bytes);
      if (!fault.empty()) return absl::InternalError(absl::StrCat("a wrong answer: ", fault));
    }
    return absl::OkStatus();
  }

  // A machine that stood still may look like an overload to the server: what was turned away
  // is measured again.
  absl::StatusOr<Slice> Slices(const Workload& workload) {
    for (int more = kRepeats;; --more) {
      auto slice = RunSlice(channel_, workload, next_, options_.callers,
                            absl::Seconds(options_.seconds), options_.pid);
      if (slice.ok()) next_ += slice->calls;
      if (slice.ok() || more == 0 || !absl::IsResourceExhausted(slice.status())) return slice;
      absl::PrintF("a slice was turned away and is measured again: %s\n",
                   std::string(slice.status().message()));
      absl::SleepFor(absl::Seconds(1));
    }
  }

  absl::StatusOr<std::string> Measure(const Figure& figure, const Workload& null) {
    std::vector<double> ratios, nulls, costs;
    for (int pair = -2; pair < options_.pairs; ++pair) {  // two to warm up
      auto floor = Slices(null);
      if (!floor.ok()) return floor.status();
      auto measured = Slices(figure.workload);
      if (!measured.ok()) return measured.status();
      if (pair < 0) continue;
      nulls.push_back(floor->CpuMicros());
      costs.push_back(measured->CpuMicros() / figure.lookups);
      ratios.push_back(costs.back() / nulls.back());
    }
    const double median = Quantile(ratios, 0.5);
    last_micros_ = Quantile(costs, 0.5);
    absl::PrintF(
        "%-26s %5.2f  aim <= %.2f  middle half %.2f to %.2f of %d pairs;"
        " null %.1f us, lookup %.1f us of server CPU\n",
        figure.key, median, figure.aim, Quantile(ratios, 0.25), Quantile(ratios, 0.75),
        options_.pairs, Quantile(nulls, 0.5), Quantile(costs, 0.5));
    return absl::StrFormat("\"%s\": %.3f", figure.key, median);
  }

  const Options& options_;
  std::shared_ptr<grpc::Channel> channel_;
  size_t next_ = 0;
  double last_micros_ = 0;
  std::map<std::string, double> micros_;  // by key of the figure
};

}  // namespace
}  // namespace probity::benchmarks

int main(int argc, char** argv) {
  using namespace probity::benchmarks;
  CLI::App app("Measures what calls cost a probity_bench_server that holds the population.");
  Options options;
  app.add_option("--server", options.server, "Loopback HOST:PORT")->required();
  app.add_option("--pid", options.pid, "The server's process")->required();
  app.add_option("--bench", options.bench)
      ->required()
      ->check(CLI::IsMember({"lookup", "check", "screen"}));
  app.add_option("--suppliers", options.suppliers, "How many the store holds")->required();
  app.add_option("--pairs", options.pairs)->capture_default_str()->check(CLI::Range(1, 1000));
  app.add_option("--seconds", options.seconds, "Of one slice")->capture_default_str();
  app.add_option("--callers", options.callers)->capture_default_str()->check(CLI::Range(1, 1000));
  app.add_option("--only", options.only, "Key of the one figure to measure");
  CLI11_PARSE(app, argc, argv);
  const absl::Status status =
      Bench(options).Run(options.bench == "lookup"  ? LookupFigures(options)
                         : options.bench == "check" ? CheckFigures(options)
                                                    : ScreenFigures(options));
  if (!status.ok()) std::cerr << "probity_call_bench: " << status.message() << '\n';
  return status.ok() ? 0 : 1;
}
