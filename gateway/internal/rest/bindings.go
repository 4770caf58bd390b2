package rest

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	_ "probity.dev/gateway/internal/probityv1" // registers the services
)

// Binding is one path of http.yaml and the RPC behind it.
type Binding struct {
	Verb, Path string // "GET", "/v1/{name=suppliers/*}"
	Body       string // "*", a field, or empty
	RPC        protoreflect.MethodDescriptor
}

// Name as the access log writes it: "probity.v1.SupplierService/GetSupplier".
func (b *Binding) Name() string {
	return fmt.Sprintf("%s/%s", b.RPC.Parent().FullName(), b.RPC.Name())
}

type rule struct {
	Selector   string `yaml:"selector"`
	Get        string `yaml:"get"`
	Put        string `yaml:"put"`
	Post       string `yaml:"post"`
	Delete     string `yaml:"delete"`
	Body       string `yaml:"body"`
	Additional []rule `yaml:"additional_bindings"`
}

// ParseBindings reads http.yaml, which the generated code was made from.
func ParseBindings(text []byte) ([]*Binding, error) {
	var file struct {
		HTTP struct {
			Rules []rule `yaml:"rules"`
		} `yaml:"http"`
	}
	if err := yaml.Unmarshal(text, &file); err != nil {
		return nil, fmt.Errorf("http.yaml: %w", err)
	}
	var all []*Binding
	for _, one := range file.HTTP.Rules {
		found, err := protoregistry.GlobalFiles.FindDescriptorByName(protoreflect.FullName(one.Selector))
		if err != nil {
			return nil, fmt.Errorf("http.yaml: %s: %w", one.Selector, err)
		}
		rpc, ok := found.(protoreflect.MethodDescriptor)
		if !ok {
			return nil, fmt.Errorf("http.yaml: %s is no RPC", one.Selector)
		}
		for _, bound := range append([]rule{one}, one.Additional...) {
			all = append(all, bound.binding(rpc))
		}
	}
	return all, nil
}

func (r rule) binding(rpc protoreflect.MethodDescriptor) *Binding {
	for verb, path := range map[string]string{"GET": r.Get, "PUT": r.Put, "POST": r.Post, "DELETE": r.Delete} {
		if path != "" {
			return &Binding{Verb: verb, Path: path, Body: r.Body, RPC: rpc}
		}
	}
	return &Binding{RPC: rpc} // of a verb that the tests refuse
}

var variablePart = regexp.MustCompile(`\\\{[a-z_.\\]+=(.*?)\\\}`)

// fits says whether an escaped path is one of the binding's.
func (b *Binding) fits(path string) bool {
	form := variablePart.ReplaceAllString(regexp.QuoteMeta(b.Path), "$1")
	form = strings.NewReplacer(`\*\*`, ".+", `\*`, "[^/]+").Replace(form)
	matched, err := regexp.MatchString("^"+form+"$", path)
	return err == nil && matched
}

// verbsOf are the methods that a path has, sorted.
func (g *gateway) verbsOf(path string) []string {
	var verbs []string
	for _, one := range g.bindings {
		if one.fits(path) && !slices.Contains(verbs, one.Verb) {
			verbs = append(verbs, one.Verb)
		}
	}
	slices.Sort(verbs)
	return verbs
}
