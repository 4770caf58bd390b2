package probity

import (
	"fmt"
	"strings"
	"time"

	"probity.dev/client/probityv1"
)

// Answer is what a purchase may rest on. A replay and the watch record nothing and are none: they
// do not compile here.
type Answer interface {
	*probityv1.ScreenSupplierResponse | *probityv1.BatchScreenItemResult | *probityv1.StreamScreenSuppliersResponse |
		*probityv1.GetDecisionResponse | *probityv1.Decision | *probityv1.DecisionCore
}

// MayBuy says whether the purchase may go on: true for a CLEAR that this client knows, and for
// nothing else. An item's error, an absent answer, and a verdict that is newer than this client
// are no.
func MayBuy[A Answer](answer A) bool {
	return coreOf(answer).GetVerdict() == probityv1.Verdict_VERDICT_CLEAR
}

// MayBuyOn says also whether a decision that was kept still stands on that day, by the calendar
// of its location: not before the day that it was made for, and not behind valid_until. A CLEAR
// without an end is none that this client understands.
func MayBuyOn[A Answer](answer A, day time.Time) bool {
	core := coreOf(answer)
	first, begins := FromDate(core.GetAsOf())
	last, ends := FromDate(core.GetValidUntil())
	asked, _ := FromDate(ToDate(day))
	return MayBuy(core) && begins && ends && !asked.Before(first) && !asked.After(last)
}

// VerdictName is "CLEAR", "REVIEW" or "BLOCK"; "NONE" without a decision; a verdict that is newer
// than this client by its number, as "UNKNOWN(7)".
func VerdictName[A Answer](answer A) string {
	verdict := coreOf(answer).GetVerdict()
	if verdict == probityv1.Verdict_VERDICT_UNSPECIFIED {
		return "NONE"
	}
	if name, known := probityv1.Verdict_name[int32(verdict)]; known {
		return strings.TrimPrefix(name, "VERDICT_")
	}
	return fmt.Sprintf("UNKNOWN(%d)", verdict)
}

// Explain says why, in some lines of English for a message on a screen: the verdict, each rule
// that fired with its law, what was not checked though required. The whole document in the
// user's language is PrintDecision's.
func Explain[A Answer](answer A) string {
	core := coreOf(answer)
	if core == nil {
		return "NONE: there is no decision; nothing may be bought on this."
	}
	lines := []string{VerdictName(core) + ": " + whatNext(core.GetVerdict())}
	for _, finding := range core.GetFindings() {
		line := "- " + finding.GetRuleId()
		if law := finding.GetLegalBasis(); law != "" {
			line += " (" + law + ")"
		}
		if subject := finding.GetSubject(); subject != "" {
			line += ", about " + subject
		}
		lines = append(lines, line)
	}
	for _, missing := range core.GetNotChecked() {
		if missing.GetRequired() {
			lines = append(lines, "- not checked: "+missing.GetInput())
		}
	}
	if last, ends := FromDate(core.GetValidUntil()); ends {
		lines = append(lines, "Stands until "+last.Format(time.DateOnly)+" if nothing new is learnt.")
	}
	return strings.Join(lines, "\n")
}

func whatNext(verdict probityv1.Verdict) string {
	switch verdict {
	case probityv1.Verdict_VERDICT_CLEAR:
		return "Nothing adverse in the sources named."
	case probityv1.Verdict_VERDICT_REVIEW:
		return "A person must look before this goes on."
	case probityv1.Verdict_VERDICT_BLOCK:
		return "Hold: a binding ground is in force."
	}
	return "This client does not know the verdict: treat it as a hold, and update the client."
}

// coreOf is the decision in an answer; nil where there is none.
func coreOf[A Answer](answer A) *probityv1.DecisionCore {
	switch answer := any(answer).(type) {
	case *probityv1.DecisionCore:
		return answer
	case *probityv1.Decision:
		return answer.GetCore()
	case *probityv1.ScreenSupplierResponse:
		return answer.GetDecision().GetCore()
	case *probityv1.GetDecisionResponse:
		return answer.GetDecision().GetCore()
	case *probityv1.BatchScreenItemResult:
		return answer.GetResponse().GetDecision().GetCore()
	case *probityv1.StreamScreenSuppliersResponse:
		return answer.GetResult().GetResponse().GetDecision().GetCore()
	}
	return nil
}

// ToDate is the day of an instant, by the calendar of its location.
func ToDate(day time.Time) *probityv1.Date {
	return &probityv1.Date{Year: int32(day.Year()), Month: int32(day.Month()), Day: int32(day.Day())}
}

// FromDate is the day's first instant in UTC; false for a day that is known by year or month
// alone, or not at all.
func FromDate(day *probityv1.Date) (time.Time, bool) {
	if day.GetYear() == 0 || day.GetMonth() == 0 || day.GetDay() == 0 {
		return time.Time{}, false
	}
	return time.Date(int(day.GetYear()), time.Month(day.GetMonth()), int(day.GetDay()), 0, 0, 0, 0, time.UTC), true
}
