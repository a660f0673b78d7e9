package cluster

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	podsecurity "k8s.io/pod-security-admission/api"
)

// TestHarness judges the judge: it has to find what is wrong with each case, and nothing else.
func TestHarness(t *testing.T) {
	cluster := StartCluster(t)
	for number, example := range cases {
		t.Run(example.name, func(t *testing.T) {
			verdict := judgeExample(t, cluster, example.files, fmt.Sprintf("-h%d", number))
			for index, problem := range verdict.Problems {
				if index >= len(example.problems) || !strings.Contains(problem.String(), example.problems[index]) {
					t.Errorf("unexpected: %s", problem)
				}
			}
			if len(verdict.Problems) < len(example.problems) {
				t.Errorf("found only %d of %d problems", len(verdict.Problems), len(example.problems))
			}
			if verdict.Objects != example.objects || verdict.Accepted != example.accepted {
				t.Errorf("%d objects, %d accepted; expected %d and %d",
					verdict.Objects, verdict.Accepted, example.objects, example.accepted)
			}
			for _, level := range []podsecurity.Level{
				podsecurity.LevelRestricted, podsecurity.LevelBaseline, podsecurity.LevelPrivileged,
			} {
				if verdict.Pods[level] != example.pods[level] {
					t.Errorf("%d %s Pods, expected %d", verdict.Pods[level], level, example.pods[level])
				}
			}
		})
	}
	t.Run("nothing is left of the tree before", func(t *testing.T) { nothingIsLeft(t, cluster) })
	t.Run("an empty tree is a failure", func(t *testing.T) {
		if verdict := judgeFolder(t.Context(), t, cluster, t.TempDir(), "-empty"); len(verdict.Problems) != 1 {
			t.Errorf("problems: %v", verdict.Problems)
		}
	})
	t.Run("kinds of other projects", func(t *testing.T) { customKinds(t, cluster) })
}

// nothingIsLeft judges a tree twice that holds everything two trees could fight over.
func nothingIsLeft(t *testing.T, cluster *Cluster) {
	files := map[string]string{
		"cluster/volume.yaml": `
apiVersion: v1
kind: PersistentVolume
metadata: {name: disk}
spec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], hostPath: {path: /srv}}
`,
		"cluster/priority.yaml": `
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: important}
value: 1000
globalDefault: true
`,
		"manifests/app/service.yaml": `
apiVersion: v1
kind: Service
metadata: {name: web, namespace: app}
spec: {type: NodePort, ports: [{port: 80, nodePort: 30080}]}
`,
		"manifests/app/web.yaml": deployment("app", "      priorityClassName: important\n"),
	}
	for _, suffix := range []string{"-once", "-twice"} {
		if verdict := judgeExample(t, cluster, files, suffix); len(verdict.Problems) > 0 || verdict.Accepted != 5 {
			t.Errorf("%s: %d accepted, problems: %v", suffix, verdict.Accepted, verdict.Problems)
		}
	}
}

// customKinds judges an object of a kind that the server does not know, and again once it does. It comes last.
func customKinds(t *testing.T, cluster *Cluster) {
	files := map[string]string{"manifests/app/gadget.yaml": `
apiVersion: example.com/v1
kind: Gadget
metadata: {name: gadget, namespace: app}
spec: {size: 1, color: red}
`}
	verdict := judgeExample(t, cluster, files, "-unknown")
	if len(verdict.NotJudged) != 1 || verdict.Objects != 1 || len(verdict.Problems) != 0 {
		t.Errorf("without its CRD: %+v", verdict)
	}
	folder := t.TempDir()
	writeFiles(t, folder, map[string]string{"gadget.yaml": gadgetCRD})
	if _, err := cluster.CreateCRDs(t.Context(), folder); err != nil {
		t.Fatal(err)
	}
	verdict = judgeExample(t, cluster, files, "-known")
	if len(verdict.Problems) != 1 || !strings.Contains(verdict.Problems[0].Message, `unknown field "spec.color"`) {
		t.Errorf("with its CRD: %v", verdict.Problems)
	}
	files["manifests/app/gadget.yaml"] = strings.ReplaceAll(files["manifests/app/gadget.yaml"], "example.com", "example.org")
	verdict = judgeExample(t, cluster, files, "-elsewhere")
	if len(verdict.Problems) != 1 || verdict.Problems[0].Step != StepCreate {
		t.Errorf("with other CRDs: %v", verdict.Problems)
	}
}

const gadgetCRD = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: gadgets.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Gadget, plural: gadgets}
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec: {type: object, properties: {size: {type: integer}}}
`

// judgeExample judges a tree with these files and a restricted namespace `app`.
func judgeExample(t *testing.T, cluster *Cluster, files map[string]string, suffix string) Verdict {
	t.Helper()
	folder := t.TempDir()
	writeFiles(t, folder, map[string]string{"foundation/app.yaml": namespace("app", "restricted")})
	writeFiles(t, folder, files)
	return judgeFolder(t.Context(), t, cluster, folder, suffix)
}

func writeFiles(t *testing.T, folder string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
