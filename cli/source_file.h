// The file of an import, where it is not at hand: fetched from an address, or from
// where its dataset says.
#ifndef PROBITY_CLI_SOURCE_FILE_H_
#define PROBITY_CLI_SOURCE_FILE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cli/fetch.h"
#include "cli/patience.h"
#include "probity/v1/dataset_service.grpc.pb.h"

namespace probity::cli {

struct SourceOptions {
  std::string url;           // the file's address, or empty
  bool from_source = false;  // the dataset says where
  std::string ca_file;
  std::vector<std::string> hosts;  // that may be asked besides those named
  bool allow_http = false;
  uint64_t max_bytes = 0;  // 0: what the dataset says, or 1 GiB
  std::string sha256;      // hex of what the file must be; empty: not known
  std::string sha256_url;  // where the publisher states it; empty: nowhere

  bool IsAsked() const { return from_source || !url.empty(); }
};

// One fetch; its files go with it.
class SourceFile {
 public:
  // All are borrowed.
  SourceFile(Session& session, Progress& progress, const Patience& patience,
             const SourceOptions& options)
      : session_(session), progress_(progress), patience_(patience), options_(options) {}
  ~SourceFile();
  SourceFile(const SourceFile&) = delete;
  SourceFile& operator=(const SourceFile&) = delete;

  // Gets the file, and completes the load: format, edition, retrieved_at, etag,
  // source_location, and mode UNCHANGED where the publisher says that the file is still the
  // one that the dataset was made from. `may_be_unchanged` false: it is wanted in any case.
  // False: why not was said, and the session's exit code is set. The dataset is as it was.
  bool Get(bool may_be_unchanged, const std::string& mapping, v1::CreateLoadRequest* create);

  // The file, unless the load is UNCHANGED.
  const std::vector<std::string>& files() const { return files_; }
  // Path of the mapping; empty: none.
  const std::string& mapping() const { return mapping_; }

 private:
  absl::Status ReadSource(v1::CreateLoadRequest* create);
  absl::Status MakeDirectory();
  absl::Status FetchFile(const KnownFile& known, v1::CreateLoadRequest* create);
  absl::Status CheckDigest(const FetchedFile& file);
  absl::StatusOr<std::string> StatedDigest();
  absl::StatusOr<FetchedFile> FetchTo(const std::string& url, const KnownFile& known,
                                      uint64_t max_bytes, const std::string& path);
  void Complete(const FetchedFile& file, absl::Time begun, v1::Load* load) const;
  bool IsMadeFrom(const v1::Load& load, const std::string& format) const;
  grpc::Status FindKnown(const std::string& format, KnownFile* known) const;
  void SayWhy(const absl::Status& status) const;

  Session& session_;
  Progress& progress_;
  const Patience& patience_;
  const SourceOptions& options_;
  v1::Dataset dataset_;
  std::string location_;
  std::string sha256_location_;
  uint64_t max_bytes_ = uint64_t{1} << 30;
  std::string mapping_;
  std::string directory_;  // of its own; empty: none
  std::vector<std::string> files_;
};

// The SHA-256 that a publisher's text states for `file_name`: that of the line which
// names it, else the only one. INVALID_ARGUMENT when there is none, or several.
absl::StatusOr<std::string> DigestIn(absl::string_view text, absl::string_view file_name);

// Path of a mapping that is named: a file, or data/mappings/NAME.textproto. INVALID_ARGUMENT
// when there is neither.
absl::StatusOr<std::string> FindMapping(const std::string& name);

}  // namespace probity::cli

#endif  // PROBITY_CLI_SOURCE_FILE_H_
