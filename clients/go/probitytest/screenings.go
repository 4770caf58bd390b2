package probitytest

import (
	"context"
	"fmt"
	"slices"
	"sort"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"probity.dev/client"
	v1 "probity.dev/client/probityv1"
)

// The one revision that this server has.
var revision = &v1.RevisionToken{Revision: 1}

// screenings are what is answered about purchases, and what was.
type screenings struct {
	answers map[string][]Answer // by subject
	others  []Answer
	asked   []*v1.ScreenSupplierRequest
	byID    map[string]decided // by request id
	byName  map[string]*v1.GetDecisionResponse
}

type decided struct {
	request  *v1.ScreenSupplierRequest
	response *v1.ScreenSupplierResponse
}

func newScreenings() screenings {
	return screenings{answers: map[string][]Answer{}, byID: map[string]decided{}, byName: map[string]*v1.GetDecisionResponse{}}
}

// Screen says what is decided about purchases from this subject, by ScreenSupplier,
// BatchScreenSuppliers and StreamScreenSuppliers: [probity.ByIdentifier], [probity.ByVendor], or
// another reference; where there is none, its name counts. It is compared as it is written. Of
// several answers each is given once, and the last one from then on; they take the place of those
// that were set before.
//
//	server.Screen(who, probitytest.Fail(&probity.Error{Reason: "OVERLOADED"}), probitytest.Clear())
func (s *Server) Screen(subject *v1.ScreenedSubject, answer Answer, then ...Answer) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.screenings.answers[keyOf(subject)] = append([]Answer{answer}, then...)
}

// ScreenOthers is Screen of all subjects that have no answer of their own.
func (s *Server) ScreenOthers(answer Answer, then ...Answer) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.screenings.others = append([]Answer{answer}, then...)
}

// Screenings are the purchases that were asked about, in order and as often as they were, whether
// alone, in a batch or in a stream: as the server understands them, with what a stream's settings say
// for all. Their request ids are there too; where the program gave none, the client did.
func (s *Server) Screenings() []*v1.ScreenSupplierRequest {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return slices.Clone(s.screenings.asked)
}

func (s *Server) answerScreenings() {
	Handle(s, s.screen)
	Handle(s, s.screenBatch)
	Handle(s, s.getDecision)
	s.answerStreams()
}

// screen decides as a server does in what a program can get wrong: subject and purchase must be
// there, and a request id means one purchase.
func (s *Server) screen(ctx context.Context, request *v1.ScreenSupplierRequest) (*v1.ScreenSupplierResponse, error) {
	s.mutex.Lock()
	s.screenings.asked = append(s.screenings.asked, request)
	before, repeated := s.screenings.byID[request.GetRequestId()]
	s.mutex.Unlock()
	if err := check(request); err != nil {
		return nil, err
	}
	if repeated && request.GetRequestId() != "" {
		return again(before, request)
	}
	answer, err := s.answerTo(request.GetSubject())
	if err != nil {
		return nil, err
	}
	core, err := answer(ctx, request)
	if err != nil {
		return nil, err
	}
	if core == nil {
		return nil, s.lacks("the Answer about %s gave neither a decision nor an error", keyOf(request.GetSubject()))
	}
	return s.decide(request, core), nil
}

func check(request *v1.ScreenSupplierRequest) error {
	subject := request.GetSubject()
	switch {
	case subject.GetRef().GetRef() == nil && subject.GetName() == "":
		return missing("subject", "name the supplier")
	case request.GetPurchase() == nil:
		return missing("purchase", "say what is bought")
	}
	return nil
}

func missing(field, what string) error {
	said := fmt.Sprintf("%s: is missing; %s", field, what)
	return &probity.Error{Reason: "INVALID_FIELD", Message: said, Metadata: map[string]string{"field": field},
		FieldViolations: []probity.FieldViolation{{Field: field, Description: said}}}
}

func again(before decided, request *v1.ScreenSupplierRequest) (*v1.ScreenSupplierResponse, error) {
	if !proto.Equal(before.request, request) {
		return nil, &probity.Error{Reason: "REQUEST_ID_REUSED", Message: fmt.Sprintf(
			"request_id: %q was given before, with another request", request.GetRequestId())}
	}
	response := proto.CloneOf(before.response)
	response.RepeatedRequest = true
	return response, nil
}

// answerTo takes the next answer about a subject.
func (s *Server) answerTo(subject *v1.ScreenedSubject) (Answer, error) {
	s.mutex.Lock()
	key := keyOf(subject)
	answers, own := s.screenings.answers[key]
	if !own {
		answers = s.screenings.others
	}
	if len(answers) > 0 {
		defer s.mutex.Unlock()
		if rest := answers[1:]; len(rest) > 0 && own {
			s.screenings.answers[key] = rest
		} else if len(rest) > 0 {
			s.screenings.others = rest
		}
		return answers[0], nil
	}
	var set []string
	for known := range s.screenings.answers {
		set = append(set, known)
	}
	s.mutex.Unlock()
	sort.Strings(set)
	return nil, s.lacks("a purchase from %s was asked about and has no answer; set one: server.Screen(%s, probitytest.Clear()), "+
		"or server.ScreenOthers(...). Set: %s", key, codeFor(subject), orNothing(strings.Join(set, ", ")))
}

