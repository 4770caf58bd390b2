// Decides members at one point, several at a time.
#ifndef PROBITY_SCREENING_WATCH_DECIDER_H_
#define PROBITY_SCREENING_WATCH_DECIDER_H_

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "screening/watch/roster.h"
#include "screening/watch/touched.h"
#include "screening/watch/watch.h"
#include "screening/watch/weigh.h"
#include "storage/store.h"

namespace probity::screening {

// Views of one revision, each masked for its authority. For one thread.
class ViewsByAuthority {
 public:
  ViewsByAuthority(const storage::Store& store, uint64_t revision)
      : store_(store), revision_(revision) {}
  uint64_t revision() const { return revision_; }
  // Lives as long as this. Errors of storage::ViewOfRevision.
  absl::StatusOr<const storage::View*> For(const std::string& authority);

 private:
  const storage::Store& store_;
  const uint64_t revision_;
  std::map<std::string, std::shared_ptr<const storage::View>> views_;
};

class Decider {
 public:
  // `stopping` is asked within every decision; when it says so the calls below end with
  // CANCELLED. Both are borrowed.
  Decider(const WatchOptions& options, const std::function<bool()>& stopping);

  // What each of the tasks comes to, in their order.
  absl::StatusOr<std::vector<Weighed>> Run(absl::Span<const WatchTask> tasks,
                                           ViewsByAuthority* views, DayNumber day) const;

  // Those of the members whose names find a changed one, in their order.
  absl::StatusOr<std::vector<TrackedMember*>> FindByName(const std::vector<TrackedMember*>& members,
                                                         const ChangedNames& names,
                                                         bool among_lists) const;

 private:
  absl::StatusOr<Weighed> DecideOne(const TrackedMember& member, const storage::View& view,
                                    DayNumber day) const;
  // Runs `work` for 0 <= i < count on the threads; the first error ends it.
  absl::Status ForEach(size_t count, const std::function<absl::Status(size_t)>& work) const;

  const WatchOptions& options_;
  const std::function<bool()>& stopping_;
  const int threads_;
  const GoodsDates goods_dates_;
};

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_WATCH_DECIDER_H_
