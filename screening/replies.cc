#include "screening/replies.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/errors.h"
#include "screening/own_rows.h"
#include "storage/index_terms.h"
#include "storage/own_datasets.h"

namespace probity::screening {
namespace {

constexpr absl::string_view kCollection = "replies";

bool IsAbout(const v1::Reply& row) { return !row.assesses().empty() || !row.withdraws().empty(); }

// What later rows say, by the name of the reply: the latest assessment up to a day, and
// the first withdrawal.
struct Later {
  std::map<std::string, v1::Reply> assessments;
  std::map<std::string, v1::Reply> withdrawals;
};

void TakeLater(const v1::Reply& row, DayNumber day, Later* later) {
  if (!row.withdraws().empty()) later->withdrawals.emplace(row.withdraws(), row);
  if (row.assesses().empty() || FirstDay(row.assessed_on()) > day) return;
  later->assessments[row.assesses()] = row;
}

void AddLater(const Later& later, v1::Reply* reply) {
  reply->set_state(v1::REPLY_STATE_RECORDED);
  const auto assessment = later.assessments.find(reply->name());
  if (assessment != later.assessments.end()) {
    reply->set_state(v1::REPLY_STATE_ASSESSED);
    reply->set_outcome(assessment->second.outcome());
    reply->set_reasons(assessment->second.reasons());
    reply->set_assessed_by(assessment->second.assessed_by());
    *reply->mutable_assessed_on() = assessment->second.assessed_on();
    reply->set_assessment(assessment->second.name());
  }
  const auto withdrawal = later.withdrawals.find(reply->name());
  if (withdrawal == later.withdrawals.end()) return;
  reply->set_state(v1::REPLY_STATE_WITHDRAWN);
  reply->set_withdrawn_by(withdrawal->second.name());
}

std::set<std::string> TermsOf(const std::vector<std::string>& about) {
  std::set<std::string> terms;
  for (const std::string& name : about) {
    const auto ref = storage::RecordRef::FromName(name);
    if (ref) terms.insert(storage::RecordTerm(ref->dataset, ref->key));
  }
  return terms;
}

}  // namespace

std::string ReplyName(absl::string_view authority, absl::string_view key) {
  return OwnName(authority, kCollection, key);
}

absl::StatusOr<v1::Reply> FindReply(const storage::View& view, const std::string& name) {
  auto row = FindOwnRow(view, v1::DATASET_KIND_REPLIES, kCollection, name);
  if (!row.ok()) return row.status();
  if (!row->has_value()) return ReplyNotFound(name);
  v1::Reply reply = (*row)->reply();
  reply.set_name(name);
  return reply;
}

absl::StatusOr<std::vector<v1::Reply>> RepliesTo(const storage::View& view,
                                                 const std::vector<std::string>& about,
                                                 DayNumber day) {
  auto rows =
      OwnRowsUnder(view, v1::DATASET_KIND_REPLIES, storage::IndexKind::kReplyAbout, TermsOf(about));
  if (!rows.ok()) return rows.status();
  Later later;
  std::vector<v1::Reply> replies;
  for (auto& [key, record] : *rows) {
    v1::Reply& row = *record.mutable_reply();
    row.set_name(ReplyName(view.authority(), key));
    if (IsAbout(row)) {
      TakeLater(row, day, &later);
    } else {
      replies.push_back(std::move(row));
    }
  }
  for (v1::Reply& reply : replies) AddLater(later, &reply);
  return replies;
}

absl::StatusOr<v1::Reply> WeighReply(const storage::View& view, const v1::Reply& stored,
                                     DayNumber day) {
  if (IsAbout(stored)) return stored;
  auto all = RepliesTo(view, {stored.about()}, day);
  if (!all.ok()) return all.status();
  const auto found = std::find_if(
      all->begin(), all->end(), [&](const v1::Reply& one) { return one.name() == stored.name(); });
  if (found == all->end()) return stored;
  return std::move(*found);
}

}  // namespace probity::screening
