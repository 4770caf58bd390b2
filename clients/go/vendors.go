package probity

import (
	"context"
	"iter"

	"probity.dev/client/probityv1"
)

// RegisterVendors makes vendor numbers known, in as many calls as the server's limit asks for,
// and gives one result for each, in order. An entry that fails carries its own error
// ([ItemFailure]). An error of a call, or of the source, ends it; what was sent before is kept,
// and sent again changes nothing.
func (c *Client) RegisterVendors(ctx context.Context,
	vendors iter.Seq2[*probityv1.Vendor, error]) iter.Seq2[*probityv1.UpsertVendorResult, error] {
	return func(yield func(*probityv1.UpsertVendorResult, error) bool) {
		info, err := c.Server.GetServerInfo(ctx, &probityv1.GetServerInfoRequest{})
		if err != nil {
			yield(nil, err)
			return
		}
		limit := max(1, int(info.GetMaxBatchVendors()))
		for chunk, err := range chunks(vendors, limit) {
			if !c.upsert(ctx, chunk, yield) {
				return
			}
			if err != nil {
				yield(nil, err)
				return
			}
		}
	}
}

// upsert says whether to go on.
func (c *Client) upsert(ctx context.Context, chunk []*probityv1.Vendor,
	yield func(*probityv1.UpsertVendorResult, error) bool) bool {
	if len(chunk) == 0 {
		return true
	}
	answer, err := c.Vendors.BatchUpsertVendors(ctx, &probityv1.BatchUpsertVendorsRequest{Vendors: chunk})
	if err != nil {
		yield(nil, err)
		return false
	}
	for _, result := range answer.GetResults() {
		if !yield(result, nil) {
			return false
		}
	}
	return true
}

// chunks are at most size long; the last comes with the error of the source, if there was one.
func chunks[T any](source iter.Seq2[T, error], size int) iter.Seq2[[]T, error] {
	return func(yield func([]T, error) bool) {
		var chunk []T
		for one, err := range source {
			if err != nil {
				yield(chunk, err)
				return
			}
			if chunk = append(chunk, one); len(chunk) < size {
				continue
			}
			if !yield(chunk, nil) {
				return
			}
			chunk = nil
		}
		if len(chunk) > 0 {
			yield(chunk, nil)
		}
	}
}
