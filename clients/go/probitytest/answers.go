package probitytest

import (
	"context"
	"fmt"
	"time"

	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"probity.dev/client"
	v1 "probity.dev/client/probityv1"
)

// Answer says what is decided about a purchase: a decision's core, or an error. One of the caller's
// own may look at the request:
//
//	func(ctx context.Context, request *probityv1.ScreenSupplierRequest) (*probityv1.DecisionCore, error) { ... }
//
// What the core does not say, and every decision has, is added: the day.
type Answer func(ctx context.Context, request *v1.ScreenSupplierRequest) (*v1.DecisionCore, error)

// How long a CLEAR of this package stands, so that it may be kept: [probity.MayBuyOn].
const clearDays = 30

// Clear is a CLEAR that stands for thirty days.
func Clear() Answer {
	return func(_ context.Context, request *v1.ScreenSupplierRequest) (*v1.DecisionCore, error) {
		first, _ := probity.FromDate(dayOf(request))
		return &v1.DecisionCore{Verdict: v1.Verdict_VERDICT_CLEAR, Identity: v1.IdentityState_IDENTITY_STATE_CONFIRMED,
			Evidence: v1.EvidenceState_EVIDENCE_STATE_COMPLETE, Risk: v1.RiskState_RISK_STATE_NONE_FOUND,
			Subjects: subjectIs(v1.Verdict_VERDICT_CLEAR), ValidUntil: probity.ToDate(first.AddDate(0, 0, clearDays))}, nil
	}
}

// Review is a REVIEW for these reasons, with a finding of the invented rule TEST-1 for each.
func Review(reason v1.ReviewReason, more ...v1.ReviewReason) Answer {
	core := &v1.DecisionCore{Verdict: v1.Verdict_VERDICT_REVIEW, Identity: v1.IdentityState_IDENTITY_STATE_CONFIRMED,
		Evidence: v1.EvidenceState_EVIDENCE_STATE_COMPLETE, Risk: v1.RiskState_RISK_STATE_FACTS_TO_WEIGH,
		Subjects: subjectIs(v1.Verdict_VERDICT_REVIEW), Reasons: append([]v1.ReviewReason{reason}, more...),
		NextSteps: []*v1.NextStep{{Action: v1.NextAction_NEXT_ACTION_WEIGH_DISCRETION, Actor: v1.NextActor_NEXT_ACTOR_OFFICER,
			RuleIds: []string{"TEST-1"}, About: subjectPath}}}
	for i, each := range core.Reasons {
		finding := fired(fmt.Sprintf("TEST-%d", i+1), v1.RuleEffect_RULE_EFFECT_REVIEW)
		finding.Reason = each
		core.Findings = append(core.Findings, finding)
	}
	core.NextSteps[0].RuleIds = ruleIDs(core.Findings)
	return Decide(core)
}

// Block is a BLOCK by these rules, as "DEBAR-1".
func Block(rule string, more ...string) Answer {
	core := &v1.DecisionCore{Verdict: v1.Verdict_VERDICT_BLOCK, Identity: v1.IdentityState_IDENTITY_STATE_CONFIRMED,
		Evidence: v1.EvidenceState_EVIDENCE_STATE_COMPLETE, Risk: v1.RiskState_RISK_STATE_BINDING_GROUND,
		Subjects: subjectIs(v1.Verdict_VERDICT_BLOCK)}
	for _, each := range append([]string{rule}, more...) {
		core.Findings = append(core.Findings, fired(each, v1.RuleEffect_RULE_EFFECT_BLOCK))
	}
	core.NextSteps = []*v1.NextStep{{Action: v1.NextAction_NEXT_ACTION_HOLD, Actor: v1.NextActor_NEXT_ACTOR_OFFICER,
		RuleIds: ruleIDs(core.Findings), About: subjectPath}}
	return Decide(core)
}

// Decide is a decision as the test makes it, such as one with a verdict that is newer than the
// client.
func Decide(core *v1.DecisionCore) Answer {
	kept := proto.CloneOf(core)
	return func(context.Context, *v1.ScreenSupplierRequest) (*v1.DecisionCore, error) {
		return proto.CloneOf(kept), nil
	}
}

// Fail is an error, with what a server sends beside it: Reason, Metadata, FieldViolations and
// RetryAfter. A reason of docs/ERRORS.md is enough; its code is added:
//
//	probitytest.Fail(&probity.Error{Reason: "QUOTA_EXCEEDED", RetryAfter: time.Second})
//	probitytest.Fail(&probity.Error{Code: codes.Internal}) // without a reason
//
// Within a batch or stream, what is wrong with one item is the error of that item, and anything else
// ends the call. Fail panics for a reason with which no call fails.
func Fail(failed *probity.Error) Answer {
	made := complete(failed)
	return func(context.Context, *v1.ScreenSupplierRequest) (*v1.DecisionCore, error) { return nil, made }
}

// Hang never answers: the caller's deadline passes, or the caller gives up.
func Hang() Answer {
	return func(ctx context.Context, _ *v1.ScreenSupplierRequest) (*v1.DecisionCore, error) {
		<-ctx.Done()
		return nil, status.FromContextError(ctx.Err()).Err()
	}
}

const subjectPath = "subject"

func subjectIs(verdict v1.Verdict) []*v1.SubjectVerdict {
	return []*v1.SubjectVerdict{{Path: subjectPath, Verdict: verdict, Identity: v1.IdentityState_IDENTITY_STATE_CONFIRMED}}
}

func fired(rule string, effect v1.RuleEffect) *v1.RuleFinding {
	return &v1.RuleFinding{RuleId: rule, Title: "A test asked for it.", Subject: subjectPath, RuleEffect: effect,
		Effect: effect, PurchaseEffect: effect}
}

func ruleIDs(findings []*v1.RuleFinding) (ids []string) {
	for _, finding := range findings {
		ids = append(ids, finding.GetRuleId())
	}
	return ids
}

// dayOf is the day for which it is asked.
func dayOf(request *v1.ScreenSupplierRequest) *v1.Date {
	if request.GetAsOf() != nil {
		return request.GetAsOf()
	}
	return probity.ToDate(time.Now().UTC())
}
