#include "storage/names/run_writer.h"

#include <iterator>
#include <utility>

namespace probity::storage {
namespace {

constexpr size_t kChunk = 512;       // histories that go to a thread at once
constexpr size_t kQueue = 8;         // chunks that wait
constexpr size_t kLanes = 2;         // threads
constexpr size_t kRuns = 256 << 10;  // of one segment: bounds what a builder holds

}  // namespace

// What one thread makes.
class RunWriter::Lane {
 public:
  Lane(const matching::Matcher* matcher, const Snapshot* base, const SegmentMaker* make)
      : matcher_(matcher), base_(base), make_(make), hot_(matcher), history_(matcher) {}

  void Write(const RecordHistory& record) {
    std::optional<Removal> live = FindLive(*base_, record.dataset, record.key);
    std::optional<index::IndexedRecord> run;
    if (live.has_value()) run = base_->segments[live->segment].view.segment->Read(live->record);
    const std::optional<PartyNames>* before = nullptr;
    for (const RecordHistory::Version& version : record.versions) {
      if (before != nullptr && *before == version.names) continue;
      before = &version.names;
      std::optional<index::IndexedRecord> next;
      if (version.names.has_value()) next = Normalize(*matcher_, *version.names);
      if (IsSame(run, next)) continue;
      End(version.version, &live, &run);
      run = std::move(next);
      if (!run.has_value()) continue;
      run->dataset = record.dataset;
      run->key = record.key;
      run->from_version = version.version;
    }
    if (run.has_value() && !live.has_value()) Add(*run, &hot_, &hot_runs_);
  }

  void Flush() {
    Flush(&hot_, &hot_runs_);
    Flush(&history_, &history_runs_);
  }

  absl::Status MoveTo(WrittenRuns* written) {
    std::move(removals_.begin(), removals_.end(), std::back_inserter(written->removals));
    std::move(segments_.begin(), segments_.end(), std::back_inserter(written->segments));
    return status_;
  }

 private:
  using Run = std::optional<index::IndexedRecord>;

  static bool IsSame(const Run& a, const Run& b) {
    return a.has_value() == b.has_value() && (!a.has_value() || SayTheSame(*a, *b));
  }

  // `run` ends: in the base, when it is `live` there, else in what is written.
  void End(uint32_t version, std::optional<Removal>* live, Run* run) {
    if (live->has_value()) {
      removals_.push_back({(*live)->segment, (*live)->record, version});
      live->reset();
    } else if (run->has_value()) {
      (*run)->to_version = version;
      Add(**run, &history_, &history_runs_);
    }
  }

  void Add(const index::IndexedRecord& run, index::SegmentBuilder* builder, size_t* runs) {
    builder->Add(run);
    if (++*runs >= kRuns) Flush(builder, runs);
  }

  void Flush(index::SegmentBuilder* builder, size_t* runs) {
    if (*runs == 0) return;
    *runs = 0;
    absl::StatusOr<IndexSegment> made = (*make_)(builder->Finish());
    if (!made.ok()) {
      status_ = made.status();
      return;
    }
    made->view.history = builder == &history_;
    segments_.push_back(*std::move(made));
  }

  const matching::Matcher* matcher_;
  const Snapshot* base_;
  const SegmentMaker* make_;
  index::SegmentBuilder hot_, history_;
  size_t hot_runs_ = 0, history_runs_ = 0;
  std::vector<Removal> removals_;
  std::vector<IndexSegment> segments_;
  absl::Status status_;
};

RunWriter::RunWriter(const matching::Matcher* matcher, SnapshotPtr base, SegmentMaker make)
    : matcher_(matcher), base_(std::move(base)), make_(std::move(make)) {}

RunWriter::~RunWriter() { Join(); }

void RunWriter::Add(RecordHistory history) {
  chunk_.push_back(std::move(history));
  if (chunk_.size() >= kChunk) Push(std::exchange(chunk_, {}));
}

void RunWriter::Push(Chunk chunk) {
  while (threads_.size() < kLanes) {
    lanes_.push_back(std::make_unique<Lane>(matcher_, base_.get(), &make_));
    threads_.emplace_back(&RunWriter::RunLane, this, lanes_.back().get());
  }
  const auto has_room = [this]()
                            ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return queue_.size() < kQueue; };
  absl::MutexLock lock(&mutex_, absl::Condition(&has_room));
  queue_.push_back(std::move(chunk));
}

void RunWriter::RunLane(Lane* lane) {
  const auto has_work = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
    return !queue_.empty() || ended_;
  };
  while (true) {
    Chunk chunk;
    {
      absl::MutexLock lock(&mutex_, absl::Condition(&has_work));
      if (queue_.empty()) break;
      chunk = std::move(queue_.front());
      queue_.pop_front();
    }
    for (const RecordHistory& history : chunk) lane->Write(history);
  }
  lane->Flush();
}

void RunWriter::Join() {
  {
    absl::MutexLock lock(&mutex_);
    ended_ = true;
  }
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

absl::StatusOr<WrittenRuns> RunWriter::Finish() {
  if (threads_.empty()) {
    lanes_.push_back(std::make_unique<Lane>(matcher_, base_.get(), &make_));
    for (const RecordHistory& history : chunk_) lanes_.back()->Write(history);
    lanes_.back()->Flush();
  } else {
    Push(std::move(chunk_));
    Join();
  }
  WrittenRuns written;
  for (const auto& lane : lanes_) {
    if (absl::Status status = lane->MoveTo(&written); !status.ok()) return status;
  }
  return written;
}

}  // namespace probity::storage
