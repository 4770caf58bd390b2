package tests

import (
	"context"
	"strings"
	"testing"
	"time"

	"probity.dev/client"
	"probity.dev/client/probityv1"
)

const portfolio = "portfolios/go-client"

// put makes the watched member mean this firm.
func put(t *testing.T, client *probity.Client, number string) {
	t.Helper()
	answer, err := client.Portfolios.BatchPutMembers(ctx, &probityv1.BatchPutMembersRequest{Portfolio: portfolio,
		Members: []*probityv1.PortfolioMember{{Name: portfolio + "/members/a", Subject: probity.ByIdentifier("GB-COH", number)}}})
	if err != nil || probity.ItemFailure(answer.GetResults()[0]) != nil {
		t.Fatal(err, answer)
	}
}

// watchedSince is the cursor of a portfolio whose member was decided: its first verdict is no event.
func watchedSince(t *testing.T, client *probity.Client) string {
	t.Helper()
	_, err := client.Portfolios.PutPortfolio(ctx, &probityv1.PutPortfolioRequest{Portfolio: &probityv1.Portfolio{Name: portfolio,
		Title: "Go", Purchase: purchase()}})
	if err != nil {
		t.Fatal(err)
	}
	put(t, client, good)
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		listed, err := client.Portfolios.ListMembers(ctx, &probityv1.ListMembersRequest{Portfolio: portfolio})
		if err != nil {
			t.Fatal(err)
		}
		if verdict := listed.GetMembers()[0].GetVerdict(); verdict != nil {
			found, err := client.Portfolios.GetPortfolio(ctx, &probityv1.GetPortfolioRequest{Name: portfolio})
			if err != nil || verdict.GetVerdict() != probityv1.Verdict_VERDICT_CLEAR {
				t.Fatal(err, verdict)
			}
			return found.GetStatus().GetCursor()
		}
	}
	t.Fatal("the member is never decided")
	return ""
}

// testWatch sees a firm take a clear one's place and go again, with a restart of the server between.
func testWatch(t *testing.T, w *world, client *probity.Client) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	watch := client.WatchVerdicts(portfolio, watchedSince(t, client))
	watch.Patience = patience
	var cursors []string
	for message, err := range watch.Messages(ctx) {
		if err != nil {
			t.Fatal(err)
		}
		change := message.GetChange()
		switch {
		case change == nil && len(cursors) == 0:
			put(t, client, bad) // At the first checkpoint; at another one it changes nothing.
			continue
		case change == nil:
			continue
		}
		cursors = append(cursors, message.GetCursor())
		if !strings.HasSuffix(change.GetMember(), portfolio+"/members/a") || message.GetCursor() != watch.Cursor() {
			t.Errorf("%v", message)
		}
		if change.GetAfter().GetVerdict() == probityv1.Verdict_VERDICT_CLEAR {
			break
		}
		if change.GetAfter().GetVerdict() != probityv1.Verdict_VERDICT_BLOCK {
			t.Errorf("%v", change)
		}
		w.restart(t)
		put(t, client, good)
	}
	again := client.WatchVerdicts(portfolio, cursors[0])
	for message, err := range again.Messages(ctx) {
		if err != nil {
			t.Fatal(err)
		}
		if change := message.GetChange(); change != nil { // The one behind the cursor, and not that of it.
			if change.GetBefore().GetVerdict() != probityv1.Verdict_VERDICT_BLOCK || message.GetCursor() != cursors[len(cursors)-1] {
				t.Errorf("%v", message)
			}
			break
		}
	}
	for _, err := range client.WatchVerdicts(portfolio, "no cursor").Messages(ctx) {
		refused(t, err, "INVALID_CURSOR")
	}
	_, err := client.Portfolios.DeletePortfolio(ctx, &probityv1.DeletePortfolioRequest{Name: portfolio})
	if err != nil {
		t.Error(err)
	}
}
