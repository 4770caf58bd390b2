package main

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	v1 "probity.dev/gateway/internal/probityv1"
)

// How many suppliers are asked about, from all over the register: far more than caches of a CPU hold.
const asked = 20_000

// The walk over the register; has no factor in common with its sizes.
const stride = 104_729

type supplier struct {
	identifier *v1.Identifier
	scheme     string // of the certificate that it holds
}

func readRegister(folder string) ([]supplier, error) {
	identifiers, err := column(filepath.Join(folder, "suppliers.csv"), "identifiers")
	if err != nil {
		return nil, err
	}
	schemes, err := column(filepath.Join(folder, "certifications.csv"), "scheme")
	if err != nil {
		return nil, err
	}
	if len(identifiers) == 0 || len(identifiers) != len(schemes) {
		return nil, fmt.Errorf("%s: %d suppliers and %d certificates", folder, len(identifiers), len(schemes))
	}
	var found []supplier
	for i := range min(asked, len(identifiers)) {
		at := i * stride % len(identifiers)
		first, _, _ := strings.Cut(identifiers[at], "|")
		scheme, value, _ := strings.Cut(first, ":")
		found = append(found, supplier{&v1.Identifier{Scheme: scheme, Value: value}, schemes[at]})
	}
	return found, nil
}

func column(path, name string) ([]string, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	place := slices.Index(rows[0], name)
	if place < 0 {
		return nil, fmt.Errorf("%s: has no column %s", path, name)
	}
	var values []string
	for _, row := range rows[1:] {
		values = append(values, row[place])
	}
	return values, nil
}
