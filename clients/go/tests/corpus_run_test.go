package tests

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// corpusCase is a case of tests/corpus, whose README.md says what cases are and how answers are
// compared: one call, or a sequence of them.
type corpusCase struct {
	call
	Name  string
	Steps []call
}

type call struct {
	Method    string
	Token     string
	Request   any
	Requests  []any
	Expect    *any
	Responses *[]any
	Error     map[string]any
	Save      map[string]string
}

// answer is all that a call gave, as JSON.
type answer struct {
	responses []any
	err       map[string]any // nil: it succeeded
}

// run gives the differences of the first step that has any.
func (c corpusCase) run(ask func(call) answer) []string {
	steps := c.Steps
	if steps == nil {
		steps = []call{c.call}
	}
	saved := map[string]string{}
	for _, step := range steps {
		step = step.filled(saved)
		got := ask(step)
		if found := step.compare(got); len(found) > 0 {
			return found
		}
		for name, path := range step.Save {
			saved[name] = textAt(got.responses[0], path)
		}
	}
	return nil
}

func (c call) compare(got answer) (found []string) {
	switch {
	case c.Error != nil && got.err == nil:
		found = append(found, fmt.Sprintf("error: %s expected, and it succeeded", text(c.Error)))
	case c.Error != nil:
		found = differences(c.Error, got.err, "error")
	case got.err != nil:
		found = append(found, "failed: "+text(got.err))
	}
	if c.Responses != nil {
		found = append(found, differences(*c.Responses, got.responses, "responses")...)
	}
	if c.Expect != nil {
		found = append(found, differences([]any{*c.Expect}, got.responses, "")...)
	}
	return found
}

// differences says what is not as expected; an answer of nil is absent.
func differences(expected, got any, path string) (found []string) {
	switch expected := expected.(type) {
	case []any:
		items, _ := got.([]any)
		if len(items) != len(expected) {
			return []string{fmt.Sprintf("%s: %d expected, not %d: %s", path, len(expected), len(items), text(got))}
		}
		for i, one := range expected {
			found = append(found, differences(one, items[i], fmt.Sprintf("%s[%d]", path, i))...)
		}
		return found
	case map[string]any:
		members, isObject := got.(map[string]any)
		if !isObject && got != nil {
			return []string{fmt.Sprintf("%s: an object expected, not %s", path, text(got))}
		}
		for name, value := range expected {
			found = append(found, differences(value, members[name], path+"."+name)...)
		}
		return found
	}
	if isDefault := expected == nil || expected == "0" || reflect.ValueOf(expected).IsZero(); got == nil && isDefault || expected == got {
		return nil
	}
	return []string{fmt.Sprintf("%s: %s expected, not %s", path, text(expected), text(got))}
}

func text(value any) string {
	written, err := json.Marshal(value)
	if err != nil {
		return err.Error()
	}
	return string(written)
}

// filled has what earlier steps saved in the place of ${name}.
func (c call) filled(saved map[string]string) call {
	c.Request = fill(c.Request, saved)
	if c.Requests != nil {
		c.Requests = fill(c.Requests, saved).([]any)
	}
	if c.Error != nil {
		c.Error = fill(c.Error, saved).(map[string]any)
	}
	if c.Expect != nil {
		expect := fill(*c.Expect, saved)
		c.Expect = &expect
	}
	if c.Responses != nil {
		responses := fill(*c.Responses, saved).([]any)
		c.Responses = &responses
	}
	return c
}

func fill(value any, saved map[string]string) any {
	switch value := value.(type) {
	case string:
		for name, put := range saved {
			value = strings.ReplaceAll(value, "${"+name+"}", put)
		}
		return value
	case []any:
		list := make([]any, len(value))
		for i, one := range value {
			list[i] = fill(one, saved)
		}
		return list
	case map[string]any:
		object := map[string]any{}
		for name, one := range value {
			object[name] = fill(one, saved)
		}
		return object
	}
	return value
}

func textAt(at any, path string) string {
	for _, part := range strings.Split(path, ".") {
		if index, err := strconv.Atoi(part); err == nil {
			at = at.([]any)[index]
		} else {
			at = at.(map[string]any)[part]
		}
	}
	return at.(string)
}
