// The access file's policy that holds now, and how another comes into force.
#ifndef PROBITY_SERVICES_ACCESS_ACCESS_BOOK_H_
#define PROBITY_SERVICES_ACCESS_ACCESS_BOOK_H_

#include <memory>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "services/access/access_policy.h"

namespace probity::access {

// Thread-safe.
class AccessBook {
 public:
  // Reads the file. NOT_FOUND names it; what AccessPolicy::Parse says.
  static absl::StatusOr<std::unique_ptr<AccessBook>> Open(const std::string& path);

  // Reads the file again: all of it holds from the next call on, or, after an error, all of
  // what held before. Calls that were let on go on.
  absl::Status Reload();

  std::shared_ptr<const AccessPolicy> Current() const;

 private:
  AccessBook(std::string path, std::shared_ptr<const AccessPolicy> policy)
      : path_(std::move(path)), policy_(std::move(policy)) {}

  const std::string path_;
  mutable absl::Mutex mutex_;
  std::shared_ptr<const AccessPolicy> policy_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace probity::access

#endif  // PROBITY_SERVICES_ACCESS_ACCESS_BOOK_H_
