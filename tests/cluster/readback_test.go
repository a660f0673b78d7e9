package cluster

import (
	"slices"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	"sigs.k8s.io/yaml"
)

func TestLost(t *testing.T) {
	const custom, pod = "apiVersion: example.com/v1\nkind: Gadget\n", "apiVersion: v1\nkind: Pod\n"
	for _, example := range []struct {
		name, sent, stored string
		lost               []string
	}{
		{"defaults are added", pod + "spec: {}", pod + "spec: {restartPolicy: Always}", nil},
		{"a field is dropped", pod + "spec: {nodeName: a}", pod + "spec: {}", []string{"spec.nodeName was sent and is not stored"}},
		{"another value", pod + "spec: {nodeName: a}", pod + "spec: {nodeName: b}",
			[]string{"spec.nodeName is stored with another value than was sent"}},
		{"null asks for nothing", pod + "metadata: {creationTimestamp: null}", pod + "metadata: {}", nil},
		{"a zero that means nothing", pod + "spec: {hostNetwork: false}", pod + "spec: {}", nil},
		{"a zero behind a pointer", pod + "spec: {hostUsers: false}", pod + "spec: {}",
			[]string{"spec.hostUsers was sent and is not stored"}},
		{"a zero that was turned around", pod + "spec: {hostNetwork: false}", pod + "spec: {hostNetwork: true}",
			[]string{"spec.hostNetwork is stored with another value than was sent"}},
		{"a quantity in another form", pod + "spec: {overhead: {cpu: 1000m}}", pod + "spec: {overhead: {cpu: '1'}}", nil},
		{"another quantity", pod + "spec: {overhead: {cpu: 1000m}}", pod + "spec: {overhead: {cpu: '2'}}",
			[]string{"spec.overhead.cpu is stored with another value than was sent"}},
		{"an entry is dropped", pod + "spec: {tolerations: [{key: a}, {key: b}]}", pod + "spec: {tolerations: [{key: a}]}",
			[]string{"spec.tolerations has 2 entries and is stored with 1"}},
		{"a field of an entry is dropped", pod + "spec: {tolerations: [{key: a, value: b}]}", pod + "spec: {tolerations: [{key: a}]}",
			[]string{"spec.tolerations[0].value was sent and is not stored"}},
		{"admission adds finalizers", pod + "metadata: {finalizers: [a]}", pod + "metadata: {finalizers: [b, a]}", nil},
		{"a finalizer is dropped", pod + "metadata: {finalizers: [a]}", pod + "metadata: {finalizers: [b]}",
			[]string{"metadata.finalizers lost an entry"}},
		{"stringData becomes data", "apiVersion: v1\nkind: Secret\nstringData: {a: b}",
			"apiVersion: v1\nkind: Secret\ndata: {a: Yg==}", nil},
		{"stringData with another value", "apiVersion: v1\nkind: Secret\nstringData: {a: b}",
			"apiVersion: v1\nkind: Secret\ndata: {a: Yw==}", []string{"data.a is stored with another value than was sent"}},
		{"a custom object is stored as it is", custom + "spec: {cpu: 1000m}", custom + "spec: {cpu: '1'}",
			[]string{"spec.cpu is stored with another value than was sent"}},
		{"a zero of a custom object", custom + "spec: {active: false}", custom + "spec: {}",
			[]string{"spec.active was sent and is not stored"}},
		{"a number is a number", custom + "spec: {size: 1.0}", custom + "spec: {size: 1}", nil},
	} {
		t.Run(example.name, func(t *testing.T) {
			if lost := Lost(parse(t, example.sent), parse(t, example.stored)); !slices.Equal(lost, example.lost) {
				t.Errorf("lost %q, expected %q", lost, example.lost)
			}
		})
	}
}

func parse(t *testing.T, text string) *unstructured.Unstructured {
	t.Helper()
	json, err := yaml.YAMLToJSONStrict([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	object := &unstructured.Unstructured{}
	if err := utiljson.Unmarshal(json, &object.Object); err != nil {
		t.Fatal(err)
	}
	return object
}
