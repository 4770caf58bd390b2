package probity

import (
	"log/slog"
	"strings"
	"sync"

	"google.golang.org/grpc/metadata"
)

// Metadata by which a server says what its caller used that is deprecated, full names joined by
// ", ": the first ones of an answer, the last ones of an error, so that gRPC may send a call again.
const deprecatedHeader = "probity-deprecated"

// notices tells of each name once.
type notices struct {
	told *sync.Map // names
	tell func(name, method string)
}

// Of this process, whichever client hears it first.
var toldByLog sync.Map

func noticesByLog() notices { return notices{&toldByLog, logNotice} }

func logNotice(name, method string) {
	slog.Warn("probity: "+name+" is deprecated: it works as before, and goes away with a later version of the API; "+
		"its comment in the protos says what takes its place", "name", name, "method", method)
}

// WithDeprecationNotice gives names of deprecated fields and methods that were used to a function,
// once each of this client, instead of to the log: "probity.v1.ScreenSupplierRequest.policy", used
// in a call of "ScreeningService/ScreenSupplier". It is called by the goroutine that makes the call,
// so by several at a time. With nil nobody is told.
func WithDeprecationNotice(tell func(name, method string)) Option {
	if tell == nil {
		tell = func(string, string) {}
	}
	return func(s *settings) { s.notices = notices{&sync.Map{}, tell} }
}

func (n notices) read(header metadata.MD, method string) {
	for _, value := range header.Get(deprecatedHeader) {
		for _, name := range strings.Split(value, ",") {
			name = strings.TrimSpace(name)
			if name == "" {
				continue
			}
			if _, known := n.told.LoadOrStore(name, true); !known {
				n.tell(name, shortOf(method))
			}
		}
	}
}
