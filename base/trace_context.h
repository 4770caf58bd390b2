// W3C Trace Context: the trace that a question belongs to, as its header "traceparent" names
// it. Of a trace, only the id is kept.
#ifndef PROBITY_BASE_TRACE_CONTEXT_H_
#define PROBITY_BASE_TRACE_CONTEXT_H_

#include <string>

#include "absl/strings/string_view.h"

namespace probity {

// The trace id, 32 lower-case hex digits; empty for a header that breaks any rule of the
// recommendation: whoever cannot be read has no trace. Versions after 00 are read as the
// recommendation asks: by their first 55 bytes, where these stand alone or before "-".
std::string TraceIdOf(absl::string_view traceparent);

// A header for a question that this server asks on nobody's behalf: a trace of its own, of
// which it keeps no spans, so not sampled.
std::string NewTraceparent();

}  // namespace probity

#endif  // PROBITY_BASE_TRACE_CONTEXT_H_
