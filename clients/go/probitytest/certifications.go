package probitytest

import (
	"context"
	"time"

	"probity.dev/client"
	v1 "probity.dev/client/probityv1"
)

type certificate struct{ subject, scheme string }

// Certify says what CheckCertification and BatchCheckCertifications answer about a subject and a
// scheme, as "SA8000". Where several schemes are accepted, VALID counts if it was set for one of
// them, and else the result of the first that was set. Sites, goods and days are not looked at; set
// the whole answer with [Handle] where a test is about them.
func (s *Server) Certify(subject *v1.ScreenedSubject, scheme string, result v1.CertificationResult) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.certified[certificate{keyOf(subject), scheme}] = result
}

func (s *Server) answerCertifications() {
	Handle(s, s.checkCertification)
	Handle(s, s.checkCertifications)
}

func (s *Server) checkCertification(_ context.Context, request *v1.CheckCertificationRequest) (
	*v1.CheckCertificationResponse, error) {
	if len(request.GetAcceptedSchemes()) == 0 {
		return nil, missing("accepted_schemes", "name what is accepted")
	}
	subject := &v1.ScreenedSubject{Ref: request.GetSubject()}
	if subject.Ref.GetRef() == nil {
		return nil, s.lacks("CheckCertification was asked by the number %q alone, which Certify does not know; set the answer: "+
			"probitytest.Handle(server, func(context.Context, *probityv1.CheckCertificationRequest) "+
			"(*probityv1.CheckCertificationResponse, error) {...})", request.GetCertificateNo())
	}
	result := s.certificationOf(subject, request.GetAcceptedSchemes())
	if result == v1.CertificationResult_CERTIFICATION_RESULT_UNSPECIFIED {
		return nil, s.lacks("CheckCertification was asked about %s and has no answer; set one: server.Certify(%s, %q, "+
			"probityv1.CertificationResult_CERTIFICATION_RESULT_VALID)", keyOf(subject), codeFor(subject),
			request.GetAcceptedSchemes()[0].GetSchemeId())
	}
	response := &v1.CheckCertificationResponse{Result: result, Stamp: stamp()}
	if result == v1.CertificationResult_CERTIFICATION_RESULT_VALID {
		response.ValidUntil = probity.ToDate(time.Now().UTC().AddDate(0, 0, clearDays))
	} else {
		response.Causes = []*v1.CertificationCause{{Result: result, Detail: "a test asked for it"}}
	}
	return response, nil
}

// certificationOf is UNSPECIFIED where nothing was set.
func (s *Server) certificationOf(subject *v1.ScreenedSubject, accepted []*v1.AcceptedScheme) v1.CertificationResult {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	first := v1.CertificationResult_CERTIFICATION_RESULT_UNSPECIFIED
	for _, scheme := range accepted {
		found := s.certified[certificate{keyOf(subject), scheme.GetSchemeId()}]
		if found == v1.CertificationResult_CERTIFICATION_RESULT_VALID {
			return found
		}
		if first == v1.CertificationResult_CERTIFICATION_RESULT_UNSPECIFIED {
			first = found
		}
	}
	return first
}

func (s *Server) checkCertifications(ctx context.Context, batch *v1.BatchCheckCertificationsRequest) (
	*v1.BatchCheckCertificationsResponse, error) {
	response := &v1.BatchCheckCertificationsResponse{Stamp: stamp()}
	for _, item := range batch.GetItems() {
		result := &v1.BatchCheckItemResult{CorrelationId: item.GetCorrelationId()}
		answer, err := s.checkCertification(ctx, item.GetRequest())
		if failed := itemError(err); failed != nil {
			result.Answer = &v1.BatchCheckItemResult_Error{Error: failed}
		} else if err != nil {
			return nil, err
		} else {
			answer.Stamp = nil
			result.Answer = &v1.BatchCheckItemResult_Response{Response: answer}
		}
		response.Results = append(response.Results, result)
	}
	return response, nil
}
