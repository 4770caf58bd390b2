#include "storage/evidence/append_queue.h"

#include <iterator>
#include <utility>

namespace probity::storage {

AppendQueue::AppendQueue(const Limits& limits, Commit commit)
    : limits_(limits), commit_(std::move(commit)), thread_([this] { Run(); }) {}

AppendQueue::~AppendQueue() {
  {
    absl::MutexLock lock(&mutex_);
    ending_ = true;
  }
  thread_.join();
}

bool AppendQueue::Push(WaitingEntry* entry) {
  absl::MutexLock lock(&mutex_);
  const bool fits = waiting_.empty() || (waiting_.size() < limits_.entries &&
                                         waiting_bytes_ + entry->bytes() <= limits_.bytes);
  if (!fits) return false;
  waiting_bytes_ += entry->bytes();
  waiting_.push_back(std::move(*entry));
  return true;
}

std::vector<WaitingEntry> AppendQueue::TakeGroup() {
  size_t count = 0, bytes = 0;
  while (count < waiting_.size() && count < limits_.group_entries &&
         (count == 0 || bytes + waiting_[count].bytes() <= limits_.group_bytes)) {
    bytes += waiting_[count++].bytes();
  }
  waiting_bytes_ -= bytes;
  const auto end = waiting_.begin() + static_cast<std::ptrdiff_t>(count);
  std::vector<WaitingEntry> group(std::make_move_iterator(waiting_.begin()),
                                  std::make_move_iterator(end));
  waiting_.erase(waiting_.begin(), end);
  return group;
}

void AppendQueue::Run() {
  for (;;) {
    std::vector<WaitingEntry> group;
    {
      absl::MutexLock lock(&mutex_);
      mutex_.Await(absl::Condition(this, &AppendQueue::MayTake));
      group = TakeGroup();
    }
    if (group.empty()) return;  // ending, and nothing waits
    commit_(std::move(group));
  }
}

}  // namespace probity::storage
