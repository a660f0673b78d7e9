package cluster

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	podsecurity "k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
)

// templatePaths says where each kind keeps the template of its Pods.
var templatePaths = map[string][]string{
	"Deployment":  {"spec", "template"},
	"StatefulSet": {"spec", "template"},
	"DaemonSet":   {"spec", "template"},
	"ReplicaSet":  {"spec", "template"},
	"Job":         {"spec", "template"},
	"CronJob":     {"spec", "jobTemplate", "spec", "template"},
	"Pod":         {},
}

// podTemplate is the template of the Pods that an object makes, with the volumes that a StatefulSet adds to it.
func podTemplate(object Object) (map[string]any, bool) {
	path, makesPods := templatePaths[object.GetKind()]
	if !makesPods {
		return nil, false
	}
	found, exists, err := unstructured.NestedMap(object.Object, path...)
	if !exists || err != nil {
		return nil, false
	}
	if object.GetKind() == "StatefulSet" {
		addClaims(found, object)
	}
	return found, true
}

// claim is a volume of the first Pod of a StatefulSet, and the claim behind it.
type claim struct{ volume, name string }

// claimsOf are the claims that the controller makes from `volumeClaimTemplates`.
func claimsOf(object Object) []claim {
	templates, _, _ := unstructured.NestedSlice(object.Object, "spec", "volumeClaimTemplates")
	var claims []claim
	for _, template := range templates {
		fields, _ := template.(map[string]any)
		volume, _, _ := unstructured.NestedString(fields, "metadata", "name")
		claims = append(claims, claim{volume, volume + "-" + object.GetName() + "-0"})
	}
	return claims
}

// addClaims adds their volumes, as the controller does; without them the mounts of the Pod name volumes that do not
// exist.
func addClaims(template map[string]any, object Object) {
	volumes, _, _ := unstructured.NestedSlice(template, "spec", "volumes")
	for _, claim := range claimsOf(object) {
		volumes = append(volumes, map[string]any{
			"name":                  claim.volume,
			"persistentVolumeClaim": map[string]any{"claimName": claim.name},
		})
	}
	if len(volumes) > 0 {
		// It fails only where `spec` is no map, which the server refuses on its own.
		_ = unstructured.SetNestedSlice(template, volumes, "spec", "volumes")
	}
}

// barePod is the Pod that a controller would make from a template.
func barePod(object Object, template map[string]any) *unstructured.Unstructured {
	pod := &unstructured.Unstructured{Object: map[string]any{"spec": template["spec"]}}
	pod.SetAPIVersion("v1")
	pod.SetKind("Pod")
	pod.SetGenerateName(object.GetName() + "-")
	pod.SetNamespace(object.GetNamespace())
	for _, field := range []string{"labels", "annotations"} {
		if values, found, _ := unstructured.NestedMap(template, "metadata", field); found {
			_ = unstructured.SetNestedMap(pod.Object, values, "metadata", field)
		}
	}
	return pod
}

// admit creates the Pod as a dry run: all of validation and admission, Pod Security at the level of the namespace
// included, and nothing is stored. A workload itself is never refused for its Pods, so this is the only way to know.
func (c *Cluster) admit(ctx context.Context, pod *unstructured.Unstructured) error {
	_, err := c.send(ctx, pod, metav1.DryRunAll)
	return err
}

// strictestLevel is the strictest Pod Security level that the Pods of a template meet, whatever their namespace asks for.
func strictestLevel(template map[string]any) (podsecurity.Level, error) {
	var typed corev1.PodTemplateSpec
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(template, &typed); err != nil {
		return "", err
	}
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	if err != nil {
		return "", err
	}
	for _, level := range []podsecurity.Level{podsecurity.LevelRestricted, podsecurity.LevelBaseline} {
		version := podsecurity.LevelVersion{Level: level, Version: podsecurity.LatestVersion()}
		result := policy.AggregateCheckResults(evaluator.EvaluatePod(version, &typed.ObjectMeta, &typed.Spec))
		if result.Allowed {
			return level, nil
		}
	}
	return podsecurity.LevelPrivileged, nil
}
