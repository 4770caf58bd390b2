// A small store with portfolios, a watch and a log of decisions, previewed; for tests.
#ifndef PROBITY_SCREENING_PREVIEW_TESTING_H_
#define PROBITY_SCREENING_PREVIEW_TESTING_H_

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "evidence/testing.h"
#include "gmock/gmock.h"
#include "screening/preview/previewer.h"
#include "screening/watch/testing.h"
#include "storage/memory/in_memory_evidence_log.h"

namespace probity::screening::testing {

class PreviewWorld : public WatchWorld {
 public:
  PreviewWorld() : log_(evidence::TestKey(0), std::string(16, 'l'), [this] { return NowUs(); }) {}

  // From now on, or until it is closed, a watch that has weighed all there is.
  void OpenWatch() {
    watch_.reset();
    options_ = std::make_unique<WatchOptions>(Options());
    watch_ = Watch::Open(*options_);
    const absl::Status weighed =
        watch_->AwaitWeighed({Head(), today()}, absl::Now() + absl::Seconds(60));
    ASSERT_TRUE(weighed.ok()) << weighed;
  }
  void CloseWatch() { watch_.reset(); }

  // Decides for kAuthority, and records that.
  void Record(const std::string& id, const std::string& text_request) {
    Decided decided = DecideNow(text_request);
    storage::EvidenceEntry entry;
    entry.decision = absl::StrCat(kAuthority, "/decisions/", id);
    entry.core = decided.core_bytes;
    entry.bundle = decided.bundle_bytes;
    entry.personal_texts = std::move(decided.personal);
    entry.revision = decided.core.revision().revision();
    log_.Append(std::move(entry), [](const absl::StatusOr<storage::Recorded>& recorded) {
      ASSERT_TRUE(recorded.ok()) << recorded.status();
    });
  }

  absl::StatusOr<PreviewResult> TryPreview(const PreviewQuestion& question) {
    const WatchOptions options = Options();
    PreviewParts parts{options.names, options.law, options.schemes, options.goods,
                       options.policies};
    parts.watch = watch_.get();
    parts.few_members = 0;
    parts.log = &log_;
    parts.now = options.now;
    parts.threads = 2;
    return Previewer(std::move(parts)).Preview(question);
  }
  PreviewResult Preview(const storage::ChangeSet& changes,
                        PreviewScope scope = PreviewScope::kAll) {
    auto result = TryPreview({changes, scope, kAuthority, nullptr, nullptr});
    EXPECT_TRUE(result.ok()) << result.status();
    return result.ok() ? *std::move(result) : PreviewResult();
  }

 private:
  int64_t NowUs() { return today() * int64_t{24} * 60 * 60 * 1000000; }

  storage::InMemoryEvidenceLog log_;
  std::unique_ptr<WatchOptions> options_;
  std::unique_ptr<Watch> watch_;
};

// Who changes from what to what, in one line.
inline std::string LineOf(const Impact& impact) {
  const v1::LoadImpact& shown = impact.shown;
  return absl::StrCat(shown.member(), shown.decision(), ": ", WorthOf(shown.before()), " -> ",
                      WorthOf(shown.after()), shown.lifted() ? " lifted" : "");
}

}  // namespace probity::screening::testing

#endif  // PROBITY_SCREENING_PREVIEW_TESTING_H_
