package dev.probity.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.probity.v1.BatchScreenItemResult;
import dev.probity.v1.Date;
import dev.probity.v1.Decision;
import dev.probity.v1.DecisionCore;
import dev.probity.v1.GetDecisionResponse;
import dev.probity.v1.ItemError;
import dev.probity.v1.NotChecked;
import dev.probity.v1.RuleFinding;
import dev.probity.v1.ScreenSupplierResponse;
import dev.probity.v1.StreamScreenSuppliersResponse;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DecisionsTest {
  static DecisionCore core(int verdict) {
    return DecisionCore.newBuilder().setVerdictValue(verdict).setAsOf(Dates.toDate(LocalDate.of(2026, 3, 1)))
        .setValidUntil(Dates.toDate(LocalDate.of(2026, 3, 31))).build();
  }

  static ScreenSupplierResponse decided(int verdict) {
    return ScreenSupplierResponse.newBuilder().setDecision(Decision.newBuilder().setCore(core(verdict))).build();
  }

  @Test
  void onlyAClearThatIsKnownLetsAPurchaseThrough() {
    Map.of(0, "NONE", 1, "CLEAR", 2, "REVIEW", 3, "BLOCK", 4, "UNKNOWN(4)", 99, "UNKNOWN(99)", -1, "UNKNOWN(-1)")
        .forEach((verdict, name) -> {
          ScreenSupplierResponse answer = decided(verdict);
          Decision decision = answer.getDecision();
          BatchScreenItemResult item = BatchScreenItemResult.newBuilder().setResponse(answer).build();
          StreamScreenSuppliersResponse inStream = StreamScreenSuppliersResponse.newBuilder().setResult(item).build();
          boolean may = name.equals("CLEAR");
          assertEquals(may, Decisions.mayBuy(answer), name);
          assertEquals(may, Decisions.mayBuy(decision), name);
          assertEquals(may, Decisions.mayBuy(decision.getCore()), name);
          assertEquals(may, Decisions.mayBuy(item), name);
          assertEquals(may, Decisions.mayBuy(inStream), name);
          assertEquals(may, Decisions.mayBuy(GetDecisionResponse.newBuilder().setDecision(decision).build()), name);
          assertEquals(name, Decisions.verdictName(item));
        });
  }

  @Test
  void whatHoldsNoDecisionIsNoLeave() {
    BatchScreenItemResult failed = BatchScreenItemResult.newBuilder().setError(ItemError.newBuilder().setCode(5)).build();
    assertFalse(Decisions.mayBuy(failed));
    assertFalse(Decisions.mayBuy((ScreenSupplierResponse) null));
    assertFalse(Decisions.mayBuy((StreamScreenSuppliersResponse) null));
    assertFalse(Decisions.mayBuy((DecisionCore) null));
    assertFalse(Decisions.mayBuy(Decision.getDefaultInstance()));
    assertTrue(Decisions.explain(failed).contains("nothing may be bought"));
    assertTrue(Decisions.explain(decided(7)).startsWith("UNKNOWN(7): This client does not know the verdict"));
  }

  @Test
  void aDecisionStandsOnItsDays() {
    Map.of("2026-02-28", false, "2026-03-01", true, "2026-03-31", true, "2026-04-01", false).forEach(
        (day, stands) -> assertEquals(stands, Decisions.mayBuyOn(core(1), LocalDate.parse(day)), day));
    LocalDate day = LocalDate.of(2026, 3, 2);
    for (DecisionCore odd : List.of(core(1).toBuilder().clearValidUntil().build(), core(2), core(9),
        core(1).toBuilder().setAsOf(Date.newBuilder().setYear(2026)).build())) {
      assertFalse(Decisions.mayBuyOn(odd, day), odd::toString);
    }
    assertFalse(Decisions.mayBuyOn(null, day));
  }

  @Test
  void explainNamesRulesAndGaps() {
    DecisionCore core = core(3).toBuilder()
        .addFindings(RuleFinding.newBuilder().setRuleId("M-BAR").setLegalBasis("Invented Act s. 1").setSubject("suppliers/1"))
        .addNotChecked(NotChecked.newBuilder().setInput("owners").setRequired(true))
        .addNotChecked(NotChecked.newBuilder().setInput("weather")).build();
    assertEquals("BLOCK: Hold: a binding ground is in force.\n- M-BAR (Invented Act s. 1), about suppliers/1\n"
        + "- not checked: owners\nStands until 2026-03-31 if nothing new is learnt.", Decisions.explain(core));
  }
}
