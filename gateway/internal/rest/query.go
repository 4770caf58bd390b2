package rest

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"github.com/grpc-ecosystem/grpc-gateway/v2/utilities"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// strictQuery refuses parameters that no field has, or that stand in the path or body already:
// the library's own parser leaves them out without a word.
type strictQuery struct{ runtime.DefaultQueryParser }

func (q *strictQuery) Parse(message proto.Message, values url.Values, filter *utilities.DoubleArray) error {
	for name := range values {
		path := strings.Split(name, ".")
		if !isField(message.ProtoReflect().Descriptor(), path) {
			return fmt.Errorf("query parameter %q: there is no such field", name)
		}
		if filter.HasCommonPrefix(path) {
			return fmt.Errorf("query parameter %q: stands in the path or body already", name)
		}
	}
	return q.DefaultQueryParser.Parse(message, values, filter)
}

func isField(message protoreflect.MessageDescriptor, path []string) bool {
	field := message.Fields().ByJSONName(path[0])
	if field == nil {
		field = message.Fields().ByTextName(path[0])
	}
	if field == nil || len(path) == 1 {
		return field != nil
	}
	return field.Message() != nil && isField(field.Message(), path[1:])
}
