// Package cluster asks a real Kubernetes API server what it thinks of the manifests that cutover writes.
//
// A schema says what a manifest may look like. The API server says what it does with it: it refuses, warns, drops fields
// whose gate is off, and judges Pods by the Pod Security level of their namespace. So the tests of this package start
// etcd and kube-apiserver inside the test process and do what a user does:
//
//	projects.go    which projects there are
//	convert.go     run the release binary on one of them
//	tree.go        read what it wrote
//	externals.go   what report.json says exists elsewhere
//	references.go  is everything that a Pod names written, or recorded as external?
//	apply.go       create every object, strictly
//	readback.go    read it back: is every field that was sent still there?
//	security.go    create every Pod as a dry run, and find the strictest level that it meets
//	summary.go     the table
//
// judge.go joins these steps for one tree, server.go and crds.go provide the cluster. No controller and no scheduler
// runs, so nothing here says that a Pod starts; it says that the API takes what was written, as it was written.
package cluster
