#include "services/rpc/idle_sweep.h"

#include <utility>

#include "absl/time/clock.h"

namespace probity::rpc {

IdleSweep::IdleSweep(absl::Duration limit, absl::Duration every)
    : limit_(limit), every_(every), thread_([this] { Run(); }) {}

IdleSweep::~IdleSweep() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  thread_.join();
}

void IdleSweep::Add(std::weak_ptr<SweptStream> stream) {
  absl::MutexLock lock(&mutex_);
  streams_.push_back(std::move(stream));
}

void IdleSweep::Run() {
  while (true) {
    {
      absl::MutexLock lock(&mutex_);
      if (mutex_.AwaitWithTimeout(absl::Condition(&stopping_), every_)) return;
    }
    // Outside the lock: a stream that ends may be the last that holds itself.
    for (const auto& stream : Living()) stream->EndIfIdle(absl::Now(), limit_);
  }
}

std::vector<std::shared_ptr<SweptStream>> IdleSweep::Living() {
  std::vector<std::shared_ptr<SweptStream>> living;
  absl::MutexLock lock(&mutex_);
  for (const auto& one : streams_) {
    if (auto stream = one.lock()) living.push_back(std::move(stream));
  }
  streams_.assign(living.begin(), living.end());
  return living;
}

}  // namespace probity::rpc
