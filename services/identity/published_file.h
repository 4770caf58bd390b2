// A file in memory under a fixed path, whose content is exchanged in one step. It is how
// gRPC, which watches files, gets keys that never lie on a disk twice.
#ifndef PROBITY_SERVICES_IDENTITY_PUBLISHED_FILE_H_
#define PROBITY_SERVICES_IDENTITY_PUBLISHED_FILE_H_

#include <ctime>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace probity::identity {

// Used by one thread at a time; read by any, also by name.
class PublishedFile {
 public:
  PublishedFile() = default;
  ~PublishedFile();
  PublishedFile(const PublishedFile&) = delete;
  PublishedFile& operator=(const PublishedFile&) = delete;

  // From now on whoever opens path() reads `content`, and its time of modification, in
  // whole seconds, is another one: gRPC reads again what changed while it read. INTERNAL
  // says why not; the content before then stays.
  absl::Status Publish(absl::string_view content);
  // In /proc; a file once Publish() was OK.
  std::string path() const;

 private:
  int fd_ = -1;
  std::time_t modified_ = 0;
};

}  // namespace probity::identity

#endif  // PROBITY_SERVICES_IDENTITY_PUBLISHED_FILE_H_
