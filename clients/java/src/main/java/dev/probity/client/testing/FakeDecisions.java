package dev.probity.client.testing;

import dev.probity.v1.DecisionCore;
import dev.probity.v1.EvidenceState;
import dev.probity.v1.IdentityState;
import dev.probity.v1.ReviewReason;
import dev.probity.v1.RiskState;
import dev.probity.v1.RuleEffect;
import dev.probity.v1.RuleFinding;
import dev.probity.v1.Verdict;
import java.util.stream.Stream;

/**
 * What a server decides, in its shortest form. {@code toBuilder()} adds what a test needs beside it, as next steps or the
 * last day on which it stands.
 */
public final class FakeDecisions {
  private static final String LAW = "Invented Act s. 1";

  private FakeDecisions() {}

  /** CLEAR: the purchase may go on. */
  public static DecisionCore clear() {
    return core(Verdict.VERDICT_CLEAR, RiskState.RISK_STATE_NONE_FOUND).build();
  }

  /** REVIEW: a person must look, for these reasons. Each is a finding of an invented rule too. */
  public static DecisionCore review(ReviewReason first, ReviewReason... more) {
    DecisionCore.Builder core = core(Verdict.VERDICT_REVIEW, RiskState.RISK_STATE_FACTS_TO_WEIGH);
    Stream.concat(Stream.of(first), Stream.of(more)).forEach(reason -> core.addReasons(reason)
        .addFindings(finding(reason.name().replaceFirst("REVIEW_REASON_", ""), RuleEffect.RULE_EFFECT_REVIEW)
            .setReason(reason)));
    return core.build();
  }

  /** BLOCK: a rule forbids it. */
  public static DecisionCore block(String rule) {
    return core(Verdict.VERDICT_BLOCK, RiskState.RISK_STATE_BINDING_GROUND)
        .addFindings(finding(rule, RuleEffect.RULE_EFFECT_BLOCK)).build();
  }

  private static DecisionCore.Builder core(Verdict verdict, RiskState risk) {
    return DecisionCore.newBuilder().setVerdict(verdict).setRisk(risk)
        .setIdentity(IdentityState.IDENTITY_STATE_CONFIRMED).setEvidence(EvidenceState.EVIDENCE_STATE_COMPLETE);
  }

  private static RuleFinding.Builder finding(String rule, RuleEffect effect) {
    return RuleFinding.newBuilder().setRuleId(rule).setLegalBasis(LAW).setTitle("Set by the test").setSubject("subject")
        .setRuleEffect(effect).setEffect(effect).setPurchaseEffect(effect);
  }
}
