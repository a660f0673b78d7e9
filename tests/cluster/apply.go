package cluster

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic"
)

// Namespaces that every K3s cluster has. Any other namespace has to be written.
var givenNamespaces = []string{"default", "kube-system", "kube-public", "kube-node-lease"}

// The kinds that others need, in the order in which they are created. All others follow in the order of their files.
var firstKinds = []string{"Namespace", "ServiceAccount", "ResourceQuota", "LimitRange", "PriorityClass", "StorageClass", "RuntimeClass"}

// How long a refusal is repeated that may only mean that the server has not yet seen what was created a moment ago.
const patience = 3 * time.Second

// How long the caches of admission may be behind.
const moment = 300 * time.Millisecond

// inOrder returns the objects in the order in which they can be created: a Namespace comes before what is in it, and
// what admission looks up comes before what it looks at.
func inOrder(objects []Object) []Object {
	rank := func(object Object) int {
		if first := slices.Index(firstKinds, object.GetKind()); first >= 0 {
			return first
		}
		return len(firstKinds)
	}
	sorted := slices.Clone(objects)
	slices.SortStableFunc(sorted, func(a, b Object) int { return rank(a) - rank(b) })
	return sorted
}

// createGiven creates the namespaces that the cluster itself would have, as far as the tree uses and does not write
// them.
func (c *Cluster) createGiven(ctx context.Context, tree Tree, suffix string) error {
	for _, given := range givenNamespaces {
		name := movedNamespace(given, suffix)
		uses := func(object Object) bool { return object.GetNamespace() == name }
		writes := func(object Object) bool { return isNamespace(object) && object.GetName() == name }
		if !slices.ContainsFunc(tree.Objects, uses) || slices.ContainsFunc(tree.Objects, writes) {
			continue
		}
		namespace := named("v1", "Namespace", "", name)
		if _, err := c.send(ctx, namespace); err != nil {
			return err
		}
		if err := c.createAccount(ctx, tree, name); err != nil {
			return err
		}
	}
	return nil
}

// createAccount creates the ServiceAccount `default` of a namespace, which a controller does in a real cluster and
// without which no Pod is admitted. A tree that writes the account itself keeps its own.
func (c *Cluster) createAccount(ctx context.Context, tree Tree, namespace string) error {
	writes := func(object Object) bool {
		return object.GetKind() == "ServiceAccount" && object.GetName() == "default" && object.GetNamespace() == namespace
	}
	if slices.ContainsFunc(tree.Objects, writes) {
		return nil
	}
	_, err := c.send(ctx, named("v1", "ServiceAccount", namespace, "default"))
	return err
}

// create creates an object strictly and returns it as it is stored, read back with a request of its own.
func (c *Cluster) create(ctx context.Context, object *unstructured.Unstructured) (*unstructured.Unstructured, error) {
	created, err := c.send(ctx, object)
	if err != nil {
		return nil, err
	}
	if err := c.settle(ctx, created); err != nil {
		return nil, err
	}
	resource, err := c.resource(object)
	if err != nil {
		return nil, err
	}
	return resource.Get(ctx, object.GetName(), metav1.GetOptions{})
}

// send creates an object with strict validation of fields: one that the server does not know is refused.
func (c *Cluster) send(
	ctx context.Context, object *unstructured.Unstructured, dryRun ...string,
) (*unstructured.Unstructured, error) {
	resource, err := c.resource(object)
	if err != nil {
		return nil, err
	}
	options := metav1.CreateOptions{FieldValidation: metav1.FieldValidationStrict, DryRun: dryRun}
	for deadline := time.Now().Add(patience); ; time.Sleep(100 * time.Millisecond) {
		created, err := resource.Create(ctx, object, options)
		if err == nil || !mayPass(err) || time.Now().After(deadline) {
			return created, err
		}
	}
}

// mayPass is whether a refusal may come from a cache of the server that is behind.
func mayPass(err error) bool {
	text := err.Error()
	return apierrors.IsForbidden(err) &&
		(strings.Contains(text, "status unknown for quota") || strings.Contains(text, "no PriorityClass with name"))
}

