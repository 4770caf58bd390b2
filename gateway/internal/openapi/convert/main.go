// Convert tidies the OpenAPI 2.0 file that the generator wrote, writes it as OpenAPI 3.0 too, and
// refuses what is not valid.
// Usage: convert V2.json V3.json
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/getkin/kin-openapi/openapi2"
	"github.com/getkin/kin-openapi/openapi2conv"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: convert V2.json V3.json")
		os.Exit(2)
	}
	if err := convert(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "convert:", err)
		os.Exit(1)
	}
}

func convert(from, to string) error {
	text, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	if text, err = tidy(text); err != nil {
		return fmt.Errorf("%s: %w", from, err)
	}
	if err := os.WriteFile(from, append(text, '\n'), 0o644); err != nil {
		return err
	}
	var v2 openapi2.T
	if err := json.Unmarshal(text, &v2); err != nil {
		return fmt.Errorf("%s: %w", from, err)
	}
	v3, err := openapi2conv.ToV3(&v2)
	if err != nil {
		return fmt.Errorf("%s: %w", from, err)
	}
	for _, server := range v3.Servers { // paths begin with the slash
		server.URL = strings.TrimSuffix(server.URL, "/")
	}
	if err := v3.Validate(context.Background()); err != nil {
		return fmt.Errorf("%s: %w", to, err)
	}
	text, err = json.MarshalIndent(v3, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(to, append(text, '\n'), 0o644)
}
