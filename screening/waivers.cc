#include "screening/waivers.h"

#include <algorithm>
#include <map>
#include <utility>

#include "base/errors.h"
#include "screening/judgements.h"
#include "screening/own_rows.h"
#include "storage/index_terms.h"
#include "storage/own_datasets.h"

namespace probity::screening {
namespace {

constexpr absl::string_view kCollection = "waivers";

bool IsAbout(const v1::Waiver& row) { return !row.approves().empty() || !row.revokes().empty(); }

// What later rows say of the waivers under the same terms, by the waiver's name.
struct Later {
  std::map<std::string, v1::Waiver> approvals;
  std::map<std::string, v1::Waiver> revocations;
};

void TakeLater(const v1::Waiver& row, Later* later) {
  if (!row.approves().empty()) later->approvals.emplace(row.approves(), row);
  if (!row.revokes().empty()) later->revocations.emplace(row.revokes(), row);
}

void AddLater(const Later& later, v1::Waiver* waiver) {
  const auto approval = later.approvals.find(waiver->name());
  if (approval != later.approvals.end()) {
    waiver->set_approved_by(approval->second.approved_by());
    waiver->set_approval_reason(approval->second.approval_reason());
    *waiver->mutable_in_force_from() = approval->second.in_force_from();
    waiver->set_approval(approval->second.name());
  }
  const auto revocation = later.revocations.find(waiver->name());
  if (revocation != later.revocations.end()) {
    waiver->set_revoked_by(revocation->second.revoked_by());
    waiver->set_revocation_reason(revocation->second.revocation_reason());
    waiver->set_revocation(revocation->second.name());
  }
}

absl::StatusOr<v1::WaiverState> StateOf(const storage::View& view, const v1::Waiver& waiver,
                                        DayNumber day) {
  if (!waiver.revocation().empty()) return v1::WAIVER_STATE_REVOKED;
  if (day > LastDay(waiver.last_day())) return v1::WAIVER_STATE_ENDED;
  auto subject = SubjectFingerprint(view, waiver.subject());
  if (!subject.ok()) return subject.status();
  if (subject->value_or("") != waiver.subject_fingerprint()) return v1::WAIVER_STATE_REOPENED;
  const bool approved = !waiver.approval().empty() && FirstDay(waiver.in_force_from()) <= day;
  return approved ? v1::WAIVER_STATE_IN_FORCE : v1::WAIVER_STATE_REQUESTED;
}

}  // namespace

std::string WaiverName(absl::string_view authority, absl::string_view key) {
  return OwnName(authority, kCollection, key);
}

absl::StatusOr<v1::Waiver> FindWaiver(const storage::View& view, const std::string& name) {
  auto row = FindOwnRow(view, v1::DATASET_KIND_WAIVERS, kCollection, name);
  if (!row.ok()) return row.status();
  if (!row->has_value()) return WaiverNotFound(name);
  v1::Waiver waiver = (*row)->waiver();
  waiver.set_name(name);
  return waiver;
}

absl::StatusOr<std::vector<v1::Waiver>> WaiversFor(const storage::View& view,
                                                   const std::set<std::string>& terms,
                                                   DayNumber day) {
  auto rows =
      OwnRowsUnder(view, v1::DATASET_KIND_WAIVERS, storage::IndexKind::kWaiverSubject, terms);
  if (!rows.ok()) return rows.status();
  Later later;
  std::vector<v1::Waiver> waivers;
  for (auto& [key, record] : *rows) {
    v1::Waiver& row = *record.mutable_waiver();
    row.set_name(WaiverName(view.authority(), key));
    if (IsAbout(row)) {
      TakeLater(row, &later);
    } else {
      waivers.push_back(std::move(row));
    }
  }
  for (v1::Waiver& waiver : waivers) {
    AddLater(later, &waiver);
    auto state = StateOf(view, waiver, day);
    if (!state.ok()) return state.status();
    waiver.set_state(*state);
  }
  return waivers;
}

absl::StatusOr<v1::Waiver> WeighWaiver(const storage::View& view, const v1::Waiver& stored,
                                       DayNumber day) {
  if (IsAbout(stored)) return stored;
  auto all = WaiversFor(view, storage::JudgementTerms(stored.subject()), day);
  if (!all.ok()) return all.status();
  const auto found = std::find_if(
      all->begin(), all->end(), [&](const v1::Waiver& one) { return one.name() == stored.name(); });
  if (found == all->end()) return stored;
  return std::move(*found);
}

}  // namespace probity::screening
