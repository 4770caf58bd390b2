// What recording acts of administration adds to them: the same calls, alternately to a server
// that records acts (record_acts) and to one that does not. Each write of either is synced, so
// that this is mostly about disks. The last line is a JSON object of the figures.
#include <algorithm>
#include <chrono>
#include <functional>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "benchmarks/population.h"
#include "grpcpp/grpcpp.h"
#include "probity/v1/dataset_service.grpc.pb.h"
#include "probity/v1/vendor_service.grpc.pb.h"

namespace probity::benchmarks {
namespace {

constexpr int kVendorsACall = 1000;

// One server, and how long its calls took.
struct Server {
  explicit Server(const std::string& address)
      : channel(grpc::CreateChannel(address, grpc::InsecureChannelCredentials())) {}

  std::shared_ptr<grpc::Channel> channel;
  std::vector<double> millis;
};

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

grpc::Status CreateDataset(const Server& server) {
  v1::CreateDatasetRequest request;
  request.mutable_dataset()->set_name("datasets/acts");
  request.mutable_dataset()->set_title("Invented");
  request.mutable_dataset()->set_invented(true);
  request.mutable_dataset()->set_absence(v1::ABSENCE_MODE_RETRACTED);
  v1::Dataset made;
  grpc::ClientContext context;
  return v1::DatasetService::NewStub(server.channel)->CreateDataset(&context, request, &made);
}

grpc::Status PutRecord(const Server& server, int round) {
  v1::PutRecordRequest request;
  request.set_dataset("datasets/acts");
  request.mutable_record()->set_key(absl::StrCat("k", round));
  v1::SupplierRecord* supplier = request.mutable_record()->mutable_supplier();
  supplier->set_kind(v1::PARTY_KIND_COMPANY);
  supplier->add_names()->set_text(NameOf(static_cast<uint32_t>(round)));
  supplier->mutable_names(0)->set_type(v1::NAME_TYPE_LEGAL_NAME);
  v1::PutRecordResponse response;
  grpc::ClientContext context;
  return v1::DatasetService::NewStub(server.channel)->PutRecord(&context, request, &response);
}

grpc::Status UpsertVendors(const Server& server, int round) {
  v1::BatchUpsertVendorsRequest request;
  for (int i = 0; i < kVendorsACall; ++i) {
    v1::Vendor* vendor = request.add_vendors();
    const int number = round * kVendorsACall + i;
    vendor->mutable_number()->set_system("ERP");
    vendor->mutable_number()->set_company_code("1000");
    vendor->mutable_number()->set_number(std::to_string(number));
    const std::string lei = LeiOf(static_cast<uint32_t>(number));
    vendor->mutable_identifier()->set_scheme(lei.substr(0, lei.find(':')));
    vendor->mutable_identifier()->set_value(lei.substr(lei.find(':') + 1));
  }
  v1::BatchUpsertVendorsResponse response;
  grpc::ClientContext context;
  return v1::VendorService::NewStub(server.channel)
      ->BatchUpsertVendors(&context, request, &response);
}

using Call = std::function<grpc::Status(const Server&, int round)>;

bool Time(const Call& call, int round, Server* server) {
  const auto begun = std::chrono::steady_clock::now();
  const grpc::Status status = call(*server, round);
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begun;
  if (!status.ok()) std::cerr << "probity_acts_bench: " << status.error_message() << '\n';
  server->millis.push_back(took.count());
  return status.ok();
}

// Alternately, the first one in turn.
bool Measure(const std::string& figure, const Call& call, int rounds, Server* recorded,
             Server* plain, std::string* json) {
  recorded->millis.clear();
  plain->millis.clear();
  for (int round = 0; round < rounds; ++round) {
    Server* const first = round % 2 == 0 ? recorded : plain;
    Server* const second = round % 2 == 0 ? plain : recorded;
    if (!Time(call, round, first) || !Time(call, round, second)) return false;
  }
  const double with = Median(recorded->millis), without = Median(plain->millis);
  absl::PrintF(
      "%-26s %8.2f  aim none     %.2f ms with acts recorded, %.2f without: medians of %d\n", figure,
      with / without, with, without, rounds);
  absl::StrAppend(json, json->empty() ? "" : ", ", "\"", figure,
                  "\": ", absl::StrFormat("%.2f", with / without));
  return true;
}

int Run(const std::string& recorded_address, const std::string& plain_address, int rounds) {
  Server recorded(recorded_address), plain(plain_address);
  for (const Server* server : {&recorded, &plain}) {
    if (const grpc::Status made = CreateDataset(*server); !made.ok()) {
      std::cerr << "probity_acts_bench: " << made.error_message() << '\n';
      return 1;
    }
  }
  std::string json;
  if (!Measure("put_record_vs_plain", &PutRecord, rounds, &recorded, &plain, &json) ||
      !Measure("vendors_1000_vs_plain", &UpsertVendors, rounds, &recorded, &plain, &json)) {
    return 1;
  }
  std::cout << "{" << json << "}\n";
  return 0;
}

}  // namespace
}  // namespace probity::benchmarks

int main(int argc, char** argv) {
  CLI::App app(
      "Times acts of administration at a server that records them and at one that does not.");
  std::string recorded, plain;
  int rounds = 200;
  app.add_option("--recorded", recorded, "HOST:PORT of the one with record_acts")->required();
  app.add_option("--plain", plain, "HOST:PORT of the one without")->required();
  app.add_option("--rounds", rounds, "Calls of each kind to each")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  return probity::benchmarks::Run(recorded, plain, rounds);
}
