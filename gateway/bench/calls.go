package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	v1 "probity.dev/gateway/internal/probityv1"
)

// Answers that are looked into before anything is measured.
const checked = 50

// Deadline of a call by gRPC, as the gateway has one too.
const patience = 30 * time.Second

// kind of call: the same question by both ways.
type kind struct {
	name         string // of the figure
	method, path string // of gRPC, of REST
	requests     []proto.Message
	bodies       [][]byte // the same as JSON
	answer       func() proto.Message
	isRight      func(proto.Message) bool
}

func (k *kind) figure() string { return "gateway_" + k.name + "_vs_grpc" }

// kindsOf are LookupSuppliers, CheckCertification and ScreenSupplier, each of one supplier by its LEI.
func kindsOf(suppliers []supplier) []*kind {
	lookup := &kind{name: "lookup", method: v1.SupplierService_LookupSuppliers_FullMethodName, path: "/v1/suppliers:lookup",
		answer: func() proto.Message { return &v1.LookupSuppliersResponse{} },
		isRight: func(m proto.Message) bool {
			results := m.(*v1.LookupSuppliersResponse).GetResults()
			return len(results) == 1 && len(results[0].GetSuppliers()) == 1
		}}
	check := &kind{name: "check", method: v1.CertificationService_CheckCertification_FullMethodName, path: "/v1/certifications:check",
		answer: func() proto.Message { return &v1.CheckCertificationResponse{} },
		isRight: func(m proto.Message) bool {
			return m.(*v1.CheckCertificationResponse).GetResult() == v1.CertificationResult_CERTIFICATION_RESULT_VALID
		}}
	screen := &kind{name: "screen", method: v1.ScreeningService_ScreenSupplier_FullMethodName, path: "/v1/suppliers:screen",
		answer:  func() proto.Message { return &v1.ScreenSupplierResponse{} },
		isRight: func(m proto.Message) bool { return m.(*v1.ScreenSupplierResponse).GetDecision().GetName() != "" }}
	for _, one := range suppliers {
		ref := &v1.SubjectRef{Ref: &v1.SubjectRef_Identifier{Identifier: one.identifier}}
		accepted := []*v1.AcceptedScheme{{SchemeId: one.scheme}}
		lookup.add(&v1.LookupSuppliersRequest{Identifiers: []*v1.Identifier{one.identifier}})
		check.add(&v1.CheckCertificationRequest{Subject: ref, AcceptedSchemes: accepted})
		screen.add(&v1.ScreenSupplierRequest{Subject: &v1.ScreenedSubject{Ref: ref}, Purchase: &v1.PurchaseContext{
			AuthorityCountry: "DE", Purpose: v1.Purpose_PURPOSE_QUALIFICATION,
			Requirements: []*v1.RequiredEvidence{{RequirementId: one.scheme, AcceptedSchemes: accepted}}}})
	}
	return []*kind{lookup, check, screen}
}

func (k *kind) add(request proto.Message) {
	body, err := protojson.Marshal(request)
	if err != nil {
		panic(err) // a message of ours
	}
	k.requests, k.bodies = append(k.requests, request), append(k.bodies, body)
}

// ways by which one kind of call is made.
type ways struct {
	kind       *kind
	connection *grpc.ClientConn
	client     *http.Client
	base       string // of the gateway's URLs
}

func (w *ways) byGRPC(at int) error { return w.askGRPC(at, w.kind.answer()) }

func (w *ways) byREST(at int) error { return w.askREST(at, io.Discard) }

func (w *ways) askGRPC(at int, answer proto.Message) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	return w.connection.Invoke(ctx, w.kind.method, w.kind.requests[at%len(w.kind.requests)], answer)
}

func (w *ways) askREST(at int, to io.Writer) error {
	body := w.kind.bodies[at%len(w.kind.bodies)]
	answer, err := w.client.Post(w.base+w.kind.path, "application/json", bytes.NewReader(body))
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }()
	if _, err := io.Copy(to, answer.Body); err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("the gateway answered %s", answer.Status)
	}
	return nil
}

func (w *ways) check() error {
	for at := range checked {
		direct, over := w.kind.answer(), w.kind.answer()
		if err := w.askGRPC(at, direct); err != nil {
			return err
		}
		var text bytes.Buffer
		if err := w.askREST(at, &text); err != nil {
			return err
		}
		if err := protojson.Unmarshal(text.Bytes(), over); err != nil {
			return err
		}
		if !w.kind.isRight(direct) || !w.kind.isRight(over) {
			return fmt.Errorf("a wrong answer by gRPC or by REST:\n%s\n%s", protojson.Format(direct), &text)
		}
	}
	return nil
}