// settle waits until admission knows an object that it counts or limits by. It looks into a cache of its own, which is a
// moment behind and which nobody can ask; without the wait a Pod that breaks the limit could be admitted.
func (c *Cluster) settle(ctx context.Context, object *unstructured.Unstructured) error {
	switch object.GetKind() {
	case "ResourceQuota":
		if err := c.startQuota(ctx, object); err != nil {
			return err
		}
	case "LimitRange":
	default:
		return nil
	}
	time.Sleep(moment)
	return nil
}

// startQuota does what the quota controller does to a new ResourceQuota; until then nothing that it counts is admitted.
func (c *Cluster) startQuota(ctx context.Context, quota *unstructured.Unstructured) error {
	hard, _, err := unstructured.NestedStringMap(quota.Object, "spec", "hard")
	if err != nil {
		return err
	}
	limits, used := map[string]any{}, map[string]any{}
	for name, limit := range hard {
		limits[name], used[name] = limit, "0"
	}
	quota = quota.DeepCopy()
	quota.Object["status"] = map[string]any{"hard": limits, "used": used}
	resource, err := c.resource(quota)
	if err != nil {
		return err
	}
	_, err = resource.UpdateStatus(ctx, quota, metav1.UpdateOptions{})
	return err
}

// remove deletes what the next tree could run into: objects without a namespace, whose names may be the same, and
// Services, whose node ports may be. Everything else lies in namespaces that no other tree uses.
func (c *Cluster) remove(ctx context.Context, objects []*unstructured.Unstructured) error {
	for _, object := range slices.Backward(objects) {
		if object.GetKind() == "Namespace" || (object.GetNamespace() != "" && object.GetKind() != "Service") {
			continue
		}
		resource, err := c.resource(object)
		if err != nil {
			return err
		}
		// The controllers that would take the finalizers off do not run.
		if len(object.GetFinalizers()) > 0 {
			without := []byte(`{"metadata":{"finalizers":null}}`)
			_, err := resource.Patch(ctx, object.GetName(), types.MergePatchType, without, metav1.PatchOptions{})
			if err != nil {
				return err
			}
		}
		if err := resource.Delete(ctx, object.GetName(), metav1.DeleteOptions{}); err != nil {
			return err
		}
	}
	c.warnings.take()
	return nil
}

// resource is where objects of this kind are created in this namespace.
func (c *Cluster) resource(object *unstructured.Unstructured) (dynamic.ResourceInterface, error) {
	kind := object.GroupVersionKind()
	mapping, err := c.mapper.RESTMapping(kind.GroupKind(), kind.Version)
	if err != nil {
		return nil, err
	}
	resource := c.client.Resource(mapping.Resource)
	if mapping.Scope.Name() == meta.RESTScopeNameRoot {
		if object.GetNamespace() != "" {
			return nil, fmt.Errorf("a %s belongs to no namespace, and this one says that it is in one", kind.Kind)
		}
		return resource, nil
	}
	if object.GetNamespace() == "" {
		return nil, fmt.Errorf("metadata.namespace is missing: kubectl would choose whatever namespace is current")
	}
	return resource.Namespace(object.GetNamespace()), nil
}

// canJudge is whether the server can know the kind of an object. Where no CRDs were created, it cannot know the groups of
// other projects; that is a gap of the test then, and no mistake of the tree.
func (c *Cluster) canJudge(object Object) bool {
	return c.CustomKinds || c.groups[object.GroupVersionKind().Group]
}

// named is an object with nothing but a name.
func named(apiVersion, kind, namespace, name string) *unstructured.Unstructured {
	object := &unstructured.Unstructured{Object: map[string]any{}}
	object.SetAPIVersion(apiVersion)
	object.SetKind(kind)
	object.SetName(name)
	if namespace != "" {
		object.SetNamespace(namespace)
	}
	return object
}
