package probity

import (
	"iter"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"probity.dev/client/probityv1"
)

// ByIdentifier asks about whom a register's number names: ByIdentifier("GB-COH", "04830352").
// Scheme is a code of org-id.guide or one of Probity's own. Set Name beside it and both are
// compared.
func ByIdentifier(scheme, value string) *probityv1.ScreenedSubject {
	return &probityv1.ScreenedSubject{Ref: &probityv1.SubjectRef{
		Ref: &probityv1.SubjectRef_Identifier{Identifier: &probityv1.Identifier{Scheme: scheme, Value: value}}}}
}

// ByVendor asks by a vendor number that was registered before. Leading zeros count.
func ByVendor(system, number string) *probityv1.ScreenedSubject {
	return &probityv1.ScreenedSubject{Ref: &probityv1.SubjectRef{
		Ref: &probityv1.SubjectRef_Vendor{Vendor: &probityv1.VendorNumber{System: system, Number: number}}}}
}

// VendorItems are items of a batch or stream that ask by vendor number; the number is the
// correlation id.
func VendorItems(system string, numbers iter.Seq[string]) iter.Seq2[*probityv1.BatchScreenItem, error] {
	return func(yield func(*probityv1.BatchScreenItem, error) bool) {
		for number := range numbers {
			item := &probityv1.BatchScreenItem{CorrelationId: number,
				Request: &probityv1.ScreenSupplierRequest{Subject: ByVendor(system, number)}}
			if !yield(item, nil) {
				return
			}
		}
	}
}

// MinimizeLatency reads the newest revision at hand; what an absent Consistency means too.
func MinimizeLatency() *probityv1.Consistency {
	return &probityv1.Consistency{Requirement: &probityv1.Consistency_MinimizeLatency{MinimizeLatency: true}}
}

// AtLeastAsFresh reads this revision or a later one, as what was just written:
//
//	probity.AtLeastAsFresh(written.GetStamp().GetRevision())
//
// UNAVAILABLE / REVISION_NOT_YET_HERE where the server is behind. The server refuses nil with
// INVALID_ARGUMENT.
func AtLeastAsFresh(revision *probityv1.RevisionToken) *probityv1.Consistency {
	return &probityv1.Consistency{Requirement: &probityv1.Consistency_AtLeastAsFresh{AtLeastAsFresh: orEmpty(revision)}}
}

// AtExactRevision reads this revision as it was. FAILED_PRECONDITION / REVISION_EXPIRED once it
// is gone; the metadata name the earliest one left.
func AtExactRevision(revision *probityv1.RevisionToken) *probityv1.Consistency {
	return &probityv1.Consistency{Requirement: &probityv1.Consistency_AtExactRevision{AtExactRevision: orEmpty(revision)}}
}

// KnownAt reads what was known at this instant.
func KnownAt(instant time.Time) *probityv1.Consistency {
	return &probityv1.Consistency{Requirement: &probityv1.Consistency_KnownAt{KnownAt: timestamppb.New(instant)}}
}

// orEmpty keeps the requirement where the revision is missing: without it any revision would do.
func orEmpty(revision *probityv1.RevisionToken) *probityv1.RevisionToken {
	if revision == nil {
		return &probityv1.RevisionToken{}
	}
	return revision
}
