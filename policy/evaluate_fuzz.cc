// Any bytes as a bundle: evaluation ends, twice in the same core, and never
// clears or blocks whom it does not know.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>

#include "google/protobuf/text_format.h"
#include "policy/compile.h"
#include "policy/evaluate.h"
#include "policy/random_policy.h"

namespace {

// Random policies, the same with every run, so that all predicates are there.
const std::vector<probity::policy::CompiledPolicy>& Policies() {
  static const auto& policies = *[] {
    auto* made = new std::vector<probity::policy::CompiledPolicy>();
    const auto countries =
        probity::Countries::FromCsv(
            "alpha2,name,other_names\nDE,Germany,\nUS,United States,\nCN,China,\nTR,Turkey,\n")
            .value();
    const auto groups =
        probity::policy::CountryGroups::FromCsv("group,country,from,to\nEU,DE,,\n").value();
    probity::policy::RandomPolicies random(1);
    while (made->size() < 20) {
      std::string text;
      google::protobuf::TextFormat::PrintToString(random.MakePolicy(), &text);
      const auto result = probity::policy::CompilePolicy(text, {}, {countries, groups});
      if (result.policy != nullptr) made->push_back(*result.policy);
    }
    return made;
  }();
  return policies;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  probity::v1::EvidenceBundle bundle;
  if (!bundle.ParseFromArray(data, static_cast<int>(size))) return 0;
  for (const auto& policy : Policies()) {
    const probity::v1::DecisionCore core = probity::policy::Evaluate(policy, bundle);
    const std::string bytes = core.SerializeAsString();
    if (bytes != probity::policy::Evaluate(policy, bundle).SerializeAsString()) std::abort();
    if (core.verdict() == probity::v1::VERDICT_UNSPECIFIED) std::abort();
    const bool known = core.identity() == probity::v1::IDENTITY_STATE_CONFIRMED ||
                       core.identity() == probity::v1::IDENTITY_STATE_ASSERTED;
    if (!known && core.verdict() == probity::v1::VERDICT_CLEAR) std::abort();
  }
  return 0;
}
