#include <map>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/errors.h"
#include "base/random.h"
#include "screening/portfolios.h"
#include "screening/watch/engine.h"
#include "screening/watch/rows.h"
#include "storage/watch/record_changes.h"

namespace probity::screening {
namespace {

constexpr size_t kWatchIdBytes = 16;

}  // namespace

absl::Status WatchEngine::Open() {
  auto opened = options_.database();
  if (!opened.ok()) return opened.status();
  database_ = *std::move(opened);
  ledger_ = std::make_unique<Ledger>(database_.get(), options_.kept_events);
  erased_.clear();
  some_undecided_ = true;
  absl::Status status = Adopt();
  if (status.ok()) status = LoadPortfolios();
  if (status.ok()) status = LoadRows();
  if (absl::IsDataLoss(status)) {
    Warn(absl::StrCat("is made anew: ", status.message()));
    status = StartAnew();
    if (status.ok()) status = LoadPortfolios();
  }
  if (!status.ok()) return status;
  publication_.ShowDatabase(database_, watch_id_, roster_.authorities());
  return absl::OkStatus();
}

absl::Status WatchEngine::Adopt() {
  storage::v1::WatchProgress progress;
  auto known = GetRow(*database_, ProgressKey(), &progress);
  if (!known.ok()) return known.status();
  const auto head = store_.Head("");
  if (!*known || progress.format() != kWatchFormat || progress.revision() == 0 ||
      progress.store_lineage() != head->token().store_lineage()) {
    return StartAnew();
  }
  watch_id_ = progress.watch_id();
  all_again_ =
      progress.engine() == engine_bytes_ ? v1::CHANGE_CAUSE_UNSPECIFIED : v1::CHANGE_CAUSE_ENGINE;
  point_ = {progress.revision(), progress.day()};
  absl::Status held = Hold(point_.revision);
  // What changed since is no longer known: everything may have.
  if (ReasonOf(held) == v1::ERROR_REASON_REVISION_EXPIRED) {
    all_again_ = v1::CHANGE_CAUSE_DATA;
    point_.revision = head->token().revision();
    return Hold(point_.revision);
  }
  if (!held.ok() || held_->token().revision_digest() != progress.revision_digest()) {
    return StartAnew();
  }
  return absl::OkStatus();
}

absl::Status WatchEngine::StartAnew() {
  absl::Status cleared = database_->Clear();
  if (!cleared.ok()) return cleared;
  watch_id_ = RandomBytes(kWatchIdBytes);
  all_again_ = v1::CHANGE_CAUSE_UNSPECIFIED;
  point_ = {store_.Head("")->token().revision(), Today()};
  absl::Status held = Hold(point_.revision);
  return held.ok() ? WriteProgress() : held;
}

absl::Status WatchEngine::Hold(uint64_t revision) {
  auto view = storage::ViewOfRevision(store_, revision, "");
  if (!view.ok()) return view.status();
  held_ = *std::move(view);
  views_ = std::make_unique<ViewsByAuthority>(store_, revision);
  return absl::OkStatus();
}

absl::Status WatchEngine::WriteProgress() {
  storage::v1::WatchProgress progress;
  progress.set_format(kWatchFormat);
  progress.set_watch_id(watch_id_);
  progress.set_store_lineage(held_->token().store_lineage());
  // Not before all that another engine decides was decided by it.
  const bool again = all_again_ != v1::CHANGE_CAUSE_UNSPECIFIED;
  if (!again) progress.set_engine(engine_bytes_);
  progress.set_revision(held_->token().revision());
  progress.set_revision_digest(held_->token().revision_digest());
  progress.set_day(point_.day);
  return database_->Write({Put(ProgressKey(), progress)}, /*durable=*/false);
}

absl::Status WatchEngine::LoadPortfolios() {
  roster_ = Roster();
  auto manifests = store_.ListManifests(point_.revision, 1);
  if (!manifests.ok()) return manifests.status();
  for (const storage::v1::DatasetState& state : manifests->front().datasets()) {
    if (state.dataset().kind() != v1::DATASET_KIND_PORTFOLIOS) continue;
    const std::string& authority = state.dataset().owner();
    absl::Status loaded = ReloadPortfolios(authority, views_.get(), nullptr);
    if (loaded.ok()) loaded = ledger_->ReadEvents(authority, &roster_.authorities()[authority]);
    if (!loaded.ok()) return loaded;
  }
  return absl::OkStatus();
}

// A row of somebody who is not watched any more goes.
absl::Status WatchEngine::LoadRows() {
  std::map<const TrackedMember*, storage::v1::WatchedMemberRow> rows;
  std::vector<std::string> strangers;
  absl::Status fault;
  absl::Status read = database_->ForEach("v", "w", [&](absl::string_view key, auto value) {
    const MemberPlace place = PlaceOf(key);
    TrackedMember* member = roster_.FindMember(place.authority, place.portfolio, place.member);
    if (member == nullptr) strangers.emplace_back(key);
    if (member != nullptr) fault = ParseRow(key, value, &rows[member]);
    return fault.ok();
  });
  if (!read.ok() || !fault.ok()) return read.ok() ? fault : read;
  read = database_->ForEach("r", "s", [&](absl::string_view key, auto value) {
    const MemberPlace place = PlaceOf(key);
    TrackedMember* member = roster_.FindMember(place.authority, place.portfolio, place.member);
    const auto row = rows.find(member);
    if (row == rows.end()) strangers.emplace_back(key);
    if (row == rows.end()) return true;
    storage::v1::WatchedReads reads;
    fault = ParseRow(key, value, &reads);
    const bool has_due = row->second.has_due_day();
    roster_.Note(member, row->second.verdict().verdict(),
                 has_due ? std::make_optional(row->second.due_day()) : std::nullopt, reads);
    return fault.ok();
  });
  if (!read.ok() || !fault.ok()) return read.ok() ? fault : read;
  absl::Status erased = ledger_->Erase(strangers);
  return erased.ok() ? LoadPortfolioRows() : erased;
}

absl::Status WatchEngine::LoadPortfolioRows() {
  for (auto& [name, authority] : roster_.authorities()) {
    for (auto& [id, portfolio] : authority.portfolios) {
      storage::v1::WatchedPortfolioRow row;
      auto known = GetRow(*database_, PortfolioRowKey(name, id), &row);
      if (!known.ok()) return known.status();
      portfolio.known = *known;
      if (*known) portfolio.policy_name = row.policy();
      portfolio.noted_policy = row.policy();
      portfolio.stale_sources = {row.stale_sources().begin(), row.stale_sources().end()};
      FindNotedPolicy(&portfolio);
      auto standing = SourcesOf(portfolio, point_.day, views_.get());
      if (!standing.ok()) return standing.status();
      portfolio.sources_change_on = standing->changes_on;
    }
  }
  return absl::OkStatus();
}

}  // namespace probity::screening
