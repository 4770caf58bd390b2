#include "screening/watch/watch.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "base/thread_priority.h"
#include "screening/watch/engine.h"
#include "screening/watch/publication.h"
#include "screening/watch/rows.h"

namespace probity::screening {
namespace {

// How often days, policies and the end are looked for while no revision comes.
constexpr absl::Duration kTick = absl::Milliseconds(100);
// Longest wait for the database before the first answer is WATCH_UNAVAILABLE: a small
// one is open by then.
constexpr absl::Duration kOpenPatience = absl::Seconds(2);
// Events of other portfolios that one call passes over.
constexpr size_t kMostLookedAt = 10000;
// Below calls, which have 0.
constexpr int kNiceness = 10;

WatchedMember MemberOf(absl::string_view id, storage::v1::WatchedMemberRow row) {
  WatchedMember member;
  member.member = std::string(id);
  member.verdict = std::move(*row.mutable_verdict());
  if (row.has_due_day()) member.due_on = row.due_day();
  return member;
}

// What is wrong with the database is nothing that the caller did.
absl::Status Unavailable(const absl::Status& status) {
  return absl::IsDataLoss(status) ? WatchUnavailable("watch", status.message()) : status;
}

class WatchImpl final : public Watch {
 public:
  explicit WatchImpl(WatchOptions options)
      : options_(std::move(options)), engine_(options_, stopping_, &publication_) {
    thread_ = std::thread([this] { Run(); });
    publication_.AwaitOpen(absl::Now() + kOpenPatience);
  }
  ~WatchImpl() override { Stop(); }

  void Stop() override {
    stop_ = true;
    if (thread_.joinable()) thread_.join();
  }

  absl::StatusOr<WatchedPortfolio> StatusOf(absl::string_view authority,
                                            absl::string_view portfolio) const override {
    auto shown = publication_.Show(authority, portfolio);
    if (!shown.ok()) return shown.status();
    WatchedPortfolio answer;
    static_cast<WatchFrame&>(answer) = std::move(shown->frame);
    answer.status = std::move(shown->status);
    return answer;
  }

  absl::StatusOr<WatchedMembers> ListMembers(absl::string_view authority,
                                             absl::string_view portfolio, absl::string_view after,
                                             size_t limit, v1::Verdict verdict) const override {
    auto shown = publication_.Show(authority, portfolio);
    if (!shown.ok()) return shown.status();
    WatchedMembers answer;
    static_cast<WatchFrame&>(answer) = std::move(shown->frame);
    auto [begin, end] = MemberRowsOf(authority, portfolio);
    if (!after.empty()) begin = absl::StrCat(begin, after, absl::string_view("\0", 1));
    absl::Status fault;
    absl::Status read = shown->database->ForEach(begin, end, [&](auto key, auto value) {
      storage::v1::WatchedMemberRow row;
      fault = ParseRow(key, value, &row);
      if (!fault.ok()) return false;
      if (verdict != v1::VERDICT_UNSPECIFIED && row.verdict().verdict() != verdict) return true;
      answer.more = answer.members.size() >= limit;
      if (!answer.more) answer.members.push_back(MemberOf(MemberOfKey(key), std::move(row)));
      return !answer.more;
    });
    if (read.ok()) read = fault;
    if (!read.ok()) return Unavailable(read);
    return answer;
  }

  absl::StatusOr<std::optional<WatchedMember>> FindMember(absl::string_view authority,
                                                          absl::string_view portfolio,
                                                          absl::string_view member) const override {
    auto shown = publication_.Show(authority, portfolio);
    if (!shown.ok()) return shown.status();
    storage::v1::WatchedMemberRow row;
    auto known = GetRow(*shown->database, MemberRowKey(authority, portfolio, member), &row);
    if (!known.ok()) return Unavailable(known.status());
    if (!*known) return std::nullopt;
    return MemberOf(member, std::move(row));
  }

  absl::StatusOr<WatchPoint> ReadMembers(const ReadsVisitor& visit_reads,
                                         const RowVisitor& visit_row) const override {
    auto shown = publication_.Show("", "");
    if (!shown.ok()) return shown.status();
    const auto [begin, end] = AllMemberRows();
    absl::Status fault;
    absl::Status read = shown->database->ForEach(begin, end, [&](auto key, auto value) {
      const MemberPlace place = PlaceOf(key);
      if (IsReadsKey(key)) {
        storage::v1::WatchedReads reads;
        fault = ParseRow(key, value, &reads);
        return fault.ok() && visit_reads(place, reads);
      }
      storage::v1::WatchedMemberRow row;
      fault = ParseRow(key, value, &row);
      return fault.ok() && visit_row(place, row);
    });
    if (read.ok()) read = fault;
    if (!read.ok()) return Unavailable(read);
    return shown->frame.weighed;
  }

