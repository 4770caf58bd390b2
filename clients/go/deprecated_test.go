package probity_test

import (
	"bytes"
	"context"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"probity.dev/client"
	"probity.dev/client/probitytest"
	v1 "probity.dev/client/probityv1"
)

const oldField, oldCall = "probity.v1.ScreenSupplierRequest.old_name", "probity.v1.ScreeningService.OldCall"

// told are the notices that a client gave.
func told() (*[]string, probity.Option) {
	found := &[]string{}
	return found, probity.WithDeprecationNotice(func(name, method string) { *found = append(*found, name+" in "+method) })
}

func TestWhatIsDeprecatedIsToldOnceOfEachName(t *testing.T) {
	server := probitytest.Start(t)
	found, option := told()
	client := server.Client(option)
	for _, names := range [][]string{{oldField}, {oldField, oldCall}, {oldCall}, {}} {
		server.Deprecate(names...)
		if _, err := client.Server.GetServerInfo(ctx, nil); err != nil {
			t.Fatal(err)
		}
	}
	server.Deprecate(oldField)
	if _, err := server.Client(probity.WithDeprecationNotice(nil)).Server.GetServerInfo(ctx, nil); err != nil {
		t.Error(err)
	}
	if want := []string{oldField + " in ServerService/GetServerInfo", oldCall + " in ServerService/GetServerInfo"}; !slices.Equal(*found, want) {
		t.Errorf("%v", *found)
	}
}

func TestWhatIsDeprecatedIsToldOfCallsThatFail(t *testing.T) {
	server := probitytest.Start(t)
	found, option := told()
	server.Deprecate(oldField)
	server.ScreenOthers(probitytest.Fail(&probity.Error{Reason: "NO_ACTIVE_POLICY"}))
	err := screen(server.Client(option), &v1.ScreenSupplierRequest{Subject: probity.ByVendor("S", "1"), Purchase: &v1.PurchaseContext{}})
	if refused(t, err).Reason != "NO_ACTIVE_POLICY" || len(*found) != 1 {
		t.Errorf("%v, %v", err, *found)
	}
}

func TestWhatIsDeprecatedIsToldOfStreams(t *testing.T) {
	server := probitytest.Start(t)
	found, option := told()
	client := server.Client(option)
	server.ScreenOthers(probitytest.Clear())
	server.Deprecate(oldField)
	stream := client.ScreenStream(&v1.StreamScreenSettings{Purchase: &v1.PurchaseContext{}},
		probity.VendorItems("S", slices.Values([]string{"1", "2"})))
	for _, err := range stream.Answers(ctx) {
		if err != nil {
			t.Fatal(err)
		}
	}
	probitytest.HandleStream(server, watchFails)
	server.Deprecate(oldField, oldCall)
	for _, err := range client.WatchVerdicts("", "").Messages(ctx) {
		if refused(t, err).Reason != "CURSOR_EXPIRED" {
			t.Error(err)
		}
	}
	if want := []string{oldField + " in ScreeningService/StreamScreenSuppliers", oldCall + " in PortfolioService/WatchVerdicts"}; !slices.Equal(*found, want) {
		t.Errorf("%v", *found)
	}
}

func TestWhatIsDeprecatedIsLoggedOnceInTheProcess(t *testing.T) {
	var said bytes.Buffer
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&said, nil)))
	t.Cleanup(func() { slog.SetDefault(before) })
	server := probitytest.Start(t)
	name := "probity.v1.GetServerInfoRequest.of_" + t.Name()
	server.Deprecate(name)
	for range 2 {
		if _, err := server.Client().Server.GetServerInfo(ctx, nil); err != nil {
			t.Fatal(err)
		}
	}
	if lines := strings.Split(strings.TrimSpace(said.String()), "\n"); len(lines) != 1 ||
		!strings.Contains(lines[0], "name="+name) || !strings.Contains(lines[0], "method=ServerService/GetServerInfo") ||
		!strings.Contains(lines[0], "level=WARN") {
		t.Errorf("%q", lines)
	}
}

func watchFails(context.Context, *v1.WatchVerdictsRequest, func(*v1.WatchVerdictsResponse) error) error {
	return &probity.Error{Reason: "CURSOR_EXPIRED"}
}
