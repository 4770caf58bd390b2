// What holds whatever a policy says, over some thousands of random policies and
// bundles.
#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "policy/program.h"
#include "policy/promises_testing.h"

namespace probity::policy {
namespace {

// What follows would say nothing of cores that are all alike.
TEST(PromisesTest, RandomCoresAreOfAllKinds) {
  int count[4] = {};
  int limited = 0, unchecked = 0;
  ForAll(1, [&](const auto& policy, const auto& bundle, auto* random) {
    const v1::DecisionCore core = Evaluate(policy, bundle);
    ++count[core.verdict()];
    limited += std::any_of(core.findings().begin(), core.findings().end(),
                           [](const auto& finding) { return finding.limits_size() > 0; });
    unchecked += core.not_checked_size() > 0;
    return true;
  });
  EXPECT_GT(count[v1::VERDICT_CLEAR], kRuns / 50);
  EXPECT_GT(count[v1::VERDICT_REVIEW], kRuns / 5);
  EXPECT_GT(count[v1::VERDICT_BLOCK], kRuns / 20);
  EXPECT_GT(limited, kRuns / 10);
  EXPECT_GT(unchecked, kRuns / 10);
}

TEST(PromisesTest, ANameAloneNeverBlocks) {
  ForAll(2, [](const auto& policy, v1::EvidenceBundle bundle, auto* random) {
    for (auto& subject : *bundle.mutable_subjects()) {
      for (auto& fact : *subject.mutable_facts()) fact.set_basis(v1::FACT_BASIS_NAME);
    }
    const v1::DecisionCore core = Evaluate(policy, bundle);
    return std::none_of(core.subjects().begin(), core.subjects().end(),
                        [](const auto& subject) { return subject.verdict() == v1::VERDICT_BLOCK; });
  });
}

// A judgement joins a record to a subject only where it is named, so that an auditor
// finds who said so.
TEST(PromisesTest, AJudgementThatIsNotNamedNeverBlocks) {
  ForAll(18, [](const auto& policy, v1::EvidenceBundle bundle, auto* random) {
    for (auto& subject : *bundle.mutable_subjects()) {
      for (auto& fact : *subject.mutable_facts()) {
        fact.add_edges()->set_basis(v1::EDGE_BASIS_JUDGEMENT);
      }
    }
    const v1::DecisionCore core = Evaluate(policy, bundle);
    return std::none_of(core.subjects().begin(), core.subjects().end(),
                        [](const auto& subject) { return subject.verdict() == v1::VERDICT_BLOCK; });
  });
}

// What people judged of other parties, and what they took back, is no evidence: a bundle
// gives the same core without it.
TEST(PromisesTest, JudgementsThemselvesDecideNothing) {
  ForAll(19, [](const auto& policy, v1::EvidenceBundle bundle, auto* random) {
    const v1::DecisionCore before = Evaluate(policy, bundle);
    for (auto& subject : *bundle.mutable_subjects()) {
      v1::Judgement* judgement = subject.add_judgements();
      judgement->set_outcome(random->OneIn(2) ? v1::JUDGEMENT_OUTCOME_IS
                                              : v1::JUDGEMENT_OUTCOME_IS_NOT);
      judgement->set_state(v1::JUDGEMENT_STATE_STANDING);
    }
    return TextOf(Evaluate(policy, bundle)) == TextOf(before);
  });
}

TEST(PromisesTest, NothingBlocksWhoIsNotKnownForCertain) {
  ForAll(3, [](const auto& policy, v1::EvidenceBundle bundle, auto* random) {
    for (auto& subject : *bundle.mutable_subjects()) {
      if (subject.identity() == v1::IDENTITY_STATE_CONFIRMED) {
        subject.set_identity(v1::IDENTITY_STATE_ASSERTED);
      }
    }
    return Evaluate(policy, bundle).verdict() != v1::VERDICT_BLOCK;
  });
}

TEST(PromisesTest, NotFoundNeverReadsAsClear) {
  ForAll(4, [](const auto& policy, v1::EvidenceBundle bundle, auto* random) {
    v1::SubjectEvidence& subject = *bundle.mutable_subjects(random->Below(bundle.subjects_size()));
    subject.set_identity(random->OneIn(2) ? v1::IDENTITY_STATE_AMBIGUOUS
                                          : v1::IDENTITY_STATE_UNIDENTIFIED);
    const v1::DecisionCore core = Evaluate(policy, bundle);
    const auto& verdicts = core.subjects();
    return core.verdict() != v1::VERDICT_CLEAR &&
           std::none_of(verdicts.begin(), verdicts.end(), [&](const auto& one) {
             return one.path() == subject.path() && one.verdict() == v1::VERDICT_CLEAR;
           });
  });
}

TEST(PromisesTest, ClearMeansAllOfIt) {
  ForAll(5, [](const auto& policy, const auto& bundle, auto* random) {
    const v1::DecisionCore core = Evaluate(policy, bundle);
    if (core.verdict() != v1::VERDICT_CLEAR) return !core.next_steps().empty();
    const auto& subjects = core.subjects();
    return core.evidence() == v1::EVIDENCE_STATE_COMPLETE &&
           core.risk() == v1::RISK_STATE_NONE_FOUND && core.reasons().empty() &&
           core.next_steps().empty() && core.missing_sources().empty() &&
           std::all_of(subjects.begin(), subjects.end(), [&](const auto& one) {
             return one.verdict() == v1::VERDICT_CLEAR &&
                    (one.identity() == v1::IDENTITY_STATE_CONFIRMED ||
                     (one.identity() == v1::IDENTITY_STATE_ASSERTED &&
                      policy.program().allow_asserted));
           });
  });
}

TEST(PromisesTest, BlockMeansAMandatoryGroundThatBinds) {
  ForAll(6, [](const auto& policy, const auto& bundle, auto* random) {
    const v1::DecisionCore core = Evaluate(policy, bundle);
    if (core.verdict() != v1::VERDICT_BLOCK) return true;
    if (core.risk() != v1::RISK_STATE_BINDING_GROUND) return false;
    return std::any_of(core.findings().begin(), core.findings().end(), [](const auto& finding) {
      return finding.purchase_effect() == v1::RULE_EFFECT_BLOCK &&
             finding.discretion() == v1::DISCRETION_MANDATORY && !finding.legal_basis().empty();
    });
  });
}

TEST(PromisesTest, OnlyAFreezeBlocksAPayment) {
  ForAll(7, [](const auto& policy, v1::EvidenceBundle bundle, auto* random) {
    bundle.mutable_purchase()->set_purpose(v1::PURPOSE_PAYMENT);
    const v1::DecisionCore core = Evaluate(policy, bundle);
    return std::none_of(core.findings().begin(), core.findings().end(), [&](const auto& finding) {
      const auto& rules = policy.program().rules;
      const auto rule = std::find_if(rules.begin(), rules.end(), [&](const auto& one) {
        return one.rule->id() == finding.rule_id();
      });
      return finding.purchase_effect() == v1::RULE_EFFECT_BLOCK && !rule->rule->freeze();
    });
  });
}

// Who pays must know a freeze from other grounds, and whether anybody asked for one.
TEST(PromisesTest, FindingsTellTheirRulesAndFreezes) {
  ForAll(19, [](const auto& policy, const auto& bundle, auto* random) {
    const v1::DecisionCore core = Evaluate(policy, bundle);
    const auto& rules = policy.program().rules;
    const bool weighs =
        std::any_of(rules.begin(), rules.end(), [](const auto& one) { return one.rule->freeze(); });
    return core.weighs_freezes() == weighs &&
           std::all_of(core.findings().begin(), core.findings().end(), [&](const auto& finding) {
             const auto rule = std::find_if(rules.begin(), rules.end(), [&](const auto& one) {
               return one.rule->id() == finding.rule_id();
             });
             return finding.title() == rule->rule->title() &&
                    finding.freeze() == rule->rule->freeze();
           });
  });
}

// What an earlier engine decided comes out as it was.
TEST(PromisesTest, BundlesOfTheFirstEngineTellNothingOfThat) {
  ForAll(20, [](const auto& policy, v1::EvidenceBundle bundle, auto* random) {
    bundle.mutable_engine()->set_evaluation(1);
    const v1::DecisionCore core = Evaluate(policy, bundle);
    return !core.weighs_freezes() &&
           std::all_of(core.findings().begin(), core.findings().end(), [](const auto& finding) {
             return finding.title().empty() && !finding.freeze();
           });
  });
}

TEST(PromisesTest, ForeignLawNeverBlocks) {
  RandomPolicies random(8);
  for (int i = 0; i < kRuns; ++i) {
    const CompiledPolicy policy = Valid([&] {
      v1::Policy made = random.MakePolicy();
      made.clear_binds();
      made.add_binds("BR");
      return made;
    });
    ASSERT_NE(Evaluate(policy, random.MakeBundle()).verdict(), v1::VERDICT_BLOCK);
  }
}

TEST(PromisesTest, ACertificateNeverCancelsAFlag) {
  ForAll(9, [](const auto& policy, const auto& bundle, auto* random) {
    v1::EvidenceBundle more = bundle;
    more.mutable_purchase()->add_requirements()->set_requirement_id("added");
    v1::RequirementEvidence* evidence = more.add_requirements();
    evidence->set_requirement_id("added");
    evidence->mutable_certification()->set_result(v1::CERTIFICATION_RESULT_VALID);
    const v1::DecisionCore before = Evaluate(policy, bundle);
    const v1::DecisionCore after = Evaluate(policy, more);
    return after.verdict() >= before.verdict() && after.risk() == before.risk();
  });
}

TEST(PromisesTest, WhatCertificatesSayNeverChangesTheRisk) {
  ForAll(10, [](const auto& policy, const auto& bundle, auto* random) {
    v1::EvidenceBundle valid = bundle;
    for (auto& requirement : *valid.mutable_requirements()) {
      requirement.mutable_certification()->set_result(v1::CERTIFICATION_RESULT_VALID);
    }
    const auto risks = [](const v1::DecisionCore& core) {
      std::string text;
      for (const auto& finding : core.findings()) {
        if (finding.requirement_id().empty()) absl::StrAppend(&text, TextOf(finding));
      }
      return text;
    };
    const v1::DecisionCore before = Evaluate(policy, bundle);
    const v1::DecisionCore after = Evaluate(policy, valid);
    const bool blocked = before.verdict() == v1::VERDICT_BLOCK;
    return risks(before) == risks(after) && (!blocked || after.verdict() == v1::VERDICT_BLOCK);
  });
}

TEST(PromisesTest, AnotherFactNeverLowersTheVerdict) {
  ForAll(11, [](const auto& policy, const auto& bundle, auto* random) {
    v1::EvidenceBundle more = bundle;
    *more.mutable_subjects(random->Below(more.subjects_size()))->add_facts() =
        random->MakeFact("f999");
    const v1::DecisionCore before = Evaluate(policy, bundle);
    const v1::DecisionCore after = Evaluate(policy, more);
    return after.verdict() >= before.verdict() && after.risk() >= before.risk();
  });
}

// Takes a detail away that some rule may need.
void Forget(v1::SubjectFact* fact, RandomPolicies* random) {
  v1::ListedRiskFlag& listed = *fact->mutable_flag();
  switch (random->Below(7)) {
    case 0:
      listed.clear_state();
      return;
    case 1:
      listed.mutable_flag()->clear_severity();
      return;
    case 2:
      listed.mutable_flag()->clear_jurisdiction();
      return;
    case 3:
      listed.mutable_flag()->clear_decided_on();
      return;
    case 4:
      listed.mutable_flag()->clear_event();
      return;
    case 5:
      if (listed.has_legal_measure()) listed.mutable_legal_measure()->clear_binding_in();
      return;
    default:
      for (auto& step : *fact->mutable_path()) step.clear_share_percent();
  }
}

TEST(PromisesTest, WhatIsNotKnownOfAFactNeverTurnsReviewIntoClear) {
  int reviews = 0;
  ForAll(12, [&](const auto& policy, const auto& bundle, auto* random) {
    const v1::DecisionCore before = Evaluate(policy, bundle);
    v1::EvidenceBundle less = bundle;
    for (auto& subject : *less.mutable_subjects()) {
      for (auto& fact : *subject.mutable_facts()) Forget(&fact, random);
    }
    if (before.verdict() == v1::VERDICT_CLEAR) return true;
    ++reviews;
    return Evaluate(policy, less).verdict() != v1::VERDICT_CLEAR;
  });
  EXPECT_GT(reviews, kRuns / 5);
}

TEST(PromisesTest, WhatIsRequiredAndMissingIsNeverClear) {
  ForAll(13, [](const auto& policy, v1::EvidenceBundle bundle, auto* random) {
    if (policy.program().required_inputs.empty()) return true;
    for (auto& item : *bundle.mutable_purchase()->mutable_items()) item.clear_origin();
    return Evaluate(policy, bundle).verdict() != v1::VERDICT_CLEAR;
  });
}

TEST(PromisesTest, TheOrderOfFactsChangesNothing) {
  ForAll(14, [](const auto& policy, const auto& bundle, auto* random) {
    v1::EvidenceBundle turned = bundle;
    for (auto& subject : *turned.mutable_subjects()) {
      std::reverse(subject.mutable_facts()->pointer_begin(),
                   subject.mutable_facts()->pointer_end());
    }
    return Evaluate(policy, bundle).SerializeAsString() ==
           Evaluate(policy, turned).SerializeAsString();
  });
}

TEST(PromisesTest, AskedTwiceItSaysTheSame) {
  ForAll(15, [](const auto& policy, const auto& bundle, auto* random) {
    const CompiledPolicy again = MustCompile(TextOf(policy.program().parts[0]->policy));
    return Evaluate(policy, bundle).SerializeAsString() ==
           Evaluate(again, bundle).SerializeAsString();
  });
}

TEST(PromisesTest, ALesserEffectSaysWhy) {
  ForAll(16, [](const auto& policy, const auto& bundle, auto* random) {
    const v1::DecisionCore core = Evaluate(policy, bundle);
    return std::all_of(core.findings().begin(), core.findings().end(), [](const auto& finding) {
      const bool less =
          finding.effect() < finding.rule_effect() || finding.purchase_effect() < finding.effect();
      return less == (finding.limits_size() > 0);
    });
  });
}

TEST(PromisesTest, TheVerdictStandsAsLongAsItSays) {
  int dated = 0;
  ForAll(17, [&](const auto& policy, const auto& bundle, auto* random) {
    const v1::DecisionCore core = Evaluate(policy, bundle);
    if (!core.has_valid_until()) {
      const DayNumber later = kRandomAsOf + random->Below(3000);
      return Evaluate(policy, MoveTo(later, bundle)).verdict() == core.verdict();
    }
    ++dated;
    const DayNumber last = FirstDay(core.valid_until());
    if (last < kRandomAsOf) return false;
    const DayNumber between = kRandomAsOf + random->Below(last - kRandomAsOf + 1);
    for (DayNumber day : {between, last}) {
      if (Evaluate(policy, MoveTo(day, bundle)).verdict() != core.verdict()) return false;
    }
    return FirstDay(core.next_review_on()) > kRandomAsOf &&
           FirstDay(core.next_review_on()) <= last + 1;
  });
  EXPECT_GT(dated, kRuns / 10);
}

}  // namespace
}  // namespace probity::policy
