#include "storage/evidence/append_queue.h"

#include <iterator>
#include <utility>

#include "base/hash.h"
#include "base/random.h"
#include "evidence/signed_bytes.h"
#include "storage/evidence/rules.h"

namespace probity::storage {

WaitingEntry Prepare(EvidenceEntry entry, AppendDone done) {
  WaitingEntry waiting;
  waiting.salt = RandomBytes(evidence::kSaltBytes);
  waiting.core_digest = Sha256(entry.core);
  waiting.bundle_digest =
      entry.bundle_digest.empty() ? Sha256(entry.bundle) : std::move(entry.bundle_digest);
  waiting.body = BodyOf(entry, waiting.salt).SerializeAsString();
  waiting.texts = TextsOf(std::move(entry.personal_texts)).SerializeAsString();
  entry.core.clear();
  entry.bundle.clear();
  entry.personal_texts.clear();
  waiting.entry = std::move(entry);
  waiting.done = std::move(done);
  return waiting;
}

WaitingEntry Prepare(ActEntry entry, AppendDone done) {
  std::string ends = std::move(entry.ends), lineage = std::move(entry.lineage);
  const uint64_t revision = entry.revision;
  WaitingEntry waiting = Prepare(EntryOf(std::move(entry)), std::move(done));
  waiting.ends = std::move(ends);
  waiting.lineage = std::move(lineage);
  waiting.revision = revision;
  return waiting;
}

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
                                         waiting_bytes_ + entry->body.size() <= limits_.bytes);
  if (!fits) return false;
  waiting_bytes_ += entry->body.size();
  waiting_.push_back(std::move(*entry));
  return true;
}

Announcement AppendQueue::Announce() {
  absl::MutexLock lock(&mutex_);
  ++announced_;
  return {this, [this](const void*) {
            absl::MutexLock lock(&mutex_);
            --announced_;
          }};
}

std::vector<WaitingEntry> AppendQueue::TakeGroup() {
  size_t count = 0, bytes = 0;
  while (count < waiting_.size() && count < limits_.group_entries &&
         (count == 0 || bytes + waiting_[count].body.size() <= limits_.group_bytes)) {
    bytes += waiting_[count++].body.size();
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
      mutex_.AwaitWithTimeout(absl::Condition(this, &AppendQueue::HasGathered), limits_.gathering);
      group = TakeGroup();
    }
    if (group.empty()) return;  // ending, and nothing waits
    commit_(std::move(group));
  }
}

}  // namespace probity::storage