func orNothing(list string) string {
	if list == "" {
		return "nothing"
	}
	return list
}

func (s *Server) decide(request *v1.ScreenSupplierRequest, core *v1.DecisionCore) *v1.ScreenSupplierResponse {
	if core.GetAsOf() == nil {
		core.AsOf = dayOf(request)
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	count := uint64(len(s.screenings.byName))
	response := &v1.ScreenSupplierResponse{
		Decision: &v1.Decision{Name: fmt.Sprintf("decisions/%028x", count+1), Core: core, LeafIndex: count,
			RecordedAt: timestamppb.Now()},
		Bundle: &v1.EvidenceBundle{Purchase: request.GetPurchase(), Subject: request.GetSubject(), AsOf: core.GetAsOf(),
			Revision: revision},
		Stamp: stamp()}
	s.screenings.byName[response.Decision.Name] = &v1.GetDecisionResponse{Decision: response.Decision, Bundle: response.Bundle}
	if request.GetRequestId() != "" {
		s.screenings.byID[request.GetRequestId()] = decided{request, response}
	}
	return response
}

func stamp() *v1.AnswerStamp {
	return &v1.AnswerStamp{Revision: revision, EvaluatedAt: timestamppb.Now(), CallId: "probitytest"}
}

func (s *Server) getDecision(_ context.Context, request *v1.GetDecisionRequest) (*v1.GetDecisionResponse, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if found, known := s.screenings.byName[request.GetName()]; known {
		return found, nil
	}
	return nil, &probity.Error{Reason: "DECISION_NOT_FOUND", Metadata: map[string]string{"name": request.GetName()},
		Message: fmt.Sprintf("this server made no decision %q", request.GetName())}
}

func (s *Server) screenBatch(ctx context.Context, batch *v1.BatchScreenSuppliersRequest) (*v1.BatchScreenSuppliersResponse, error) {
	response := &v1.BatchScreenSuppliersResponse{Stamp: stamp()}
	for _, item := range batch.GetItems() {
		result, err := s.screenItem(ctx, item.GetCorrelationId(), item.GetRequest())
		if err != nil {
			return nil, err
		}
		response.Results = append(response.Results, result)
	}
	return response, nil
}

func (s *Server) screenItem(ctx context.Context, id string, request *v1.ScreenSupplierRequest) (*v1.BatchScreenItemResult, error) {
	response, err := s.screen(ctx, request)
	if err == nil {
		short := &v1.ScreenSupplierResponse{Decision: response.GetDecision(), RepeatedRequest: response.GetRepeatedRequest()}
		return &v1.BatchScreenItemResult{CorrelationId: id, Answer: &v1.BatchScreenItemResult_Response{Response: short}}, nil
	}
	if item := itemError(err); item != nil {
		return &v1.BatchScreenItemResult{CorrelationId: id, Answer: &v1.BatchScreenItemResult_Error{Error: item}}, nil
	}
	return nil, err
}

// keyOf names a subject, for a map and for people.
func keyOf(subject *v1.ScreenedSubject) string {
	switch ref := subject.GetRef().GetRef().(type) {
	case *v1.SubjectRef_Identifier:
		return ref.Identifier.GetScheme() + ":" + ref.Identifier.GetValue()
	case *v1.SubjectRef_Vendor:
		return fmt.Sprintf("vendor %q of %q", ref.Vendor.GetNumber(), ref.Vendor.GetSystem()+atCompany(ref.Vendor))
	case *v1.SubjectRef_Supplier:
		return ref.Supplier
	case *v1.SubjectRef_SourceRecord:
		return ref.SourceRecord
	}
	return fmt.Sprintf("%q", subject.GetName())
}

func atCompany(vendor *v1.VendorNumber) string {
	if vendor.GetCompanyCode() == "" {
		return ""
	}
	return ", company " + vendor.GetCompanyCode()
}

// codeFor is Go that names the subject.
func codeFor(subject *v1.ScreenedSubject) string {
	switch ref := subject.GetRef().GetRef().(type) {
	case *v1.SubjectRef_Identifier:
		return fmt.Sprintf("probity.ByIdentifier(%q, %q)", ref.Identifier.GetScheme(), ref.Identifier.GetValue())
	case *v1.SubjectRef_Vendor:
		if ref.Vendor.GetCompanyCode() == "" {
			return fmt.Sprintf("probity.ByVendor(%q, %q)", ref.Vendor.GetSystem(), ref.Vendor.GetNumber())
		}
	case nil:
		return fmt.Sprintf("&probityv1.ScreenedSubject{Name: %q}", subject.GetName())
	}
	return "&probityv1.ScreenedSubject{Ref: ...}"
}
