#include "cli/rejected_file.h"

#include <cstdint>

#include "absl/strings/str_cat.h"
#include "cli/part_file.h"
#include "cli/read_stream.h"
#include "probity/v1/dataset_service.grpc.pb.h"

namespace probity::cli {

void FetchRejectedFile(Session& session, const std::string& load, const std::string& file_name,
                       const std::string& path) {
  v1::DownloadRejectedFileRequest request;
  request.set_load(load);
  request.set_file_name(file_name);
  PartFile file(path);
  uint64_t bytes = 0;
  const bool read = ReadStream(session, &v1::DatasetService::Stub::DownloadRejectedFile, request,
                               [&](const v1::DownloadRejectedFileResponse& part) {
                                 file.stream() << part.data();
                                 bytes += part.data().size();
                                 return true;
                               });
  if (!read) return;
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
