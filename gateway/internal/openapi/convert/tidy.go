package main

import (
	"encoding/json"
	"fmt"
	"strings"
)

// The generator makes a parameter's name of a plural by cutting its "s", and leaves "**" in
// paths, which OpenAPI does not know: a key of a record is one percent-encoded part.
var singulars = strings.NewReplacer("{authoritie}", "{authority}", "{policie}", "{policy}", "{replie}", "{reply}",
	"records/**", "records/{record}")

var names = map[string]string{"authoritie": "authority", "policie": "policy", "replie": "reply"}

// tidy returns the file with paths as they can be called.
func tidy(text []byte) ([]byte, error) {
	var file map[string]any
	if err := json.Unmarshal(text, &file); err != nil {
		return nil, err
	}
	paths, ok := file["paths"].(map[string]any)
	if !ok {
		return nil, fmt.Errorf("has no paths")
	}
	tidied := map[string]any{}
	for path, operations := range paths {
		for _, operation := range operations.(map[string]any) {
			tidyOperation(path, operation.(map[string]any))
		}
		tidied[singulars.Replace(path)] = operations
	}
	file["paths"] = tidied
	if len(tidied) != len(paths) {
		return nil, fmt.Errorf("two of %d paths became one", len(paths))
	}
	return json.MarshalIndent(file, "", " ")
}

func tidyOperation(path string, operation map[string]any) {
	parameters, _ := operation["parameters"].([]any)
	for _, one := range parameters {
		parameter := one.(map[string]any)
		if name, isPlural := names[fmt.Sprint(parameter["name"])]; isPlural && parameter["in"] == "path" {
			parameter["name"] = name
		}
	}
	if strings.Contains(path, "**") {
		operation["parameters"] = append(parameters, map[string]any{
			"name": "record", "in": "path", "required": true, "type": "string",
			"description": "Key of the record, percent-encoded."})
	}
}
