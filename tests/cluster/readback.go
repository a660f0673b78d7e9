package cluster

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"sort"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	"k8s.io/client-go/kubernetes/scheme"
)

// Lost compares an object with what is stored of it and says which fields are missing or have another value. What the
// server added is nobody's loss.
//
// One value can be written in several ways: `1000m` and `1` are the same quantity, and `false` and nothing are the same
// for a field that is not a pointer. Which ones are the same is the business of the Go type that the server itself
// decodes into, so a third copy, passed through that type, says how the server would have written what was sent.
// Objects of CRDs have no such type; they have to be stored exactly as they were sent.
func Lost(sent, stored *unstructured.Unstructured) []string {
	sent = withoutStringData(sent)
	rewritten, typed := throughType(sent)
	comparison := comparison{typed: typed}
	comparison.compare("", value{sent.Object, true}, value{rewritten, typed}, value{stored.Object, true})
	return comparison.lost
}

// value is a value at some path, or its absence.
type value struct {
	is      any
	present bool
}

// at is the value under a key.
func (v value) at(key string) value {
	if fields, isMap := v.is.(map[string]any); isMap {
		child, present := fields[key]
		return value{child, present}
	}
	return value{}
}

// item is the value at an index.
func (v value) item(index int) value {
	if items, isList := v.is.([]any); isList && index < len(items) {
		return value{items[index], true}
	}
	return value{}
}

type comparison struct {
	typed bool
	lost  []string
}

func (c *comparison) compare(path string, sent, rewritten, stored value) {
	if sent.is == nil {
		return // `null` asks for nothing.
	}
	if !stored.present {
		sameAsAbsent := c.typed && !rewritten.present && isZero(sent.is)
		if !sameAsAbsent {
			c.lost = append(c.lost, fmt.Sprintf("%s was sent and is not stored", path))
		}
		return
	}
	switch sentIs := sent.is.(type) {
	case map[string]any:
		if _, isMap := stored.is.(map[string]any); isMap {
			c.compareMaps(path, sentIs, sent, rewritten, stored)
			return
		}
	case []any:
		if storedIs, isList := stored.is.([]any); isList {
			c.compareLists(path, sentIs, storedIs, rewritten, stored)
			return
		}
	}
	if !equal(sent.is, stored.is) && !(c.typed && rewritten.present && equal(rewritten.is, stored.is)) {
		c.lost = append(c.lost, fmt.Sprintf("%s is stored with another value than was sent", path))
	}
}

func (c *comparison) compareMaps(path string, fields map[string]any, sent, rewritten, stored value) {
	keys := make([]string, 0, len(fields))
	for key := range fields {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	for _, key := range keys {
		below := key
		if path != "" {
			below = path + "." + key
		}
		c.compare(below, sent.at(key), rewritten.at(key), stored.at(key))
	}
}

func (c *comparison) compareLists(path string, sent, stored []any, rewritten, storedValue value) {
	if path == "metadata.finalizers" {
		// The one list that admission adds to.
		for _, finalizer := range sent {
			if !slices.Contains(stored, finalizer) {
				c.lost = append(c.lost, path+" lost an entry")
			}
		}
		return
	}
	if len(sent) != len(stored) {
		c.lost = append(c.lost, fmt.Sprintf("%s has %d entries and is stored with %d", path, len(sent), len(stored)))
		return
	}
	for index := range sent {
		below := fmt.Sprintf("%s[%d]", path, index)
		c.compare(below, value{sent[index], true}, rewritten.item(index), storedValue.item(index))
	}
}

// equal compares scalars; a number is the same whether it was written as 1 or as 1.0.
func equal(a, b any) bool {
	return reflect.DeepEqual(asFloat(a), asFloat(b))
}

func asFloat(number any) any {
	if integer, isInteger := number.(int64); isInteger {
		return float64(integer)
	}
	return number
}

// isZero is whether a value is what Go would have without it.
func isZero(sent any) bool {
	switch sent := sent.(type) {
	case map[string]any:
		for _, field := range sent {
			if !isZero(field) {
				return false
			}
		}
		return true
	case []any:
		return len(sent) == 0
	case nil:
		return true
	default:
		return reflect.ValueOf(sent).IsZero()
	}
}

// throughType decodes an object into its Go type and encodes it again; false if there is no such type, or if the object
// does not fit into it.
func throughType(object *unstructured.Unstructured) (map[string]any, bool) {
	typed, err := scheme.Scheme.New(object.GroupVersionKind())
	if err != nil {
		return nil, false
	}
	text, err := json.Marshal(object.Object)
	if err != nil {
		return nil, false
	}
	if err := json.Unmarshal(text, typed); err != nil {
		return nil, false
	}
	if text, err = json.Marshal(typed); err != nil {
		return nil, false
	}
	var fields map[string]any
	if err := utiljson.Unmarshal(text, &fields); err != nil {
		return nil, false
	}
	return fields, true
}

// withoutStringData does to a Secret what the API promises: stringData is merged into data and not stored itself.
func withoutStringData(object *unstructured.Unstructured) *unstructured.Unstructured {
	if object.GetKind() != "Secret" || object.GetAPIVersion() != "v1" {
		return object
	}
	plain, found, err := unstructured.NestedStringMap(object.Object, "stringData")
	if !found || err != nil {
		return object
	}
	object = object.DeepCopy()
	delete(object.Object, "stringData")
	data, _, _ := unstructured.NestedMap(object.Object, "data")
	if data == nil {
		data = map[string]any{}
	}
	for key, text := range plain {
		data[key] = base64.StdEncoding.EncodeToString([]byte(text))
	}
	object.Object["data"] = data
	return object
}
