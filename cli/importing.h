// Files made into a load, which the server reads, compares and publishes.
#ifndef PROBITY_CLI_IMPORTING_H_
#define PROBITY_CLI_IMPORTING_H_

#include <string>
#include <vector>

#include "cli/session.h"
#include "cli/source_file.h"
#include "probity/v1/dataset_service.grpc.pb.h"

namespace probity::cli {

struct ImportOptions {
  v1::CreateLoadRequest create;
  std::vector<std::string> files;
  std::string mapping;
  std::string resumed;  // a load, or empty
  std::string rejected_file;
  SourceOptions source;
  bool preview = false;
  int retry_seconds = 30;
};

// Opens a load or goes on with one, sends what the server lacks, has it published or
// previewed, and says what became of it. A load that is refused is aborted; of one that was
// cut off it says how to go on. Sets the exit code.
void ImportFiles(Session& session, const ImportOptions& options);

}  // namespace probity::cli

#endif  // PROBITY_CLI_IMPORTING_H_
