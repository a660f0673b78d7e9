package cluster

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"strings"
)

// Externals are the objects that report.json says exist outside of the tree. An empty kind or namespace means any.
type Externals []place

func (e Externals) has(kind, namespace, name string) bool {
	for _, external := range e {
		if external.name == name &&
			(external.kind == "" || strings.EqualFold(external.kind, kind)) &&
			(external.namespace == "" || external.namespace == namespace) {
			return true
		}
	}
	return false
}

// readExternals reads from report.json every object `{"name": …, "external": true}`, and every entry of a list named
// `external`, with `kind` and `namespace` where they are said. It looks at any depth, so that the report may be arranged
// as it likes. A tree without a report has no externals.
func readExternals(path string) (Externals, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var report any
	if err := json.Unmarshal(text, &report); err != nil {
		return nil, err
	}
	var found Externals
	collectExternals(report, &found)
	return found, nil
}

func collectExternals(part any, found *Externals) {
	switch part := part.(type) {
	case []any:
		for _, item := range part {
			collectExternals(item, found)
		}
	case map[string]any:
		if external, _ := part["external"].(bool); external {
			addExternal(part, found)
		}
		for key, child := range part {
			list, isList := child.([]any)
			if key != "external" || !isList {
				collectExternals(child, found)
				continue
			}
			for _, item := range list {
				if fields, isMap := item.(map[string]any); isMap {
					addExternal(fields, found)
				}
			}
		}
	}
}

func addExternal(fields map[string]any, found *Externals) {
	text := func(key string) string {
		value, _ := fields[key].(string)
		return value
	}
	if text("name") != "" {
		*found = append(*found, place{text("kind"), text("namespace"), text("name")})
	}
}
