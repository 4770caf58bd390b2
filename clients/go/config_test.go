package probity_test

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	"probity.dev/client"
	"probity.dev/client/probityv1"
)

// rpcs goes over all of the protos, by path.
func rpcs(t *testing.T, each func(path string, rpc protoreflect.MethodDescriptor)) {
	t.Helper()
	count := 0
	protoregistry.GlobalFiles.RangeFilesByPackage("probity.v1", func(file protoreflect.FileDescriptor) bool {
		for i := range file.Services().Len() {
			service := file.Services().Get(i)
			for k := range service.Methods().Len() {
				rpc := service.Methods().Get(k)
				each("/"+string(service.FullName())+"/"+string(rpc.Name()), rpc)
				count++
			}
		}
		return true
	})
	if count < 80 {
		t.Fatalf("only %d RPCs", count)
	}
}

func mayBeRepeated(rpc protoreflect.MethodDescriptor) bool {
	permission := proto.GetExtension(rpc.Options(), probityv1.E_Permission).(probityv1.Permission).String()
	reads := strings.HasPrefix(permission, "PERMISSION_READ_") || strings.HasPrefix(permission, "PERMISSION_EXPORT_") ||
		rpc.Name() == "GetBackup" || rpc.Name() == "ListBackups" // Read by who makes them.
	named := rpc.Input().Fields().ByName("request_id") != nil || rpc.Name() == "BatchScreenSuppliers" // Its items are.
	return (reads || named) && rpc.Name() != "StreamScreenSuppliers"                                  // Goes on by its resume token.
}

func TestTheServiceConfigSaysOfEveryRPCWhatItMust(t *testing.T) {
	rpcs(t, func(path string, rpc protoreflect.MethodDescriptor) {
		timeout, attempts := probity.PolicyOf(path)
		if (attempts > 1) != mayBeRepeated(rpc) {
			t.Errorf("%s: %d attempts", path, attempts)
		}
		if (timeout == 0) != rpc.IsStreamingServer() || timeout < 0 {
			t.Errorf("%s: timeout %v", path, timeout)
		}
	})
}

func TestGRPCLeavesDeadlinesAndBudgetsToThisLayer(t *testing.T) {
	for _, word := range []string{"timeout", "RESOURCE_EXHAUSTED", "hedging"} {
		if strings.Contains(probity.GRPCServiceConfig, word) {
			t.Errorf("gRPC is told of %s", word)
		}
	}
	var config struct {
		MethodConfig []struct {
			RetryPolicy *struct{ RetryableStatusCodes []string }
		}
	}
	if err := json.Unmarshal([]byte(probity.GRPCServiceConfig), &config); err != nil {
		t.Fatal(err)
	}
	retried := 0
	for _, entry := range config.MethodConfig {
		if entry.RetryPolicy != nil {
			retried++
			if got := entry.RetryPolicy.RetryableStatusCodes; len(got) != 1 || got[0] != "UNAVAILABLE" {
				t.Errorf("%v", got)
			}
		}
	}
	if retried < 5 {
		t.Errorf("%d retry policies", retried)
	}
}

// A listing can be given to Pages and Items: its page token is a text in both messages.
func TestEveryListingIsOneForPages(t *testing.T) {
	listings := 0
	rpcs(t, func(path string, rpc protoreflect.MethodDescriptor) {
		if rpc.Output().Fields().ByName("next_page_token") == nil {
			return
		}
		listings++
		if token := rpc.Input().Fields().ByName("page_token"); token == nil || token.Kind() != protoreflect.StringKind {
			t.Errorf("%s has no page_token", path)
		}
	})
	if listings < 15 {
		t.Errorf("only %d listings", listings)
	}
}

func TestTheVersionIsTheServers(t *testing.T) {
	text, err := os.ReadFile("../../CMakeLists.txt")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(text, []byte("project(probity VERSION "+probity.Version)) {
		t.Errorf("CMakeLists.txt has not version %s", probity.Version)
	}
}
