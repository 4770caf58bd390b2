#include "services/dataset/rejected_file.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/errors.h"
#include "ingest/error_file.h"
#include "ingest/rejected_rows.h"
#include "services/dataset/load_rules.h"
#include "services/rpc/page_token.h"
#include "services/rpc/validate.h"

namespace probity::dataset {
namespace {

using Response = v1::DownloadRejectedFileResponse;

// Bytes of one message, as the proto promises.
constexpr size_t kMaxDataBytes = 256 << 10;

absl::Status CheckWasRead(const v1::Load& load) {
  if (!IsRunning(load.state())) return absl::OkStatus();
  return MakeError(
      absl::StatusCode::kFailedPrecondition, v1::ERROR_REASON_LOAD_STATE,
      absl::StrCat(load.name(), " is still being read; poll GetLoad until it has ended"),
      {{"load", load.name()}, {"state", v1::LoadState_Name(load.state())}});
}

// A load whose rows were read.
absl::StatusOr<FoundLoad> FindReadLoad(const Place& at, const std::string& name) {
  auto found = FindLoad(at, "load", name);
  if (!found.ok()) return found;
  if (absl::Status read = CheckWasRead(found->load); !read.ok()) return read;
  return found;
}

// The file of the load that is meant.
absl::StatusOr<std::string> ChooseFile(const v1::Load& load, const std::string& asked) {
  std::vector<std::string> names;
  for (const v1::LoadFile& file : load.files()) {
    if (file.role() != v1::FILE_ROLE_MAPPING) names.push_back(file.file_name());
  }
  if (asked.empty() && names.size() == 1) return names.front();
  if (std::find(names.begin(), names.end(), asked) != names.end()) return asked;
  return InvalidField(
      "file_name", absl::StrCat("must be one of the load's files: ", absl::StrJoin(names, ", ")));
}

class FileSource final : public RejectedFileSource {
 public:
  FileSource(const std::string& path, std::string file_name) : file_(path, std::move(file_name)) {}

  absl::Status Next(std::vector<Response>* page) override {
    absl::StatusOr<std::string> bytes = file_.Next(kMaxDataBytes);
    if (!bytes.ok()) return bytes.status();
    // A row may be longer than a message.
    for (size_t at = 0; at < bytes->size(); at += kMaxDataBytes) {
      page->emplace_back().set_data(bytes->substr(at, kMaxDataBytes));
    }
    return absl::OkStatus();
  }

 private:
  ingest::ErrorFile file_;
};

}  // namespace

absl::Status List(const Place& at, const v1::ListRejectedRecordsRequest& request,
                  v1::ListRejectedRecordsResponse* out) {
  auto found = FindReadLoad(at, request.load());
  if (!found.ok()) return found.status();
  auto page = rpc::OpenPage(at.store, at.call, {}, request);
  if (!page.ok()) return page.status();
  bool more = false;
  auto rows =
      ingest::ReadRejected(at.loads.RejectedPath(found->ref), page->offset, page->size, &more);
  if (!rows.ok()) return rows.status();
  const bool own = found->load.created_by() == at.call.caller.principal;
  for (v1::RejectedRecord& row : *rows) {
    if (!own) row.clear_raw();
    *out->add_rejected() = std::move(row);
  }
  const uint64_t given = page->offset + rows->size();
  out->set_next_page_token(page->NextToken(more ? given + 1 : given));
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<RejectedFileSource>> OpenRejectedFile(
    const Place& at, const v1::DownloadRejectedFileRequest& request) {
  auto found = FindReadLoad(at, request.load());
  if (!found.ok()) return found.status();
  if (found->load.created_by() != at.call.caller.principal) {
    return MakeError(absl::StatusCode::kPermissionDenied, v1::ERROR_REASON_PERMISSION_DENIED,
                     absl::StrCat("only who opened ", request.load(),
                                  " sees its rows whole; ListRejectedRecords says where they "
                                  "stand and why"));
  }
  auto file = ChooseFile(found->load, request.file_name());
  if (!file.ok()) return file.status();
  return std::make_unique<FileSource>(at.loads.RejectedPath(found->ref), *std::move(file));
}

}  // namespace probity::dataset
