package cluster

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net/url"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"go.etcd.io/etcd/server/v3/embed"
	"go.uber.org/zap"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apiserver/pkg/storage/storagebackend"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/restmapper"
	"k8s.io/klog/v2"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app/testing"
	"k8s.io/kubernetes/test/utils/ktesting"
	"k8s.io/kubernetes/test/utils/ktesting/initoption"
)

// Cluster is a running API server and what it takes to talk to it.
type Cluster struct {
	// Version is what the server says it is.
	Version string
	// Start is how long etcd and the server took to answer.
	Start time.Duration
	// CustomKinds is whether the CRDs of other projects were created, so that their objects can be judged.
	CustomKinds bool

	client    dynamic.Interface
	discovery discovery.DiscoveryInterface
	mapper    meta.RESTMapper
	groups    map[string]bool
	warnings  *warnings
}

// What K3s sets and kube-apiserver does not. Its range of Service addresses (10.43.0.0/16) is left out: the test server
// brings certificates for one range only, so a manifest that fixes `clusterIP` would be refused here.
var likeK3s = []string{"--allow-privileged=true", "--service-node-port-range=30000-32767"}

// StartCluster starts etcd and an API server on loopback, for as long as the test runs.
//
// All admission plugins that are on by default stay on, ServiceAccount and PodSecurity among them: they are judges too.
func StartCluster(t testing.TB) *Cluster {
	t.Helper()
	begin := time.Now()
	silenceLogs(t)
	etcd := startEtcd(t)
	storage := storagebackend.NewDefaultConfig("/cluster-test", nil)
	storage.Transport.ServerList = []string{etcd}
	silent := ktesting.Init(silentTB{t}, initoption.PerTestOutput(false))
	server, err := apiserver.StartTestServer(silent, apiserver.NewDefaultTestServerOptions(), likeK3s, storage)
	if err != nil {
		t.Fatalf("the API server does not start: %v", err)
	}
	t.Cleanup(server.TearDownFn)
	cluster, err := connect(server.ClientConfig)
	if err != nil {
		t.Fatalf("the API server does not answer: %v", err)
	}
	if err := cluster.createClasses(t.Context()); err != nil {
		t.Fatalf("the runtime classes of K3s cannot be created: %v", err)
	}
	cluster.Start = time.Since(begin)
	return cluster
}

// The runtime classes that K3s creates by itself. Any other one has to be written.
var givenClasses = []string{
	"crun", "lunatic", "nvidia", "nvidia-cdi", "nvidia-experimental", "slight", "spin", "wasmedge", "wasmer", "wasmtime", "wws",
}

func (c *Cluster) createClasses(ctx context.Context) error {
	for _, name := range givenClasses {
		class := named("node.k8s.io/v1", "RuntimeClass", "", name)
		class.Object["handler"] = name
		if _, err := c.send(ctx, class); err != nil {
			return err
		}
	}
	return nil
}

// silenceLogs drops what the server logs through the global state of klog: pages, even when nothing is wrong.
func silenceLogs(t testing.TB) {
	t.Helper()
	flags := flag.NewFlagSet("klog", flag.ContinueOnError)
	klog.InitFlags(flags)
	for name, value := range map[string]string{"logtostderr": "false", "stderrthreshold": "FATAL"} {
		if err := flags.Set(name, value); err != nil {
			t.Fatal(err)
		}
	}
	klog.SetOutput(io.Discard)
}

// startEtcd starts an etcd that nobody else can find and that keeps nothing, and returns its address.
func startEtcd(t testing.TB) string {
	t.Helper()
	config := embed.NewConfig()
	config.Dir = filepath.Join(t.TempDir(), "etcd")
	config.ZapLoggerBuilder = embed.NewZapLoggerBuilder(zap.NewNop())
	// The data is gone after the test anyway, so waiting for the disk proves nothing.
	config.UnsafeNoFsync = true
	anyPort := []url.URL{{Scheme: "http", Host: "127.0.0.1:0"}}
	config.ListenClientUrls, config.AdvertiseClientUrls = anyPort, anyPort
	config.ListenPeerUrls, config.AdvertisePeerUrls = anyPort, anyPort
	config.InitialCluster = config.InitialClusterFromName(config.Name)
	etcd, err := embed.StartEtcd(config)
	if err != nil {
		t.Fatalf("etcd does not start: %v", err)
	}
	t.Cleanup(etcd.Close)
	select {
	case <-etcd.Server.ReadyNotify():
	case <-time.After(time.Minute):
		t.Fatal("etcd is not ready after a minute")
	}
	return "http://" + etcd.Clients[0].Addr().String()
}

func connect(config *rest.Config) (*Cluster, error) {
	cluster := &Cluster{warnings: &warnings{}}
	config = rest.CopyConfig(config)
	config.QPS = -1
	config.WarningHandler = cluster.warnings
	var err error
	if cluster.client, err = dynamic.NewForConfig(config); err != nil {
		return nil, err
	}
	if cluster.discovery, err = discovery.NewDiscoveryClientForConfig(config); err != nil {
		return nil, err
	}
	version, err := cluster.discovery.ServerVersion()
	if err != nil {
		return nil, err
	}
	cluster.Version = fmt.Sprintf("%s.%s", version.Major, version.Minor)
	return cluster, cluster.refreshKinds()
}

// refreshKinds asks again which kinds there are. It has to be called after CRDs were created.
func (c *Cluster) refreshKinds() error {
	groups, err := restmapper.GetAPIGroupResources(c.discovery)
	if err != nil {
		return fmt.Errorf("which kinds there are: %w", err)
	}
	c.mapper = restmapper.NewDiscoveryRESTMapper(groups)
	c.groups = map[string]bool{}
	for _, group := range groups {
		c.groups[group.Group.Name] = true
	}
	return nil
}

// warnings collects the Warning headers of answers. A header belongs to the request before `take`, since requests are
// made one after the other.
type warnings struct {
	mutex sync.Mutex
	texts []string
}

// HandleWarningHeader is called by the client for each header.
func (w *warnings) HandleWarningHeader(_ int, _ string, text string) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	if !slices.Contains(w.texts, text) {
		w.texts = append(w.texts, text)
	}
}

// take returns what was collected and forgets it.
func (w *warnings) take() []string {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	texts := w.texts
	w.texts = nil
	return texts
}

// silentTB swallows the log lines that the server writes into the test, which nobody reads and which would bury ours.
type silentTB struct{ testing.TB }

// Log does nothing.
func (silentTB) Log(...any) {}

// Logf does nothing.
func (silentTB) Logf(string, ...any) {}
