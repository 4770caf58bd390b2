#include "cli/rejected_file.h"

#include <ostream>

#include "absl/strings/str_cat.h"
#include "cli/part_file.h"
#include "probity/v1/dataset_service.grpc.pb.h"

namespace probity::cli {
namespace {

// Bytes written to `path`, of which there may be none.
grpc::Status Download(Session& session, const v1::DownloadRejectedFileRequest& request,
                      std::ostream& file, uint64_t* bytes) {
  grpc::ClientContext context;
  if (grpc::Status prepared = session.PrepareStream(context); !prepared.ok()) return prepared;
  v1::DatasetService::Stub stub(session.Channel());
  const auto reader = stub.DownloadRejectedFile(&context, request);
  v1::DownloadRejectedFileResponse response;
  while (reader->Read(&response)) {
    file << response.data();
    *bytes += response.data().size();
  }
  return reader->Finish();
}

}  // namespace

void FetchRejectedFile(Session& session, const std::string& load, const std::string& file_name,
                       const std::string& path) {
  v1::DownloadRejectedFileRequest request;
  request.set_load(load);
  request.set_file_name(file_name);
  PartFile file(path);
  uint64_t bytes = 0;
  const grpc::Status status = Download(session, request, file.stream(), &bytes);
  if (!status.ok()) return session.Refused(status);
  if (bytes > 0) {
    if (absl::Status kept = file.Keep(); !kept.ok()) return session.Usage(kept);
  }
  if (session.options().json) return;
  if (bytes == 0) return session.Say("No row was refused; no file was written.", Style::kGood);
  session.Say(absl::StrCat("Refused rows written to ", path,
                           "; mended, they are loaded with --mode delta."),
              Style::kGood);
}

}  // namespace probity::cli
