// Package openapi holds the descriptions of the REST interface that generate.sh makes from
// the protos and http.yaml.
package openapi

import _ "embed"

// V2 is OpenAPI 2.0 as protoc-gen-openapiv2 writes it, JSON in UTF-8: what Power Platform's
// custom connectors take.
//
//go:embed probity.swagger.json
var V2 []byte

// V3 is the same as OpenAPI 3.0.
//
//go:embed probity.openapi3.json
var V3 []byte
