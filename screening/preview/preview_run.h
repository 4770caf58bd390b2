// One preview: opens head and the candidate, finds out whom they differ for, and decides
// these. Used once.
#ifndef PROBITY_SCREENING_PREVIEW_PREVIEW_RUN_H_
#define PROBITY_SCREENING_PREVIEW_PREVIEW_RUN_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "probity/v1/portfolio.pb.h"
#include "screening/preview/comparison.h"
#include "screening/preview/known_members.h"
#include "screening/preview/previewer.h"
#include "storage/candidate_rows.h"

namespace probity::screening {

class PreviewRun {
 public:
  // Borrows both.
  PreviewRun(const PreviewParts& parts, const PreviewQuestion& question);

  absl::StatusOr<PreviewResult> Go();

 private:
  // A portfolio whose members are looked at, over head and over the candidate.
  struct Watched {
    const BothViews* views = nullptr;
    std::string id;
    v1::Portfolio before, after;
    std::shared_ptr<const WatchPolicy> policy;
  };
  // What is to be decided: a member of a portfolio, or a recorded decision.
  struct Task {
    const BothViews* views = nullptr;
    const Watched* portfolio = nullptr;  // nullptr: a decision
    std::string name;                    // bare id of the member, name of the decision
    const KnownMembers::Known* known = nullptr;
  };

  // Members of all portfolios that may change, `most` at the most: so many are no news.
  absl::StatusOr<size_t> CountMembers(size_t most) const;
  // Head, the candidate and its names.
  absl::Status Open();
  absl::Status AddAuthority(const std::string& authority);
  absl::Status ReadKnown();
  // Whose members and decisions are looked at.
  absl::StatusOr<std::vector<std::string>> Authorities() const;

  absl::Status AddMembers(const BothViews& views);
  absl::Status AddPortfolio(const BothViews& views, const std::string& id);
  absl::Status AddMember(const Watched& portfolio, const std::string& member);
  absl::Status AddDecisions(const BothViews& views);
  std::shared_ptr<const WatchPolicy> PolicyFor(const std::string& name,
                                               const std::string& authority);

  absl::Status DecideAll();
  absl::StatusOr<std::optional<Impact>> Decide(const Task& task) const;
  absl::StatusOr<std::optional<Impact>> DecideMember(const Task& task) const;
  absl::StatusOr<std::optional<Impact>> DecideDecision(const Task& task) const;
  PreviewResult Finish();
  void Tell(double share) const;

  const PreviewParts& parts_;
  const PreviewQuestion& question_;
  const int threads_;
  const Asking asking_;
  const std::string owner_;  // of the dataset that changes; empty: everybody sees it

  uint64_t revision_ = 0;
  std::shared_ptr<const storage::View> held_;  // so that the revision is not swept
  std::shared_ptr<const storage::CandidateRows> rows_;
  std::map<std::string, BothViews> views_;  // by authority
  std::unique_ptr<const storage::NameIndex> index_;
  std::shared_ptr<const ChangedHashes> hashes_;
  std::optional<ChangedNames> names_;
  std::optional<Comparison> comparison_;
  KnownMembers known_;
  std::vector<std::unique_ptr<Watched>> portfolios_;
  std::map<std::string, std::shared_ptr<const WatchPolicy>> policies_;
  std::vector<Task> tasks_;
  PreviewResult result_;
};

}  // namespace probity::screening

#endif  // PROBITY_SCREENING_PREVIEW_PREVIEW_RUN_H_
