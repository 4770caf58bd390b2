#include "cli/rejected_file.h"

#include <cstdio>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "probity/v1/dataset_service.grpc.pb.h"

namespace probity::cli {
namespace {

// Bytes written to `path`, of which there may be none.
grpc::Status Download(Session& session, const v1::DownloadRejectedFileRequest& request,
                      std::ofstream& file, uint64_t* bytes) {
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
  const std::string part = path + ".part";
  std::ofstream file(part, std::ios::binary);
  uint64_t bytes = 0;
  const grpc::Status status = Download(session, request, file, &bytes);
  file.close();
  const bool written =
      file && status.ok() && bytes > 0 && std::rename(part.c_str(), path.c_str()) == 0;
  if (!written) std::remove(part.c_str());
  if (!status.ok()) return session.Refused(status);
  if (bytes > 0 && !written) {
    return session.Usage(absl::InvalidArgumentError(absl::StrCat(path, " cannot be written")));
  }
  if (session.options().json) return;
  if (bytes == 0) return session.Say("No row was refused; no file was written.", Style::kGood);
  session.Say(absl::StrCat("Refused rows written to ", path,
                           "; mended, they are loaded with --mode delta."),
              Style::kGood);
}

}  // namespace probity::cli
