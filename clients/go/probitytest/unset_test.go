package probitytest_test

import (
	"context"
	"strings"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	"probity.dev/client"
	"probity.dev/client/probitytest"
	v1 "probity.dev/client/probityv1"
)

// asks is what a program may ask, and what its test is told to set.
var asks = map[string]func(*probity.Client) error{
	`server.Screen(probity.ByIdentifier("GB-COH", "04830352"), probitytest.Clear())`: func(c *probity.Client) error {
		_, err := screen(c, who)
		return err
	},
	`server.Screen(probity.ByVendor("SAP-PRD", "000018"), probitytest.Clear())`: func(c *probity.Client) error {
		_, err := screen(c, probity.ByVendor("SAP-PRD", "000018"))
		return err
	},
	`server.Screen(&probityv1.ScreenedSubject{Name: "Nobody Ltd"}, probitytest.Clear())`: func(c *probity.Client) error {
		_, err := c.Screening.BatchScreenSuppliers(ctx, &v1.BatchScreenSuppliersRequest{Items: []*v1.BatchScreenItem{
			{Request: &v1.ScreenSupplierRequest{Subject: &v1.ScreenedSubject{Name: "Nobody Ltd"}, Purchase: purchase}}}})
		return err
	},
	`server.Certify(probity.ByIdentifier("GB-COH", "04830352"), "SA8000", probityv1.CertificationResult_`: func(c *probity.Client) error {
		_, err := c.Certifications.CheckCertification(ctx, &v1.CheckCertificationRequest{Subject: who.GetRef(),
			AcceptedSchemes: []*v1.AcceptedScheme{{SchemeId: "SA8000"}}})
		return err
	},
	`by the number "7" alone`: func(c *probity.Client) error {
		_, err := c.Certifications.CheckCertification(ctx, &v1.CheckCertificationRequest{CertificateNo: "7",
			AcceptedSchemes: []*v1.AcceptedScheme{{SchemeId: "SA8000"}}})
		return err
	},
	`probitytest.Handle(server, func(context.Context, *probityv1.ListVendorsRequest) (*probityv1.ListVendorsResponse, error) {...})`: func(
		c *probity.Client) error {
		_, err := c.Vendors.ListVendors(ctx, nil)
		return err
	},
	`probitytest.HandleStream(server, func(context.Context, *probityv1.WatchVerdictsRequest, func(*probityv1.WatchVerdictsResponse) error)`: func(
		c *probity.Client) error {
		call, err := c.Portfolios.WatchVerdicts(ctx, nil)
		if err == nil {
			_, err = call.Recv()
		}
		return err
	},
}

func TestWhatIsNotSetIsSaidWithWhatToSet(t *testing.T) {
	for say, ask := range asks {
		server := probitytest.NewServer()
		server.Screen(probity.ByVendor("SAP-PRD", "18"), probitytest.Clear())
		failed := refused(t, ask(server.Client()))
		told := server.Unanswered()
		if failed.Code != codes.Unimplemented || len(told) != 1 || !strings.Contains(told[0], say) || failed.Message != told[0] {
			t.Errorf("%s: %v, %v", say, failed, told)
		}
		if len(server.Calls()) != 1 { // It is not sent again.
			t.Errorf("%v", server.Calls())
		}
		server.Close()
	}
}

// spy takes the place of the test that would fail.
type spy struct {
	testing.TB
	faults []string
	after  []func()
}

func (s *spy) Helper()          {}
func (s *spy) Cleanup(f func()) { s.after = append(s.after, f) }
func (s *spy) Errorf(_ string, arguments ...any) {
	s.faults = append(s.faults, arguments[0].(string))
}

func TestATestFailsThoughTheProgramHoldsTheOrder(t *testing.T) {
	spy := &spy{TB: t}
	server := probitytest.Start(spy)
	if said := release(server.Client(), "PO-1", "000018"); said != "held, not checked" {
		t.Error(said)
	}
	if len(spy.faults) != 1 || !strings.Contains(spy.faults[0], `vendor "000018" of "SAP-PRD"`) || len(spy.after) != 1 {
		t.Errorf("%+v", spy)
	}
	spy.after[0]()
	if said := release(server.Client(probity.WithoutRetries()), "PO-1", "000018"); said != "held, not checked" || len(spy.faults) != 1 {
		t.Errorf("it goes on behind its test: %s", said)
	}
}

func TestAnswersOfTheWrongKindAreRefused(t *testing.T) {
	server := probitytest.Start(t)
	for say, set := range map[string]func(){
		"ListVendors answers with probity.v1.ListVendorsResponse, not with probity.v1.Vendor": func() {
			probitytest.Handle(server, func(context.Context, *v1.ListVendorsRequest) (*v1.Vendor, error) { return nil, nil })
		},
		"no RPC takes probity.v1.Vendor": func() {
			probitytest.Handle(server, func(context.Context, *v1.Vendor) (*v1.Vendor, error) { return nil, nil })
		},
		"WatchVerdicts is a stream; set it with HandleStream": func() {
			probitytest.Handle(server, func(context.Context, *v1.WatchVerdictsRequest) (*v1.WatchVerdictsResponse, error) { return nil, nil })
		},
		"ListVendors is no stream of answers alone": func() {
			probitytest.HandleStream(server, func(context.Context, *v1.ListVendorsRequest, func(*v1.ListVendorsResponse) error) error {
				return nil
			})
		},
	} {
		if said := panics(set); !strings.Contains(said, say) {
			t.Errorf("%q instead of %q", said, say)
		}
	}
}

// Handle finds the RPC by its request.
func TestEachRPCHasARequestOfItsOwn(t *testing.T) {
	taken := map[protoreflect.FullName]protoreflect.Name{}
	protoregistry.GlobalFiles.RangeFilesByPackage("probity.v1", func(file protoreflect.FileDescriptor) bool {
		for i := range file.Services().Len() {
			methods := file.Services().Get(i).Methods()
			for k := range methods.Len() {
				input := methods.Get(k).Input().FullName()
				if other, known := taken[input]; known {
					t.Errorf("%s: %s and %s", input, other, methods.Get(k).Name())
				}
				taken[input] = methods.Get(k).Name()
			}
		}
		return true
	})
	if len(taken) < 80 {
		t.Errorf("only %d RPCs", len(taken))
	}
}

func TestCallsAreThereWithWhoAsked(t *testing.T) {
	server := probitytest.Start(t)
	if _, err := server.Client(probity.WithToken("a.b.c")).Server.GetServerInfo(ctx, nil); err != nil {
		t.Fatal(err)
	}
	call := server.Calls()[0]
	if call.Method != "ServerService/GetServerInfo" || call.Metadata.Get("authorization")[0] != "Bearer a.b.c" {
		t.Errorf("%+v", call)
	}
	if found := probitytest.Requests[*v1.GetServerInfoRequest](server); len(found) != 1 {
		t.Errorf("%v", found)
	}
}
