// One request decided over head and over a candidate.
#ifndef PROBITY_SCREENING_PREVIEW_COMPARISON_H_
#define PROBITY_SCREENING_PREVIEW_COMPARISON_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/civil_day.h"
#include "probity/v1/screening_service.pb.h"
#include "probity/v1/watch.pb.h"
#include "screening/commodity_risk.h"
#include "screening/preview/previewer.h"
#include "screening/watch/goods_dates.h"
#include "screening/watch/touched.h"
#include "screening/watch/weigh.h"
#include "storage/candidate_view.h"
#include "storage/names/name_index.h"
#include "storage/store.h"

namespace probity::screening {

// What one authority sees of both, and whom the difference touches.
struct BothViews {
  std::shared_ptr<const storage::View> base;
  std::shared_ptr<const storage::CandidateView> candidate;
  Touched touched;

  std::string authority() const { return std::string(base->authority()); }
};

// A request as it is over head and over the candidate, and by which policy.
struct Case {
  const BothViews& views;
  const WatchPolicy& policy;
  v1::ScreenSupplierRequest before, after;
  // What it is known to come to over head. It is weighed again before it is told.
  std::optional<v1::WatchedVerdict> known;
};

struct Difference {
  v1::WatchedVerdict before, after;  // `after` without a revision
  std::string display_name;          // as asked, else as on record
  std::vector<std::string> records;  // changed ones that were read, at most 10
};

// True when a BLOCK became less, or a REVIEW a CLEAR.
bool IsLifted(v1::Verdict before, v1::Verdict after);

// Thread-safe.
class Comparison {
 public:
  // All borrowed. `index` is of the candidate, `names` those that it changes.
  Comparison(const PreviewParts& parts, const storage::NameIndex& index, const ChangedNames& names,
             PreviewScope scope, const Asking& asking);

  // nullopt: it comes to the same, or to nothing that is asked for. Errors of Weigh().
  absl::StatusOr<std::optional<Difference>> Compare(const Case& of) const;

 private:
  class ChangedReads;
  absl::StatusOr<Weighed> WeighBefore(const Case& of, ChangedReads* reads) const;
  absl::StatusOr<Weighed> WeighAfter(const Case& of, ChangedReads* reads) const;
  bool IsAskedFor(v1::Verdict before, v1::Verdict after) const;
  absl::StatusOr<Difference> Describe(const Case& of, Weighed before, Weighed after,
                                      const ChangedReads& reads) const;

  const PreviewParts& parts_;
  const ChangedNames& names_;
  const PreviewScope scope_;
  const Asking& asking_;
  const NameBook after_names_;
  // The candidate's version of a dataset may come again with other rows.
  const GoodsAtRisk after_goods_;
  const GoodsDates before_dates_, after_dates_;
};

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_PREVIEW_COMPARISON_H_
