package cluster

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
)

// reference is something that a Pod names and cannot start without.
type reference struct {
	kind, name string
	// key is the entry of it that is needed, "" if any will do.
	key string
}

// references are what a template names. References that are marked optional are left out: the Pod starts without them.
func references(template corev1.PodTemplateSpec) []reference {
	var found []reference
	add := func(kind, name, key string, optional *bool) {
		if name != "" && (optional == nil || !*optional) {
			found = append(found, reference{kind, name, key})
		}
	}
	for _, secret := range template.Spec.ImagePullSecrets {
		add("Secret", secret.Name, "", nil)
	}
	for _, volume := range template.Spec.Volumes {
		addVolume(volume.VolumeSource, add)
	}
	for _, container := range append(template.Spec.InitContainers, template.Spec.Containers...) {
		for _, source := range container.EnvFrom {
			if source.ConfigMapRef != nil {
				add("ConfigMap", source.ConfigMapRef.Name, "", source.ConfigMapRef.Optional)
			}
			if source.SecretRef != nil {
				add("Secret", source.SecretRef.Name, "", source.SecretRef.Optional)
			}
		}
		for _, variable := range container.Env {
			if variable.ValueFrom == nil {
				continue
			}
			if ref := variable.ValueFrom.ConfigMapKeyRef; ref != nil {
				add("ConfigMap", ref.Name, ref.Key, ref.Optional)
			}
			if ref := variable.ValueFrom.SecretKeyRef; ref != nil {
				add("Secret", ref.Name, ref.Key, ref.Optional)
			}
		}
	}
	return found
}

func addVolume(volume corev1.VolumeSource, add func(kind, name, key string, optional *bool)) {
	addItems := func(kind, name string, items []corev1.KeyToPath, optional *bool) {
		add(kind, name, "", optional)
		for _, item := range items {
			add(kind, name, item.Key, optional)
		}
	}
	if source := volume.ConfigMap; source != nil {
		addItems("ConfigMap", source.Name, source.Items, source.Optional)
	}
	if source := volume.Secret; source != nil {
		addItems("Secret", source.SecretName, source.Items, source.Optional)
	}
	if source := volume.PersistentVolumeClaim; source != nil {
		add("PersistentVolumeClaim", source.ClaimName, "", nil)
	}
	if volume.Projected == nil {
		return
	}
	for _, source := range volume.Projected.Sources {
		if source.ConfigMap != nil {
			addItems("ConfigMap", source.ConfigMap.Name, source.ConfigMap.Items, source.ConfigMap.Optional)
		}
		if source.Secret != nil {
			addItems("Secret", source.Secret.Name, source.Secret.Items, source.Secret.Optional)
		}
	}
}

// place is where a namespaced object is.
type place struct{ kind, namespace, name string }

// provided is what a tree holds for Pods to name, with the keys of each object; nil stands for keys that are unknown.
func provided(tree Tree) map[place]map[string]bool {
	written := map[place]map[string]bool{}
	for _, object := range tree.Objects {
		here := place{object.GetKind(), object.GetNamespace(), object.GetName()}
		switch object.GetKind() {
		case "ConfigMap", "Secret":
			written[here] = keysOf(object)
		case "PersistentVolumeClaim":
			written[here] = nil
		case "StatefulSet":
			for _, claim := range claimsOf(object) {
				written[place{"PersistentVolumeClaim", object.GetNamespace(), claim.name}] = nil
			}
		case "ExternalSecret":
			// Its operator writes a Secret of the same name, unless it says another.
			name, found, _ := unstructured.NestedString(object.Object, "spec", "target", "name")
			if !found {
				name = object.GetName()
			}
			written[place{"Secret", object.GetNamespace(), name}] = nil
		case "Certificate":
			name, _, _ := unstructured.NestedString(object.Object, "spec", "secretName")
			written[place{"Secret", object.GetNamespace(), name}] = nil
		}
	}
	return written
}

func keysOf(object Object) map[string]bool {
	keys := map[string]bool{}
	for _, field := range []string{"data", "binaryData", "stringData"} {
		values, _, _ := unstructured.NestedMap(object.Object, field)
		for key := range values {
			keys[key] = true
		}
	}
	return keys
}

// DanglingReferences are the Secrets, ConfigMaps and claims, or keys of them, that Pods of the tree need and that nobody
// writes. It is asked before namespaces are moved, since report.json knows the names as they are written.
func DanglingReferences(tree Tree) []Problem {
	written := provided(tree)
	var problems []Problem
	for _, object := range tree.Objects {
		fields, makesPods := podTemplate(object)
		if !makesPods {
			continue
		}
		var template corev1.PodTemplateSpec
		if err := runtime.DefaultUnstructuredConverter.FromUnstructured(fields, &template); err != nil {
			continue // The server says more about it.
		}
		seen := map[reference]bool{}
		for _, needed := range references(template) {
			message := dangling(needed, object.GetNamespace(), written, tree.External)
			if message != "" && !seen[needed] {
				problems = append(problems, Problem{
					File: object.File, Object: object.label(), Step: StepReference, Message: message,
				})
			}
			seen[needed] = true
		}
	}
	return problems
}

func dangling(needed reference, namespace string, written map[place]map[string]bool, external Externals) string {
	if external.has(needed.kind, namespace, needed.name) || needed.name == "kube-root-ca.crt" {
		return "" // A controller writes kube-root-ca.crt into every namespace.
	}
	keys, exists := written[place{needed.kind, namespace, needed.name}]
	switch {
	case !exists:
		return fmt.Sprintf("%s %q is needed and neither written nor marked external", needed.kind, needed.name)
	case needed.key != "" && keys != nil && !keys[needed.key]:
		return fmt.Sprintf("%s %q is written without the key %q, which is needed", needed.kind, needed.name, needed.key)
	default:
		return ""
	}
}
