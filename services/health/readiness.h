// Whether the server can do its work, and which of its services: from what is at hand. An
// empty store and a stale source are no reason: they show in verdicts and metrics.
#ifndef PROBITY_SERVICES_HEALTH_READINESS_H_
#define PROBITY_SERVICES_HEALTH_READINESS_H_

#include <functional>
#include <map>
#include <string>

#include "absl/time/time.h"
#include "storage/names/name_index.h"
#include "storage/store.h"

namespace probity::health {

// No clock that is right shows less: this release was prepared after it.
inline constexpr absl::CivilDay kOldestToday{2026, 11, 1};
// A revision may be so far ahead of the clock: revisions that are published at once each take
// a microsecond, and clocks are set back by little when they are corrected.
inline constexpr absl::Duration kClockSlack = absl::Seconds(5);

struct ReadinessSources {
  const storage::Store& store;      // borrowed, open
  const storage::NameIndex& names;  // borrowed
  std::function<absl::Time()> clock;
  // Whether calls can be written down, without which they are refused. Null: they need not be.
  std::function<bool()> calls_are_logged = nullptr;
};

struct Readiness {
  // Not before kOldestToday, nor before the newest revision by more than kClockSlack.
  bool clock_is_sane = false;
  // Names of some revision can be searched. Behind the newest one for a while after a large
  // load is no reason: such questions wait, or take the older revision.
  bool names_are_warm = false;
  // What calls are written to can be written.
  bool calls_are_logged = false;
  // No new calls are taken any more.
  bool is_draining = false;

  // Whether a service answers as it should, by its full name; "" asks for all of them.
  bool Serves(const std::string& service) const;
  // What keeps it, for people; empty: nothing.
  std::string Why() const;

  friend bool operator==(const Readiness& a, const Readiness& b) {
    return a.clock_is_sane == b.clock_is_sane && a.names_are_warm == b.names_are_warm &&
           a.calls_are_logged == b.calls_are_logged && a.is_draining == b.is_draining;
  }
};

Readiness Look(const ReadinessSources& sources);

// Of each service, and of "" for all together.
std::map<std::string, bool> ByService(const Readiness& readiness);

}  // namespace probity::health

#endif  // PROBITY_SERVICES_HEALTH_READINESS_H_
