package probity

import (
	"context"
	"iter"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// Paged is a request of a listing that comes in pages.
type Paged interface {
	proto.Message
	GetPageToken() string
}

// Page is an answer of one.
type Page interface {
	proto.Message
	GetNextPageToken() string
}

// Pages are the answers of a listing, from the request's own page token on, each asked for when
// it is needed and of one revision:
//
//	for page, err := range probity.Pages(ctx, client.Vendors.ListVendors, request) { ... }
//
// Each iteration asks anew. An error is the last thing that it gives.
func Pages[Request Paged, Response Page](ctx context.Context,
	list func(context.Context, Request, ...grpc.CallOption) (Response, error), request Request) iter.Seq2[Response, error] {
	return func(yield func(Response, error) bool) {
		asked := copyOf(request)
		for {
			page, err := list(ctx, asked)
			if !yield(page, err) || err != nil || page.GetNextPageToken() == "" {
				return
			}
			token := asked.ProtoReflect().Descriptor().Fields().ByName("page_token")
			asked.ProtoReflect().Set(token, protoreflect.ValueOfString(page.GetNextPageToken()))
		}
	}
}

// Items are what a listing names, over all its pages. The last argument takes them out of an
// answer:
//
//	for vendor, err := range probity.Items(ctx, client.Vendors.ListVendors, request,
//		(*probityv1.ListVendorsResponse).GetVendors) { ... }
func Items[Request Paged, Response Page, Item any](ctx context.Context,
	list func(context.Context, Request, ...grpc.CallOption) (Response, error), request Request,
	of func(Response) []Item) iter.Seq2[Item, error] {
	return func(yield func(Item, error) bool) {
		for page, err := range Pages(ctx, list, request) {
			if err != nil {
				var none Item
				yield(none, err)
				return
			}
			for _, item := range of(page) {
				if !yield(item, nil) {
					return
				}
			}
		}
	}
}
