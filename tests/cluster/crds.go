package cluster

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

var crdResource = schema.GroupVersionResource{
	Group: "apiextensions.k8s.io", Version: "v1", Resource: "customresourcedefinitions",
}

// SchemasVariable names the folder whose subfolder `crds` holds the real CRDs of other projects.
const SchemasVariable = "CUTOVER_SCHEMAS"

// CRDFolder is the folder with CRDs, or "" if the environment names none.
func CRDFolder() string {
	schemas := os.Getenv(SchemasVariable)
	if schemas == "" {
		return ""
	}
	return filepath.Join(schemas, "crds")
}

// CreateCRDs creates every CRD of a folder, waits until the server serves them, and says how many there are.
func (c *Cluster) CreateCRDs(ctx context.Context, folder string) (int, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*.yaml"))
	if err != nil {
		return 0, err
	}
	var crds []*unstructured.Unstructured
	for _, file := range files {
		documents, err := readDocuments(file)
		if err != nil {
			return 0, err
		}
		crds = append(crds, documents...)
	}
	if len(crds) == 0 {
		return 0, fmt.Errorf("%s holds no CRD", folder)
	}
	for _, crd := range crds {
		// Read as they are published: how strict other projects are with their own files is not ours to judge.
		if _, err := c.client.Resource(crdResource).Create(ctx, crd, metav1.CreateOptions{}); err != nil {
			return 0, fmt.Errorf("%s: %w", crd.GetName(), err)
		}
	}
	if err := c.waitForCRDs(ctx, crds); err != nil {
		return 0, err
	}
	c.warnings.take()
	c.CustomKinds = true
	return len(crds), nil
}

// waitForCRDs waits until discovery lists every kind: from then on the server takes objects of it.
func (c *Cluster) waitForCRDs(ctx context.Context, crds []*unstructured.Unstructured) error {
	missing := crds
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(200 * time.Millisecond) {
		if err := c.refreshKinds(); err == nil {
			missing = slices.DeleteFunc(slices.Clone(missing), c.serves)
		}
		if len(missing) == 0 {
			return nil
		}
		if time.Now().After(deadline) || ctx.Err() != nil {
			return fmt.Errorf("%d CRDs are not served after a minute, among them %s", len(missing), missing[0].GetName())
		}
	}
}

func (c *Cluster) serves(crd *unstructured.Unstructured) bool {
	group, _, _ := unstructured.NestedString(crd.Object, "spec", "group")
	kind, _, _ := unstructured.NestedString(crd.Object, "spec", "names", "kind")
	_, err := c.mapper.RESTMapping(schema.GroupKind{Group: group, Kind: kind})
	return err == nil
}
