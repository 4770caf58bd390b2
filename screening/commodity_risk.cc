#include "screening/commodity_risk.h"

#include <algorithm>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "base/errors.h"
#include "policy/listing.h"
#include "screening/facts.h"
#include "screening/risk_flags.h"
#include "screening/validate.h"
#include "storage/timeline.h"

namespace probity::screening {
namespace {

constexpr int kMaxMeasures = 100;
// Versions of lists that are remembered: those of today and some that past
// decisions are derived again from.
constexpr size_t kMostKept = 32;

// Reads the lines of one list and keeps those that fit.
class Matcher {
 public:
  Matcher(const v1::CheckCommodityRiskRequest& request, DayNumber day)
      : request_(request), day_(day) {}

  void Read(const GoodsLine& line, const v1::SourceEdition& edition) {
    const storage::v1::RecordRow& row = line.row;
    const v1::Record* record = LineOn(row);
    if (record == nullptr || !record->has_commodity_risk()) return;
    if (!MayShow(row, *record)) return;
    const v1::CommodityRisk& risk = record->commodity_risk();
    const std::optional<v1::MappingFit> fit = policy::FitOf(risk, request_.commodity());
    if (!fit) return;
    const policy::Intervals intervals =
        policy::EffectiveIntervals(risk, storage::ListingIntervals(row));
    if (policy::StateOn(intervals, day_) != policy::ListingState::kInForce) return;
    // The list speaks of such goods, wherever they come from.
    covered_ = true;
    const policy::OriginRelation origin = policy::RelateOrigins(risk.origin(), request_.origin());
    if (origin == policy::OriginRelation::kElsewhere) return;
    v1::CommodityRiskMatch& match = matches_.emplace_back();
    *match.mutable_risk() = risk;
    for (const v1::DateInterval& one : intervals) *match.add_listing_intervals() = one;
    match.set_fit(*fit);
    match.set_through_input(
        std::count(risk.harms().begin(), risk.harms().end(), v1::LABOUR_HARM_DERIVED) > 0);
    match.set_origin_differs_in_level(origin == policy::OriginRelation::kOtherLevel);
    match.mutable_provenance()->set_source_record(line.ref.Name());
    *match.mutable_provenance()->mutable_edition() = edition;
  }

  v1::CheckCommodityRiskResponse Finish() {
    std::sort(matches_.begin(), matches_.end(),
              [](const auto& a, const auto& b) { return Rank(a) < Rank(b); });
    v1::CheckCommodityRiskResponse response;
    response.set_result(!matches_.empty() ? v1::COMMODITY_RISK_RESULT_LISTED
                        : covered_        ? v1::COMMODITY_RISK_RESULT_NOT_LISTED
                                          : v1::COMMODITY_RISK_RESULT_NOT_COVERED);
    for (v1::CommodityRiskMatch& match : matches_) *response.add_matches() = std::move(match);
    return response;
  }

 private:
  static std::tuple<int, bool, absl::string_view> Rank(const v1::CommodityRiskMatch& match) {
    return {match.fit(), match.origin_differs_in_level(), match.provenance().source_record()};
  }

  // A line that states its own listing is read whatever the editions say.
  const v1::Record* LineOn(const storage::v1::RecordRow& row) const {
    if (const v1::Record* record = storage::RecordAt(row, day_)) return record;
    const v1::Record& latest = storage::LatestRecord(row);
    return latest.commodity_risk().listing_intervals().empty() ? nullptr : &latest;
  }

  const v1::CheckCommodityRiskRequest& request_;
  const DayNumber day_;
  std::vector<v1::CommodityRiskMatch> matches_;
  bool covered_ = false;
};

}  // namespace

void GoodsAtRisk::ForgetOldest() const {
  const auto oldest = std::min_element(
      kept_.begin(), kept_.end(),
      [](const auto& a, const auto& b) { return a.second.asked < b.second.asked; });
  kept_.erase(oldest);
}

absl::StatusOr<GoodsAtRisk::Lines> GoodsAtRisk::LinesOf(
    const storage::View& view, const storage::v1::DatasetState& state) const {
  const std::pair<uint32_t, uint32_t> version(state.number(), state.version());
  {
    absl::MutexLock lock(&mutex_);
    const auto known = kept_.find(version);
    if (known != kept_.end()) {
      known->second.asked = ++questions_;
      return known->second.lines;
    }
  }
  auto lines = std::make_shared<std::vector<GoodsLine>>();
  const std::string id(storage::BareDatasetId(state.dataset().name()));
  absl::Status read =
      view.ForEachRecord(id, [&](absl::string_view key, const storage::v1::RecordRow& row) {
        const bool is_line =
            std::any_of(row.segments().begin(), row.segments().end(),
                        [](const auto& segment) { return segment.record().has_commodity_risk(); });
        if (is_line) lines->push_back({{id, std::string(key)}, row});
        return true;
      });
  if (!read.ok()) return read;
  absl::MutexLock lock(&mutex_);
  if (kept_.size() >= kMostKept) ForgetOldest();
  kept_[version] = {lines, ++questions_};
  return lines;
}

absl::StatusOr<v1::CheckCommodityRiskResponse> CheckCommodityRisk(
    const storage::View& view, const GoodsAtRisk& goods, const policy::LegalPeriods& law,
    const v1::CheckCommodityRiskRequest& request, DayNumber today) {
  absl::Status status = ValidateCommodity(request.commodity(), "commodity");
  if (!status.ok()) return status;
  status = ValidatePlace("origin", request.origin());
  if (!status.ok()) return status;
  absl::StatusOr<DayNumber> day = ReadAsOf(request.has_as_of(), request.as_of(), today);
  if (!day.ok()) return day.status();
  Matcher matcher(request, *day);
  std::vector<v1::SourceEdition> lists;
  for (const storage::v1::DatasetState& state : view.manifest().datasets()) {
    if (!Holds(state, {v1::Record::kCommodityRiskFieldNumber})) continue;
    lists.push_back(EditionOf(state));
    auto lines = goods.LinesOf(view, state);
    if (!lines.ok()) return lines.status();
    for (const GoodsLine& line : **lines) matcher.Read(line, lists.back());
  }
  v1::CheckCommodityRiskResponse response = matcher.Finish();
  for (const v1::SourceEdition& edition : lists) *response.add_sources() = edition;
  auto bans = FindBans(view, law, request.commodity(), request.origin(), *day);
  if (!bans.ok()) return bans.status();
  for (v1::ListedRiskFlag& ban : *bans) {
    if (response.measures_size() < kMaxMeasures) *response.add_measures() = std::move(ban);
  }
  return response;
}

}  // namespace probity::screening
