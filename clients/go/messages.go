package probity

import (
	"fmt"
	"math"
	"strings"

	"google.golang.org/grpc/codes"
)

var leads = map[codes.Code]string{
	codes.InvalidArgument:    "Probity refused the request: ",
	codes.OutOfRange:         "Probity refused the request: ",
	codes.NotFound:           "Probity refused the request: ",
	codes.AlreadyExists:      "Probity refused the request: ",
	codes.FailedPrecondition: "Probity refused the request: ",
	codes.Aborted:            "Probity refused the request: ",
	codes.Unauthenticated:    "Probity does not know who is asking: ",
	codes.PermissionDenied:   "This account may not do this in Probity: ",
	codes.ResourceExhausted:  "Probity cannot take this now: ",
	codes.DeadlineExceeded:   "Probity did not answer in time: ",
	codes.Canceled:           "The question to Probity was given up: ",
}

// UserMessage is one or two sentences for whoever sits at the screen.
func (e *Error) UserMessage() string {
	said := strings.TrimRight(strings.TrimSpace(e.Message), ".")
	if said == "" {
		said = e.Code.String()
	}
	var fields []string
	for _, violation := range e.FieldViolations {
		if !strings.Contains(said, violation.Field) {
			fields = append(fields, violation.Field)
		}
	}
	if len(fields) > 0 {
		said += " (field " + strings.Join(fields, ", ") + ")"
	}
	return e.lead() + said + "." + e.advice()
}

func (e *Error) lead() string {
	if lead, ok := leads[e.Code]; ok {
		return lead
	}
	switch {
	case e.Code != codes.Unavailable:
		return "Probity failed: "
	case e.Reason != "":
		return "Probity cannot answer now: "
	}
	return fmt.Sprintf("Probity cannot be reached at %s: ", e.Target)
}

func (e *Error) advice() string {
	switch e.Code {
	case codes.PermissionDenied:
		if needed := e.Metadata["permission"]; needed != "" {
			return fmt.Sprintf(" Ask your administrator for the permission %s.", needed)
		}
		return " Ask your administrator."
	case codes.ResourceExhausted:
		if !e.saysWhen {
			return ""
		}
		return fmt.Sprintf(" Nothing was decided; ask again in %.0f seconds.", max(1, math.Round(e.RetryAfter.Seconds())))
	case codes.Unavailable:
		return e.connectionAdvice() + " Nothing was decided; try again later."
	case codes.DeadlineExceeded:
		return " Nothing may be bought on this; try again."
	}
	if _, told := leads[e.Code]; told {
		return ""
	}
	return " Nothing was decided; tell your administrator."
}

// What is said when a connection fails, and what to look at. The first that fits counts.
var hints = [][2]string{
	{"remote error: tls", " The server does not take your certificate: check that it is of the right authority, has not ended" +
		" and was not revoked."},
	{"expired or is not yet valid", " The server's certificate has ended or is not valid yet, or this machine's clock is wrong;" +
		" tell the operator."},
	{"unknown authority", " The server's certificate does not lead to the authority in CA; check the file, or tell the server's" +
		" operator."},
	{"certificate is valid for", " The server's certificate has another name than this address."},
	{"doesn't contain any", " The server's certificate has another name than this address."},
	{"first record does not look like a tls", " The server does not speak TLS on this port."},
	{"connection refused", " No server listens there; check address and port."},
	{"no such host", " The name in the address is not known; check it."},
	{"zero addresses", " The name in the address is not known; check it."},
}

const lastHint = " If the server asks for a client certificate, check that yours is of the right authority, has not ended and" +
	" was not revoked; if it speaks TLS, give WithTLSFiles."

func (e *Error) connectionAdvice() string {
	if e.Reason != "" {
		return ""
	}
	said := strings.ToLower(e.Message)
	for _, hint := range hints {
		if strings.Contains(said, hint[0]) {
			return hint[1]
		}
	}
	return lastHint
}
