#include "screening/preview/previewer.h"

#include <thread>

#include "base/thread_priority.h"
#include "screening/preview/preview_run.h"

namespace probity::screening {
namespace {

// Below calls, which have 0.
constexpr int kNiceness = 10;

}  // namespace

std::vector<v1::LiftedVerdict> LiftedOf(const PreviewResult& result) {
  std::vector<v1::LiftedVerdict> lifted;
  for (const Impact& impact : result.impacts) {
    const bool is_member = impact.shown.subject_case() == v1::LoadImpact::kMember;
    if (!is_member || !impact.shown.lifted()) continue;
    v1::LiftedVerdict& one = lifted.emplace_back();
    one.set_member(impact.shown.member());
    one.set_display_name(impact.shown.display_name());
    one.set_before(impact.shown.before().verdict());
    one.set_after(impact.shown.after().verdict());
    for (const std::string& rule : impact.vanishing_rules) one.add_vanishing_rules(rule);
  }
  return lifted;
}

absl::StatusOr<PreviewResult> Previewer::Preview(const PreviewQuestion& question) const {
  absl::StatusOr<PreviewResult> result = absl::InternalError("no preview was made");
  // Its priority is that of the threads that it starts, and of nobody else.
  std::thread thread([&] {
    LowerThreadPriority(kNiceness);
    PreviewRun run(parts_, question);
    result = run.Go();
  });
  thread.join();
  return result;
}

}  // namespace probity::screening