  absl::StatusOr<WatchedChanges> ReadChanges(absl::string_view authority,
                                             absl::string_view portfolio,
                                             absl::string_view watch_id, uint64_t after,
                                             size_t limit) const override {
    auto shown = publication_.Show(authority, portfolio);
    if (!shown.ok()) return shown.status();
    const uint64_t newest = shown->frame.newest_event;
    if (!watch_id.empty() && watch_id != shown->frame.watch_id) return CursorExpired(0);
    if (after + 1 < shown->first_event || after > newest) return CursorExpired(shown->first_event);
    WatchedChanges answer;
    answer.looked_at = after;
    absl::Status read = ReadEvents(*shown, authority, portfolio, limit, &answer);
    if (!read.ok()) return Unavailable(read);
    static_cast<WatchFrame&>(answer) = std::move(shown->frame);
    answer.more = answer.looked_at < newest;
    return answer;
  }

  uint64_t Listen(absl::string_view authority, std::function<void()> called) override {
    return publication_.Listen(authority, std::move(called));
  }
  void Unlisten(uint64_t listener) override { publication_.Unlisten(listener); }

  absl::Status Purge() override {
    auto shown = publication_.Show("", "");
    return shown.ok() ? shown->database->Forget() : shown.status();
  }

  absl::Status AwaitWeighed(WatchPoint point, absl::Time until) const override {
    return publication_.Await(point, until);
  }

 private:
  // Events behind answer->looked_at, up to the newest that is durable.
  static absl::Status ReadEvents(const Publication::Shown& shown, absl::string_view authority,
                                 absl::string_view portfolio, size_t limit,
                                 WatchedChanges* answer) {
    const std::string suffix = absl::StrCat("portfolios/", portfolio);
    const std::string name = authority.empty() ? suffix : absl::StrCat(authority, "/", suffix);
    const uint64_t begin = answer->looked_at + 1;
    const uint64_t end = std::min(shown.frame.newest_event + 1, begin + kMostLookedAt);
    absl::Status fault;
    absl::Status read = shown.database->ForEach(
        EventKey(authority, begin), EventKey(authority, end), [&](auto key, auto value) {
          if (answer->changes.size() >= limit) return false;
          v1::VerdictChange change;
          fault = ParseRow(key, value, &change);
          if (!fault.ok()) return false;
          answer->looked_at = change.id();
          if (portfolio.empty() || change.portfolio() == name) {
            answer->changes.push_back(std::move(change));
          }
          return true;
        });
    return read.ok() ? fault : read;
  }

  void Run() {
    // Of this thread alone, and of those that it starts.
    LowerThreadPriority(kNiceness);
    absl::Status told;
    while (!stop_) {
      absl::Status status = engine_.Advance();
      if (absl::IsCancelled(status)) continue;
      if (status != told && options_.warn && !status.ok()) {
        options_.warn(absl::StrCat("watch: cannot go on: ", status.message()));
      }
      if (status.ok() && !told.ok() && options_.log) options_.log("watch: goes on");
      told = status;
      Wait(status.ok() ? kTick : options_.retry_after, status.ok());
    }
  }

  // Until a revision comes, if one is waited for, or the time is over, or the end.
  void Wait(absl::Duration longest, bool for_revision) {
    const absl::Time until = absl::Now() + longest;
    while (!stop_ && absl::Now() < until) {
      const absl::Time tick = std::min(until, absl::Now() + kTick);
      if (!for_revision) {
        absl::SleepFor(tick - absl::Now());
      } else if (options_.names.store.AwaitRevision(engine_.revision() + 1, tick)) {
        return;
      }
    }
  }

  std::atomic<bool> stop_{false};
  const std::function<bool()> stopping_ = [this] { return stop_.load(); };
  const WatchOptions options_;
  Publication publication_;
  WatchEngine engine_;
  std::thread thread_;
};

}  // namespace

std::unique_ptr<Watch> Watch::Open(WatchOptions options) {
  return std::make_unique<WatchImpl>(std::move(options));
}

}  // namespace probity::screening
