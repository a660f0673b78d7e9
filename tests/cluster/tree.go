package cluster

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	"k8s.io/apimachinery/pkg/util/validation"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"
)

// The folders of a tree that hold objects. Whatever YAML lies elsewhere is reported, so that a new folder cannot escape.
var objectFolders = []string{"foundation", "manifests", "secrets", "cluster"}

// Object is one object of a tree.
type Object struct {
	// File is where it was written, relative to the tree.
	File string
	*unstructured.Unstructured
}

// label says which object this is, for messages.
func (o Object) label() string {
	return o.GetKind() + "/" + o.GetName()
}

// Tree is what one conversion wrote.
type Tree struct {
	// Objects are all objects, in the order of their files.
	Objects []Object
	// External are the objects that report.json says exist elsewhere.
	External Externals
	// Problems are files that cannot be read as objects.
	Problems []Problem
	// NotJudged are YAML files outside of the folders for objects.
	NotJudged []string
}

// ReadTree reads the objects of a tree. A broken file is a problem of the tree, not an error.
func ReadTree(folder string) (Tree, error) {
	var tree Tree
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !isManifest(entry.Name()) {
			return err
		}
		relative, err := filepath.Rel(folder, path)
		if err != nil {
			return err
		}
		relative = filepath.ToSlash(relative)
		if top, _, inside := strings.Cut(relative, "/"); !inside || !slices.Contains(objectFolders, top) {
			tree.NotJudged = append(tree.NotJudged, relative)
			return nil
		}
		documents, err := readDocuments(path)
		if err != nil {
			tree.Problems = append(tree.Problems, Problem{File: relative, Step: StepRead, Message: err.Error()})
		}
		for _, document := range documents {
			tree.Objects = append(tree.Objects, Object{File: relative, Unstructured: document})
		}
		return nil
	})
	if err != nil {
		return tree, err
	}
	tree.External, err = readExternals(filepath.Join(folder, "report.json"))
	if err != nil {
		tree.Problems = append(tree.Problems, Problem{File: "report.json", Step: StepRead, Message: err.Error()})
	}
	return tree, nil
}

// isManifest is whether a file holds objects by its name. A kustomization is an input of kustomize, no object.
func isManifest(name string) bool {
	extension := filepath.Ext(name)
	return (extension == ".yaml" || extension == ".yml") && strings.TrimSuffix(name, extension) != "kustomization"
}

// readDocuments reads the YAML documents of a file as objects. A key that is written twice is an error, because the API
// server is sent JSON and could not see it.
func readDocuments(path string) ([]*unstructured.Unstructured, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var objects []*unstructured.Unstructured
	reader := utilyaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(text)))
	for {
		document, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return objects, nil
		}
		if err != nil {
			return objects, err
		}
		json, err := yaml.YAMLToJSONStrict(document)
		if err != nil {
			return objects, err
		}
		if string(json) == "null" {
			continue
		}
		object := &unstructured.Unstructured{}
		// Not object.UnmarshalJSON, which turns a List into something else and hides what is missing.
		if err := utiljson.Unmarshal(json, &object.Object); err != nil {
			return objects, err
		}
		if object.GetAPIVersion() == "" || object.GetKind() == "" || object.GetName() == "" {
			return objects, fmt.Errorf("a document without apiVersion, kind or metadata.name")
		}
		objects = append(objects, object)
	}
}

// MoveNamespaces appends a suffix to the name of every namespace, so that trees that use the same names can be created
// in one cluster, one after the other. Labels and selectors of namespaces stay: they are compared with each other, and
// the one label that repeats the name is changed with it.
func (t *Tree) MoveNamespaces(suffix string) {
	for _, object := range t.Objects {
		if namespace := object.GetNamespace(); namespace != "" {
			object.SetNamespace(movedNamespace(namespace, suffix))
		}
		if isNamespace(object) {
			moved := movedNamespace(object.GetName(), suffix)
			labels := object.GetLabels()
			if _, written := labels[nameLabel]; written {
				labels[nameLabel] = moved
				object.SetLabels(labels)
			}
			object.SetName(moved)
		}
	}
}

// The API server sets this label of a Namespace to its name, whatever was sent.
const nameLabel = "kubernetes.io/metadata.name"

// movedNamespace is the name with the suffix. A name that is valid stays valid: it would be our fault if it were refused.
func movedNamespace(name, suffix string) string {
	longest := validation.DNS1123LabelMaxLength
	if len(name) <= longest && len(name)+len(suffix) > longest {
		hash := fnv.New32a()
		hash.Write([]byte(name))
		name = fmt.Sprintf("long-%08x", hash.Sum32())
	}
	return name + suffix
}

func isNamespace(object Object) bool {
	return object.GetKind() == "Namespace" && object.GetAPIVersion() == "v1"
}
