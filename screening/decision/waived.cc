#include "screening/decision/waived.h"

#include <set>
#include <string>
#include <utility>

#include "screening/waivers.h"
#include "storage/index_terms.h"

namespace probity::screening {

absl::Status AddWaivers(const storage::View& view, DayNumber day, const Identified& identified,
                        const v1::ScreenedSubject& asked, v1::SubjectEvidence* evidence) {
  std::set<std::string> terms = identified.subject.terms;
  if (asked.ref().has_vendor()) {
    v1::JudgedSubject vendor;
    *vendor.mutable_vendor() = asked.ref().vendor();
    terms.merge(storage::JudgementTerms(vendor));
  }
  auto waivers = WaiversFor(view, terms, day);
  if (!waivers.ok()) return waivers.status();
  for (v1::Waiver& one : *waivers) {
    if (one.state() != v1::WAIVER_STATE_IN_FORCE) continue;
    // Without a salt: whoever has it could try which party is meant.
    one.clear_subject_fingerprint();
    *evidence->add_waivers() = std::move(one);
  }
  return absl::OkStatus();
}

}  // namespace probity::screening
