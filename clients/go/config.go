package probity

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// The service config that every client goes by; see clients/README.md.
//
//go:embed service_config.json
var serviceConfig []byte

// The code that gRPC itself is not told to send calls again for: it does not read RetryInfo,
// which says when a budget reaches again, and would ask too early. caller does.
const ofTheLayer = "RESOURCE_EXHAUSTED"

// policy is how an RPC is called unless the caller says otherwise.
type policy struct {
	timeout  time.Duration // of the whole call; 0: no deadline
	attempts int           // the first one included; 1: it is never sent again
}

// By path, "/probity.v1.ScreeningService/ScreenSupplier".
var policies, grpcServiceConfig = mustReadConfig(serviceConfig)

type methodConfig struct {
	Name    []struct{ Service, Method string } `json:"name"`
	Timeout string                             `json:"timeout"`
	Retry   struct {
		MaxAttempts int `json:"maxAttempts"`
	} `json:"retryPolicy"`
}

// mustReadConfig gives policies, and the config as gRPC gets it. It panics on a file that no
// release has: the tests read it too.
func mustReadConfig(text []byte) (map[string]policy, string) {
	var config struct {
		MethodConfig []methodConfig `json:"methodConfig"`
	}
	if err := json.Unmarshal(text, &config); err != nil {
		panic(fmt.Sprintf("service_config.json: %v", err))
	}
	found := map[string]policy{}
	for _, entry := range config.MethodConfig {
		known := policy{attempts: max(1, entry.Retry.MaxAttempts)}
		if entry.Timeout != "" {
			timeout, err := time.ParseDuration(entry.Timeout)
			if err != nil {
				panic(fmt.Sprintf("service_config.json: timeout: %v", err))
			}
			known.timeout = timeout
		}
		for _, name := range entry.Name {
			found["/"+name.Service+"/"+name.Method] = known
		}
	}
	return found, forGRPC(text)
}

// forGRPC leaves out deadlines, which gRPC would take as upper bounds, so that no caller could
// wait longer; and what this layer does itself.
func forGRPC(text []byte) string {
	var config map[string]any
	if err := json.Unmarshal(text, &config); err != nil {
		panic(fmt.Sprintf("service_config.json: %v", err))
	}
	for _, entry := range config["methodConfig"].([]any) {
		entry := entry.(map[string]any)
		delete(entry, "timeout")
		if retry, ok := entry["retryPolicy"].(map[string]any); ok {
			codes := retry["retryableStatusCodes"].([]any)
			retry["retryableStatusCodes"] = slices.DeleteFunc(codes, func(code any) bool { return code == ofTheLayer })
		}
	}
	kept, err := json.Marshal(config)
	if err != nil {
		panic(fmt.Sprintf("service_config.json: %v", err))
	}
	return string(kept)
}
