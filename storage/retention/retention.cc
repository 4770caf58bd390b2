#include "storage/retention/retention.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "base/timestamps.h"
#include "storage/retention/floor.h"

namespace probity::storage {
namespace {

using probity::v1::LegalHold;

constexpr char kPrefix[] = "hold/";
// Revisions that are swept before others may write, and holds be set.
constexpr uint64_t kShare = 16;

std::string KeyOf(absl::string_view name) { return absl::StrCat(kPrefix, name); }

bool Stands(const LegalHold& hold) { return hold.released_by().empty(); }

// The hold of a name among all of them; nullptr: none has it.
LegalHold* Find(const std::string& name, std::vector<LegalHold>* holds) {
  for (LegalHold& hold : *holds) {
    if (hold.name() == name) return &hold;
  }
  return nullptr;
}

}  // namespace

absl::StatusOr<std::vector<LegalHold>> Retention::Holds() const {
  auto rows = options_.store->ListMeta(kPrefix);
  if (!rows.ok()) return rows.status();
  std::vector<LegalHold> holds;
  for (const auto& [key, value] : *rows) {
    if (holds.emplace_back().ParseFromString(value)) continue;
    return StoreCorrupt(key, "the legal hold cannot be read");
  }
  const auto set_at = [](const LegalHold& hold) {
    return std::make_tuple(hold.set_at().seconds(), hold.set_at().nanos(), hold.name());
  };
  std::sort(holds.begin(), holds.end(),
            [&set_at](const LegalHold& a, const LegalHold& b) { return set_at(a) > set_at(b); });
  return holds;
}

absl::StatusOr<std::optional<LegalHold>> Retention::HoldOn(absl::string_view dataset) const {
  auto holds = Holds();
  if (!holds.ok()) return holds.status();
  for (LegalHold& hold : *holds) {
    const bool keeps = hold.dataset().empty() || hold.dataset() == dataset;
    if (Stands(hold) && keeps) return std::optional<LegalHold>(std::move(hold));
  }
  return std::optional<LegalHold>();
}

absl::StatusOr<LegalHold> Retention::SetHold(LegalHold hold) {
  absl::MutexLock lock(&mutex_);
  auto holds = Holds();
  if (!holds.ok()) return holds.status();
  if (const LegalHold* known = Find(hold.name(), &*holds)) return *known;
  hold.set_from_revision(options_.store->EarliestRevision());
  absl::Status put = options_.store->PutMeta(KeyOf(hold.name()), hold.SerializeAsString());
  if (!put.ok()) return put;
  return hold;
}

absl::StatusOr<LegalHold> Retention::ReleaseHold(const std::string& name,
                                                 const std::string& released_by, absl::Time now) {
  absl::MutexLock lock(&mutex_);
  auto holds = Holds();
  if (!holds.ok()) return holds.status();
  LegalHold* hold = Find(name, &*holds);
  if (hold == nullptr) return LegalHoldNotFound(name);
  if (!Stands(*hold)) return *hold;
  hold->set_released_by(released_by);
  *hold->mutable_released_at() = TimestampOfMicros(absl::ToUnixMicros(now));
  absl::Status put = options_.store->PutMeta(KeyOf(name), hold->SerializeAsString());
  if (!put.ok()) return put;
  return *hold;
}

absl::StatusOr<std::optional<uint64_t>> Retention::HeldFrom() const {
  auto holds = Holds();
  if (!holds.ok()) return holds.status();
  std::optional<uint64_t> from;
  for (const LegalHold& hold : *holds) {
    if (!Stands(hold)) continue;
    from = std::min(from.value_or(hold.from_revision()), hold.from_revision());
  }
  return from;
}

absl::StatusOr<uint64_t> Retention::Floor(absl::Time now) const {
  RetentionFacts facts;
  facts.newest = options_.store->Head("")->manifest().revision();
  facts.retained = options_.retained;
  auto held = HeldFrom();
  if (!held.ok()) return held.status();
  facts.held_from = *held;
  auto cited = options_.log->OldestRevisionSince(absl::ToUnixMicros(now - options_.decision_hold));
  if (!cited.ok()) return cited.status();
  facts.cited_from = *cited;
  return RetentionFloor(facts);
}

absl::StatusOr<bool> Retention::SweepSome(absl::Time now) {
  if (options_.retained == 0) return false;
  absl::MutexLock lock(&mutex_);
  auto floor = Floor(now);
  if (!floor.ok()) return floor.status();
  const uint64_t before = options_.store->EarliestRevision();
  if (*floor <= before) return false;
  auto swept = options_.store->Sweep(std::min(*floor, before + kShare));
  if (!swept.ok()) return swept.status();
  return *swept < *floor;
}

}  // namespace probity::storage
