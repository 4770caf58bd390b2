// Any text as a policy: it compiles or is refused with a fault that has a
// problem, and what compiles evaluates.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "policy/compile.h"
#include "policy/evaluate.h"
#include "policy/suite.h"

namespace {

const probity::policy::PolicyTables& Tables() {
  static const auto& countries = *new probity::Countries(
      probity::Countries::FromCsv("alpha2,name,other_names\nDE,Germany,\nUS,United States,\n")
          .value());
  static const auto& groups = *new probity::policy::CountryGroups(
      probity::policy::CountryGroups::FromCsv("group,country,from,to\nEU,DE,,\n").value());
  static const auto& tables = *new probity::policy::PolicyTables{countries, groups};
  return tables;
}

// Something of every scope, so that every predicate is asked.
const probity::v1::EvidenceBundle& Bundle() {
  static const auto& bundle = *[] {
    auto* made = new probity::v1::EvidenceBundle();
    made->mutable_purchase()->add_items()->set_item_id("i");
    made->mutable_as_of()->set_year(2026);
    made->mutable_as_of()->set_month(11);
    made->mutable_as_of()->set_day(26);
    probity::v1::SubjectEvidence* subject = made->add_subjects();
    subject->add_facts()->add_path();
    subject->add_findings();
    subject->add_declarations();
    subject->add_candidates();
    made->add_items()->set_item_id("i");
    made->mutable_items(0)->add_measures();
    made->mutable_items(0)->add_risks();
    made->add_requirements();
    return made;
  }();
  return bundle;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  const probity::policy::Compilation result =
      probity::policy::CompilePolicy(text, {std::string(text)}, Tables());
  if ((result.policy == nullptr) != !result.faults.empty()) std::abort();
  for (const auto& fault : result.faults) {
    if (fault.problem.empty() || fault.line < 0) std::abort();
  }
  if (result.policy == nullptr) return 0;
  const auto core = probity::policy::Evaluate(*result.policy, Bundle());
  if (core.verdict() == probity::v1::VERDICT_CLEAR) std::abort();  // nobody is identified
  for (const std::string& id : result.policy->RuleIds()) result.policy->Reads(id);
  probity::policy::RunSuite(*result.policy, text);
  return 0;
}
