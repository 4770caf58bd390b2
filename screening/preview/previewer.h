// What a change set that nobody has published would do to verdicts: the members of all
// portfolios, and decisions recorded of late, decided over head and over what head would
// be with it (storage/candidate_view.h). Nothing is written and nobody else sees it.
//
// Members are decided as the watch decides them, as if every list were fresh; those that
// the change set does not touch are not decided at all. What comes out is what a decision
// of everybody before and after the publish would show, no more and no less.
#ifndef PROBITY_SCREENING_PREVIEW_PREVIEWER_H_
#define PROBITY_SCREENING_PREVIEW_PREVIEWER_H_

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "policy/legal_periods.h"
#include "policy/schemes.h"
#include "probity/v1/load.pb.h"
#include "probity/v1/load_preview.pb.h"
#include "screening/commodity_risk.h"
#include "screening/names/name_question.h"
#include "screening/policies/policy_book.h"
#include "screening/watch/watch.h"
#include "storage/evidence/evidence_log.h"
#include "storage/store.h"

namespace probity::screening {

// Decisions that are looked at: recorded within so many days, the newest of each authority.
inline constexpr int kRecentDays = 30;
inline constexpr size_t kMostRecent = 1000;

// All borrowed for the previewer's life.
struct PreviewParts {
  const NameBook& names;  // and the store
  const policy::LegalPeriods& law;
  const policy::SchemeCatalogue& schemes;
  const GoodsAtRisk& goods;
  const PolicyBook& policies;
  const Watch* watch = nullptr;               // nullptr: all members are decided twice
  const storage::EvidenceLog* log = nullptr;  // nullptr: no decisions are looked at
  std::function<absl::Time()> now = &absl::Now;
  int threads = 0;  // that decide, at low priority; 0: as ThreadsOf() says
  // Fewer members than these are decided before the watch has said what it knows.
  size_t few_members = 200;
};

enum class PreviewScope {
  // Members whose BLOCK or REVIEW would be lifted: whoever is CLEAR is not decided. For
  // the question before a commit.
  kLifted,
  // All members that would change, and recorded decisions.
  kAll,
};

struct PreviewQuestion {
  const storage::ChangeSet& changes;  // its file stays as it is meanwhile
  PreviewScope scope = PreviewScope::kAll;
  // Of the caller: his recorded decisions are looked at, with those of all authorities
  // that own a dataset.
  std::string authority;
  // CANCELLED, or whatever ends the preview; asked within every decision, by several
  // threads. May be empty.
  std::function<absl::Status()> still_wanted;
  // Told how far it has come, 0 to 1, never less than before. May be empty.
  std::function<void(double)> progress;
};

// A member or a decision that would come to something else.
struct Impact {
  std::string authority;  // whose it is, who alone may see it: "authorities/{a}", or empty
  v1::LoadImpact shown;
  std::vector<std::string> vanishing_rules;  // that would fire no more
};

struct PreviewCounts {
  uint64_t members_changing = 0;
  uint64_t decisions_evaluated = 0;
  uint64_t decisions_changing = 0;
};

struct PreviewResult {
  // What it was compared with. Who publishes over a later head asks again.
  uint64_t base_revision = 0;
  uint64_t members_evaluated = 0;  // that were looked at, of all authorities
  uint64_t lifted = 0;             // members among all whose BLOCK or REVIEW would be lifted
  // By authority; within one lifted ones first, then new BLOCKs, then by name.
  std::vector<Impact> impacts;
  std::map<std::string, PreviewCounts> counts;  // by authority
};

// The lifted members of all authorities, as a load shows them: whoever passes them on must
// keep each from other authorities than its own, whose name is the beginning of its name.
std::vector<v1::LiftedVerdict> LiftedOf(const PreviewResult& result);

// Thread-safe.
class Previewer {
 public:
  explicit Previewer(PreviewParts parts) : parts_(std::move(parts)) {}

  // Over head, or a later one than when it was called.
  //   ABORTED / LOAD_CONFLICT         the dataset is no longer what the change set was
  //                                   compared with: compare again
  //   INVALID_ARGUMENT / LIMIT_EXCEEDED  more rows than a candidate takes
  //   UNAVAILABLE / INDEX_NOT_READY   names cannot be searched yet
  //   DATA_LOSS / STORE_CORRUPT; errors of `still_wanted`
  absl::StatusOr<PreviewResult> Preview(const PreviewQuestion& question) const;

 private:
  const PreviewParts parts_;
};

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_PREVIEW_PREVIEWER_H_
