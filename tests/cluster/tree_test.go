package cluster

import (
	"slices"
	"strings"
	"testing"
)

func TestMovedNamespaceStaysAsValidAsItWas(t *testing.T) {
	longest, tooLong := strings.Repeat("a", 63), strings.Repeat("a", 64)
	if moved := movedNamespace("shop", "-1b"); moved != "shop-1b" {
		t.Errorf("shop became %s", moved)
	}
	if moved := movedNamespace(longest, "-1b"); len(moved) > 63 || !strings.HasSuffix(moved, "-1b") {
		t.Errorf("a valid name became %s", moved)
	}
	if moved := movedNamespace(tooLong, "-1b"); len(moved) <= 63 {
		t.Errorf("a name that is too long became %s", moved)
	}
}

func TestYAMLOutsideOfTheFoldersIsNamed(t *testing.T) {
	folder := t.TempDir()
	writeFiles(t, folder, map[string]string{
		"extra/settings.yaml":          configMap("app", "settings", "HOST"),
		"kustomization.yaml":           "kind: Kustomization",
		"secrets/kustomization.yml":    "kind: Kustomization",
		"secrets/app/deep/secret.yaml": configMap("app", "a", "A") + "---\n# nothing\n---\n" + configMap("app", "b", "B"),
		"secrets/names.txt":            "db: password",
	})
	tree, err := ReadTree(folder)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(tree.NotJudged, []string{"extra/settings.yaml"}) {
		t.Errorf("not judged: %v", tree.NotJudged)
	}
	if len(tree.Objects) != 2 || len(tree.Problems) != 0 {
		t.Errorf("%d objects, problems: %v", len(tree.Objects), tree.Problems)
	}
}

func TestExternals(t *testing.T) {
	folder := t.TempDir()
	writeFiles(t, folder, map[string]string{"report.json": `{
		"external": [{"kind": "Secret", "namespace": "app", "name": "listed"}],
		"services": {"web": {"needs": [{"kind": "ConfigMap", "name": "marked", "external": true}, {"name": "ours"}]}}
	}`})
	tree, err := ReadTree(folder)
	if err != nil {
		t.Fatal(err)
	}
	for expected, wanted := range map[place]bool{
		{"Secret", "app", "listed"}:     true,
		{"Secret", "other", "listed"}:   false,
		{"ConfigMap", "app", "listed"}:  false,
		{"ConfigMap", "any", "marked"}:  true,
		{"ConfigMap", "any", "ours"}:    false,
		{"ConfigMap", "any", "nothing"}: false,
	} {
		if has := tree.External.has(expected.kind, expected.namespace, expected.name); has != wanted {
			t.Errorf("%v: external is %t", expected, has)
		}
	}
}
