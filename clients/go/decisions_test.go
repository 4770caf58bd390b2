package probity_test

import (
	"strings"
	"testing"
	"time"

	"probity.dev/client"
	"probity.dev/client/probityv1"
)

func decided(verdict probityv1.Verdict) *probityv1.ScreenSupplierResponse {
	return &probityv1.ScreenSupplierResponse{Decision: &probityv1.Decision{Core: &probityv1.DecisionCore{
		Verdict: verdict, AsOf: &probityv1.Date{Year: 2026, Month: 3, Day: 1}, ValidUntil: &probityv1.Date{Year: 2026, Month: 3, Day: 31}}}}
}

func TestOnlyAClearThatIsKnownLetsAPurchaseThrough(t *testing.T) {
	for verdict, want := range map[probityv1.Verdict]string{0: "NONE", 1: "CLEAR", 2: "REVIEW", 3: "BLOCK", 4: "UNKNOWN(4)", 99: "UNKNOWN(99)", -1: "UNKNOWN(-1)"} {
		answer := decided(verdict)
		item := &probityv1.BatchScreenItemResult{Answer: &probityv1.BatchScreenItemResult_Response{Response: answer}}
		inStream := &probityv1.StreamScreenSuppliersResponse{Message: &probityv1.StreamScreenSuppliersResponse_Result{Result: item}}
		may := []bool{probity.MayBuy(answer), probity.MayBuy(answer.Decision), probity.MayBuy(answer.Decision.Core),
			probity.MayBuy(item), probity.MayBuy(inStream), probity.MayBuy(&probityv1.GetDecisionResponse{Decision: answer.Decision})}
		for i, said := range may {
			if said != (want == "CLEAR") {
				t.Errorf("%s, form %d: %v", want, i, said)
			}
		}
		if name := probity.VerdictName(inStream); name != want {
			t.Errorf("%s instead of %s", name, want)
		}
	}
}

func TestWhatHoldsNoDecisionIsNoLeave(t *testing.T) {
	failed := &probityv1.BatchScreenItemResult{Answer: &probityv1.BatchScreenItemResult_Error{Error: &probityv1.ItemError{Code: 5}}}
	if probity.MayBuy(failed) || probity.MayBuy[*probityv1.ScreenSupplierResponse](nil) || probity.MayBuy(&probityv1.Decision{}) {
		t.Error("bought without a decision")
	}
	if said := probity.Explain(failed); !strings.Contains(said, "nothing may be bought") {
		t.Error(said)
	}
	if said := probity.Explain(decided(7)); !strings.HasPrefix(said, "UNKNOWN(7): This client does not know the verdict") {
		t.Error(said)
	}
}

func TestADecisionStandsOnItsDays(t *testing.T) {
	tokyo := time.FixedZone("", 9*3600)
	for day, want := range map[time.Time]bool{
		time.Date(2026, 2, 28, 23, 0, 0, 0, time.UTC): false,
		time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC):   true,
		time.Date(2026, 3, 31, 23, 59, 0, 0, tokyo):   true,
		time.Date(2026, 4, 1, 1, 0, 0, 0, tokyo):      false, // Though it is March in UTC.
	} {
		if probity.MayBuyOn(decided(1), day) != want {
			t.Errorf("%v: %v", day, !want)
		}
	}
	day := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	endless, begun := decided(1), decided(1)
	endless.Decision.Core.ValidUntil = nil
	begun.Decision.Core.AsOf = &probityv1.Date{Year: 2026}
	if probity.MayBuyOn(endless, day) || probity.MayBuyOn(begun, day) || probity.MayBuyOn(decided(2), day) {
		t.Error("stands though its days are not known, or it is no CLEAR")
	}
}

func TestExplainNamesRulesAndGaps(t *testing.T) {
	answer := decided(3)
	answer.Decision.Core.Findings = []*probityv1.RuleFinding{{RuleId: "M-BAR", LegalBasis: "Invented Act s. 1", Subject: "suppliers/1"}}
	answer.Decision.Core.NotChecked = []*probityv1.NotChecked{{Input: "owners", Required: true}, {Input: "weather"}}
	want := "BLOCK: Hold: a binding ground is in force.\n- M-BAR (Invented Act s. 1), about suppliers/1\n" +
		"- not checked: owners\nStands until 2026-03-31 if nothing new is learnt."
	if said := probity.Explain(answer); said != want {
		t.Error(said)
	}
}
