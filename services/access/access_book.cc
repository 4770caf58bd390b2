#include "services/access/access_book.h"

#include "base/tables.h"

namespace probity::access {
namespace {

absl::StatusOr<std::shared_ptr<const AccessPolicy>> Read(const std::string& path) {
  auto text = ReadFile(path);
  if (!text.ok()) return text.status();
  auto policy = AccessPolicy::Parse(path, *text);
  if (!policy.ok()) return policy.status();
  return std::make_shared<const AccessPolicy>(*std::move(policy));
}

}  // namespace

absl::StatusOr<std::unique_ptr<AccessBook>> AccessBook::Open(const std::string& path) {
  auto policy = Read(path);
  if (!policy.ok()) return policy.status();
  return std::unique_ptr<AccessBook>(new AccessBook(path, *std::move(policy)));
}

absl::Status AccessBook::Reload() {
  auto policy = Read(path_);
  if (!policy.ok()) return policy.status();
  absl::MutexLock lock(&mutex_);
  policy_ = *std::move(policy);
  return absl::OkStatus();
}

std::shared_ptr<const AccessPolicy> AccessBook::Current() const {
  absl::ReaderMutexLock lock(&mutex_);
  return policy_;
}

}  // namespace probity::access
