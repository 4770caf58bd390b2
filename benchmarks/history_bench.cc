// What the past of a dataset costs over a server that runs, where its last two publishes
// were a full load and a reload with changes: records a second of a stream of
// differences, and how long it takes until a rollback of the reload is published.
// The last line is a JSON object of the figures.
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "CLI/CLI.hpp"
#include "grpcpp/grpcpp.h"
#include "probity/v1/dataset_service.grpc.pb.h"

namespace probity::benchmarks {
namespace {

using Clock = std::chrono::steady_clock;

struct Options {
  std::string server;
  std::string dataset = "datasets/register";
};

// Numbers of the dataset's last three revisions.
struct Revisions {
  uint64_t made = 0;    // before the full load
  uint64_t loaded = 0;  // behind it, to which is rolled back
  uint64_t reloaded = 0;
};

double SecondsSince(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

void OrDie(const grpc::Status& status) {
  if (status.ok()) return;
  std::cerr << status.error_message() << '\n';
  std::exit(1);
}

Revisions LastRevisions(v1::DatasetService::Stub& stub, const Options& options) {
  v1::ListRevisionsRequest request;
  request.set_dataset(options.dataset);
  std::vector<uint64_t> numbers;  // newest first
  do {
    grpc::ClientContext context;
    v1::ListRevisionsResponse response;
    OrDie(stub.ListRevisions(&context, request, &response));
    for (const v1::Revision& revision : response.revisions()) {
      numbers.push_back(revision.token().revision());
    }
    request.set_page_token(response.next_page_token());
  } while (numbers.size() < 3 && !request.page_token().empty());
  if (numbers.size() < 3) {
    std::cerr << options.dataset << " has " << numbers.size() << " revisions, wanted are 3\n";
    std::exit(1);
  }
  return {numbers[2], numbers[1], numbers[0]};
}

struct Differences {
  uint64_t records = 0;
  double seconds = 0;
};

Differences Diff(v1::DatasetService::Stub& stub, const Options& options, uint64_t from,
                 uint64_t to) {
  v1::DiffRevisionsRequest request;
  request.set_dataset(options.dataset);
  request.set_from_revision(from);
  request.set_to_revision(to);
  grpc::ClientContext context;
  const auto begin = Clock::now();
  const auto stream = stub.DiffRevisions(&context, request);
  Differences differences;
  v1::DiffRevisionsResponse message;
  while (stream->Read(&message)) {
    differences.records += static_cast<uint64_t>(message.changes_size());
  }
  OrDie(stream->Finish());
  differences.seconds = SecondsSince(begin);
  return differences;
}

// Seconds until it is published.
double Rollback(v1::DatasetService::Stub& stub, const Options& options, uint64_t revision) {
  v1::RollbackDatasetRequest request;
  request.set_dataset(options.dataset);
  request.set_revision(revision);
  request.set_note("bench");
  v1::Load load;
  const auto begin = Clock::now();
  {
    grpc::ClientContext context;
    OrDie(stub.RollbackDataset(&context, request, &load));
  }
  v1::GetLoadRequest poll;
  poll.set_name(load.name());
  while (load.state() == v1::LOAD_STATE_COMMITTING) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    grpc::ClientContext context;
    OrDie(stub.GetLoad(&context, poll, &load));
  }
  if (load.state() != v1::LOAD_STATE_COMMITTED) {
    std::cerr << load.ShortDebugString() << '\n';
    std::exit(1);
  }
  return SecondsSince(begin);
}

void Run(const Options& options) {
  const auto stub = v1::DatasetService::NewStub(
      grpc::CreateChannel(options.server, grpc::InsecureChannelCredentials()));
  const Revisions revisions = LastRevisions(*stub, options);
  const Differences added = Diff(*stub, options, revisions.made, revisions.loaded);
  const Differences changed = Diff(*stub, options, revisions.loaded, revisions.reloaded);
  const double rollback = Rollback(*stub, options, revisions.loaded);
  const double added_per_second = static_cast<double>(added.records) / added.seconds;
  const double changed_per_second = static_cast<double>(changed.records) / changed.seconds;
  std::cout << "differences, all new   " << added.records << " in " << added.seconds << " s\n"
            << "differences, changed   " << changed.records << " in " << changed.seconds
            << " s, aim 100000 a second\n"
            << "rollback               " << rollback << " s, aim 10\n"
            << "{\"diff_changes_per_second\": " << changed_per_second
            << ", \"diff_added_per_second\": " << added_per_second
            << ", \"rollback_seconds\": " << rollback << "}\n";
}

}  // namespace
}  // namespace probity::benchmarks

int main(int argc, char** argv) {
  probity::benchmarks::Options options;
  CLI::App app("What the past of a dataset costs");
  app.add_option("--server", options.server)->required();
  app.add_option("--dataset", options.dataset);
  CLI11_PARSE(app, argc, argv);
  probity::benchmarks::Run(options);
  return 0;
}
