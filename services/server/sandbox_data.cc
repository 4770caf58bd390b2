#include "services/server/sandbox_data.h"

#include <chrono>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/hash.h"
#include "base/tables.h"
#include "grpcpp/client_context.h"
#include "probity/v1/dataset_service.grpc.pb.h"
#include "probity/v1/policy_service.grpc.pb.h"

namespace probity::server {
namespace {

using DatasetStub = v1::DatasetService::Stub;
using PolicyStub = v1::PolicyService::Stub;

struct SandboxDataset {
  const char* id;
  const char* title;
  const char* format;
  std::vector<const char*> files;
  // False: rows are shown and not exported, so that EXPORT_NOT_ALLOWED can be met.
  bool redistributable = true;
  // True: loaded at SandboxBegin(), and never again.
  bool is_old = false;
};

// docs/SANDBOX.md, "What it holds". The oldest first: time runs forward.
std::vector<SandboxDataset> Datasets() {
  return {
      {"sandbox-old-list",
       "SANDBOX: an invented list that nobody has refreshed",
       "probity-jsonl",
       {"old-list.jsonl"},
       true,
       true},
      {"sandbox",
       "SANDBOX: invented suppliers",
       "probity-csv",
       {"register.csv", "links.csv", "flags.csv", "measures.csv", "audits.csv"}},
      {"sandbox-evidence",
       "SANDBOX: invented certificates and dossiers",
       "probity-jsonl",
       {"evidence.jsonl"},
       false},
      {"sandbox-goods",
       "SANDBOX: invented list of goods at risk",
       "probity-jsonl",
       {"goods.jsonl"}},
  };
}

constexpr const char* kPolicies[] = {"policy-stale-list.txtpb", "policy-missing-list.txtpb"};

// Calls with patience, and says what went wrong with what.
class Loader {
 public:
  Loader(const std::shared_ptr<grpc::Channel>& channel, std::string directory)
      : datasets_(channel), policies_(channel), directory_(std::move(directory)) {}

  absl::Status Load(const SandboxDataset& dataset) {
    absl::Status done = Create(dataset);
    v1::Load load;
    if (done.ok()) done = Open(dataset, &load);
    for (const char* file : dataset.files) {
      if (done.ok()) done = Upload(load.name(), file);
    }
    return done.ok() ? Commit(load) : done;
  }

  absl::Status CreatePolicy(const std::string& file) {
    auto text = Read(file);
    if (!text.ok()) return text.status();
    v1::CreatePolicyRequest request;
    request.set_text(*text);
    v1::CreatePolicyResponse response;
    return Call(file, &policies_, &PolicyStub::CreatePolicy, request, &response);
  }

 private:
  absl::Status Create(const SandboxDataset& dataset) {
    v1::CreateDatasetRequest request;
    v1::Dataset* created = request.mutable_dataset();
    created->set_name(absl::StrCat("datasets/", dataset.id));
    created->set_title(dataset.title);
    created->set_publisher("Probity, invented for its sandbox");
    created->set_absence(v1::ABSENCE_MODE_RETRACTED);
    created->set_redistributable(dataset.redistributable);
    created->set_invented(true);
    v1::Dataset response;
    return Call(dataset.id, &datasets_, &DatasetStub::CreateDataset, request, &response);
  }

  absl::Status Open(const SandboxDataset& dataset, v1::Load* load) {
    v1::CreateLoadRequest request;
    request.set_dataset(absl::StrCat("datasets/", dataset.id));
    request.mutable_load()->set_format(dataset.format);
    return Call(dataset.id, &datasets_, &DatasetStub::CreateLoad, request, load);
  }

  absl::Status Upload(const std::string& load, const char* file) {
    auto text = Read(file);
    if (!text.ok()) return text.status();
    v1::UploadChunkRequest request;
    request.set_load(load);
    request.set_file_name(file);
    request.set_role(v1::FILE_ROLE_DATA);
    request.set_crc32c(Crc32c(*text));
    request.set_data(*std::move(text));
    v1::UploadChunkResponse response;
    return Call(file, &datasets_, &DatasetStub::UploadChunk, request, &response);
  }

  absl::Status Commit(v1::Load load) {
    v1::CommitLoadRequest commit;
    commit.set_name(load.name());
    v1::GetLoadRequest get;
    get.set_name(load.name());
    absl::Status called = Call(load.name(), &datasets_, &DatasetStub::CommitLoad, commit, &load);
    while (called.ok() && IsRunning(load)) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
      called = Call(load.name(), &datasets_, &DatasetStub::GetLoad, get, &load);
    }
    if (!called.ok()) return called;
    if (load.state() == v1::LOAD_STATE_COMMITTED && load.counts().refused() == 0 &&
        load.counts().warnings() == 0) {
      return absl::OkStatus();
    }
    return absl::InternalError(
        absl::StrCat("the sandbox's ", load.name(), " came to ", v1::LoadState_Name(load.state()),
                     ": ", load.counts().ShortDebugString(), " ", load.error().message()));
  }

  static bool IsRunning(const v1::Load& load) {
    return load.state() == v1::LOAD_STATE_VALIDATING || load.state() == v1::LOAD_STATE_PREVIEWING ||
           load.state() == v1::LOAD_STATE_COMMITTING;
  }

  absl::StatusOr<std::string> Read(const std::string& file) const {
    return ReadFile(absl::StrCat(directory_, "/", file));
  }

  template <typename Stub, typename Request, typename Response>
  static absl::Status Call(const std::string& what, Stub* stub,
                           grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                        Response*),
                           const Request& request, Response* response) {
    grpc::ClientContext context;
    context.set_wait_for_ready(true);
    context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Minutes(1)));
    const grpc::Status status = (stub->*method)(&context, request, response);
    if (status.ok()) return absl::OkStatus();
    return absl::Status(static_cast<absl::StatusCode>(status.error_code()),
                        absl::StrCat("the sandbox's ", what, ": ", status.error_message()));
  }

  DatasetStub datasets_;
  PolicyStub policies_;
  const std::string directory_;
};

}  // namespace

absl::Time SandboxNow() {
  return absl::FromCivil(absl::CivilSecond(2026, 11, 27, 12, 0, 0), absl::UTCTimeZone());
}

absl::Time SandboxBegin() { return SandboxNow() - absl::Hours(24 * 20); }

absl::Status LoadSandboxData(const std::shared_ptr<grpc::Channel>& channel,
                             const std::string& directory,
                             const std::function<void(absl::Time)>& set_clock) {
  Loader loader(channel, directory);
  for (const SandboxDataset& dataset : Datasets()) {
    set_clock(dataset.is_old ? SandboxBegin() : SandboxNow());
    if (absl::Status loaded = loader.Load(dataset); !loaded.ok()) return loaded;
  }
  for (const char* file : kPolicies) {
    if (absl::Status created = loader.CreatePolicy(file); !created.ok()) return created;
  }
  return absl::OkStatus();
}

}  // namespace probity::server
