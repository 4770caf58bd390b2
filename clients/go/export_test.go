package probity

import "time"

// GRPCServiceConfig is what gRPC is given.
var GRPCServiceConfig = grpcServiceConfig

// PolicyOf says how the RPC at this path is called; -1 where the service config does not name it.
func PolicyOf(path string) (timeout time.Duration, attempts int) {
	known, named := policies[path]
	if !named {
		return -1, -1
	}
	return known.timeout, known.attempts
}

// LookEvery changes how often files are looked at; the function changes it back.
func LookEvery(every time.Duration) func() {
	before := lookEvery
	lookEvery = every
	return func() { lookEvery = before }
}
