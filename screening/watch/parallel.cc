#include "screening/watch/parallel.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

namespace probity::screening {
namespace {

// Items a thread takes at a time; fewer than so many in all are not worth a thread.
constexpr size_t kShare = 16;

}  // namespace

int ThreadsOf(int wanted) {
  if (wanted > 0) return wanted;
  const int cores = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  return std::max(std::min(2, cores), cores / 2);
}

absl::Status ForEachShared(int threads, size_t count,
                           const std::function<absl::Status(size_t)>& work) {
  std::atomic<size_t> next{0};
  std::atomic<bool> ended{false};
  const auto run = [&] {
    absl::Status status;
    while (status.ok() && !ended) {
      const size_t begin = next.fetch_add(kShare);
      if (begin >= count) break;
      for (size_t i = begin; status.ok() && i < std::min(count, begin + kShare); ++i) {
        status = work(i);
      }
    }
    if (!status.ok()) ended = true;
    return status;
  };
  const size_t useful = (count + kShare - 1) / kShare;
  std::vector<std::thread> others;
  std::vector<absl::Status> results(std::min<size_t>(useful, static_cast<size_t>(threads)));
  for (size_t i = 1; i < results.size(); ++i) {
    others.emplace_back([&, i] { results[i] = run(); });
  }
  if (!results.empty()) results[0] = run();
  for (std::thread& thread : others) thread.join();
  for (const absl::Status& result : results) {
    if (!result.ok()) return result;
  }
  return absl::OkStatus();
}

}  // namespace probity::screening
