package cluster

import (
	"strings"

	podsecurity "k8s.io/pod-security-admission/api"
)

// A judge that cannot condemn is worth nothing. Each case is a small tree and what has to be found in it; the cases
// without a finding show that the judge does not condemn everything either.
var cases = []struct {
	name  string
	files map[string]string
	// Every text has to be in the problem of the same index, and there must be no other problem.
	problems []string
	// How many objects are sent and stored as they are.
	objects, accepted int
	// The levels that the Pods meet.
	pods map[podsecurity.Level]int
}{
	{
		name:    "a valid Deployment is accepted",
		files:   map[string]string{"manifests/app/web.yaml": deployment("app", "")},
		objects: 2, accepted: 2,
		pods: map[podsecurity.Level]int{podsecurity.LevelRestricted: 1},
	},
	{
		name:     "an unknown field is refused",
		files:    map[string]string{"manifests/app/web.yaml": deployment("app", "      imagePolicy: Always\n")},
		problems: []string{`web.yaml (Deployment/web): refused: `, `web.yaml (Deployment/web): Pod refused: `},
		objects:  2, accepted: 1,
		pods: map[podsecurity.Level]int{podsecurity.LevelRestricted: 1},
	},
	{
		name: "a value that is not valid is refused",
		files: map[string]string{"manifests/app/web.yaml": `
apiVersion: v1
kind: Service
metadata: {name: web, namespace: app}
spec: {ports: [{port: 70000}]}
`},
		problems: []string{`web.yaml (Service/web): refused: Service "web" is invalid: [spec.ports[0].port`},
		objects:  2, accepted: 1,
	},
	{
		name:  "a privileged Pod is refused in a restricted namespace, its Deployment only brings a warning",
		files: map[string]string{"manifests/app/web.yaml": deployment("app", "      hostNetwork: true\n")},
		problems: []string{
			`(Deployment/web): warning: would violate PodSecurity "restricted:latest": host namespaces`,
			`(Deployment/web): Pod refused: pods "web-`,
		},
		objects: 2, accepted: 2,
		pods: map[podsecurity.Level]int{podsecurity.LevelPrivileged: 1},
	},
	{
		name: "a Pod is judged by its own namespace",
		files: map[string]string{
			"foundation/open.yaml": namespace("open", "privileged"),
			"manifests/open/web.yaml": strings.NewReplacer("privileged: false", "privileged: true",
				"allowPrivilegeEscalation: false", "allowPrivilegeEscalation: true").Replace(deployment("open", "")),
			"manifests/open/cron.yaml": cronJob("open"),
		},
		objects: 4, accepted: 4,
		pods: map[podsecurity.Level]int{podsecurity.LevelPrivileged: 1, podsecurity.LevelBaseline: 1},
	},
	{
		name: "a warning is noticed",
		files: map[string]string{
			"foundation/warn.yaml": strings.ReplaceAll(namespace("warn", "restricted"), "/enforce", "/warn"),
			"manifests/warn/cron.yaml": strings.ReplaceAll(cronJob("warn"),
				"{name: job, image: example}", "{name: job, image: example, ports: [{hostPort: 80, containerPort: 80}]}"),
		},
		// Once for the CronJob and once for its Pod.
		problems: []string{`warning: would violate PodSecurity "restricted:latest"`, `warning: would violate PodSecurity`},
		objects:  3, accepted: 3,
		pods: map[podsecurity.Level]int{podsecurity.LevelPrivileged: 1},
	},
	{
		name: "a field that the server drops is noticed",
		files: map[string]string{
			"manifests/app/web.yaml": deployment("app", "") + "status: {readyReplicas: 3}\n",
		},
		problems: []string{"field lost: status.readyReplicas was sent and is not stored"},
		objects:  2, accepted: 1,
		pods: map[podsecurity.Level]int{podsecurity.LevelRestricted: 1},
	},
	{
		name: "a missing reference is noticed, a missing key too",
		files: map[string]string{
			"manifests/app/settings.yaml": configMap("app", "settings", "HOST"),
			"manifests/app/web.yaml": deployment("app", "      imagePullSecrets: [{name: nobody}, {name: somebody}]\n"+
				"      volumes: [{name: a, configMap: {name: settings, items: [{key: PORT, path: port}]}},"+
				" {name: b, secret: {secretName: absent, optional: true}},"+
				" {name: c, persistentVolumeClaim: {claimName: data}}]\n"),
			"report.json": `{"references": [{"kind": "Secret", "name": "somebody", "external": true}]}`,
		},
		problems: []string{
			`Secret "nobody" is needed and neither written nor marked external`,
			`ConfigMap "settings" is written without the key "PORT"`,
			`PersistentVolumeClaim "data" is needed`,
		},
		objects: 3, accepted: 3,
		pods: map[podsecurity.Level]int{podsecurity.LevelRestricted: 1},
	},
	{
		name: "the Pods of a StatefulSet get the claims of its templates",
		files: map[string]string{"manifests/app/db.yaml": strings.NewReplacer("Deployment", "StatefulSet", "minReadySeconds: 0",
			"volumeClaimTemplates: [{metadata: {name: data}, spec: {accessModes: [ReadWriteOnce],"+
				" resources: {requests: {storage: 1024Mi}}}}]",
			"resources:", "volumeMounts: [{name: data, mountPath: /data}]\n          resources:",
		).Replace(deployment("app", ""))},
		objects: 2, accepted: 2,
		pods: map[podsecurity.Level]int{podsecurity.LevelRestricted: 1},
	},
	{
		name:     "a namespace that nobody writes is refused",
		files:    map[string]string{"manifests/else/settings.yaml": configMap("else", "settings", "HOST")},
		problems: []string{`refused: namespaces "else-`},
		objects:  2, accepted: 1,
	},
	{
		name: "the namespaces of K3s are there, and values are compared by their meaning",
		files: map[string]string{
			"cluster/settings.yaml": configMap("kube-system", "settings", "HOST"),
			"secrets/app/db.yaml": "apiVersion: v1\nkind: Secret\nmetadata: {name: db, namespace: app}\n" +
				"stringData: {password: not-a-secret}\n",
			"manifests/app/limits.yaml": "apiVersion: v1\nkind: LimitRange\nmetadata: {name: limits, namespace: app}\n" +
				"spec: {limits: [{type: Container, max: {cpu: 1000m, memory: 1.5Gi}, default: {cpu: 0.5, memory: 1024Mi}}]}\n",
			"manifests/app/quota.yaml": "apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: quota, namespace: app}\n" +
				"spec: {hard: {pods: 1, limits.cpu: 1000m, services.nodeports: '0'}}\n",
			"manifests/app/web.yaml": deployment("app", ""),
			// The input of a tool, which no cluster takes.
			"manifests/app/kustomization.yaml": "kind: Kustomization\n",
		},
		objects: 6, accepted: 6,
		pods: map[podsecurity.Level]int{podsecurity.LevelRestricted: 1},
	},
	{
		name: "what a quota or a limit of the tree forbids is noticed",
		files: map[string]string{
			"foundation/more.yaml": namespace("more", "restricted"),
			"manifests/app/quota.yaml": "apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: quota, namespace: app}\n" +
				"spec: {hard: {pods: '0'}}\n",
			"manifests/app/web.yaml": deployment("app", ""),
			"manifests/more/limits.yaml": "apiVersion: v1\nkind: LimitRange\nmetadata: {name: limits, namespace: more}\n" +
				"spec: {limits: [{type: Container, max: {memory: 512Mi}}]}\n",
			"manifests/more/web.yaml": deployment("more", ""),
		},
		problems: []string{"exceeded quota: quota", "maximum memory usage per Container is 512Mi"},
		objects:  6, accepted: 6,
		pods: map[podsecurity.Level]int{podsecurity.LevelRestricted: 2},
	},
	{
		name: "what cannot be read is a problem",
		files: map[string]string{
			"manifests/app/twice.yaml":   "apiVersion: v1\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: app}\n",
			"manifests/app/nothing.yaml": "kind: ConfigMap\n",
		},
		problems: []string{"nothing.yaml: unreadable: a document without", `twice.yaml: unreadable: `},
		objects:  1, accepted: 1,
	},
	{
		name:     "a kind that there is not",
		files:    map[string]string{"manifests/app/web.yaml": strings.Replace(deployment("app", ""), "apps/v1", "apps/v2", 1)},
		problems: []string{"refused: no matches for kind \"Deployment\" in version \"apps/v2\""},
		objects:  2, accepted: 1,
		pods: map[podsecurity.Level]int{podsecurity.LevelRestricted: 1},
	},
}

func namespace(name, level string) string {
	return "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: " + name +
		"\n  labels: {pod-security.kubernetes.io/enforce: " + level + ", kubernetes.io/metadata.name: " + name + "}\n"
}

func configMap(namespace, name, key string) string {
	return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: " + name + ", namespace: " + namespace + "}\n" +
		"data: {" + key + ": example}\n"
}

// deployment is a Deployment whose Pods are restricted, with more lines for their spec.
func deployment(namespace, more string) string {
	return `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: ` + namespace + `}
spec:
  minReadySeconds: 0
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      securityContext: {runAsNonRoot: true, runAsUser: 1000, seccompProfile: {type: RuntimeDefault}}
      containers:
        - name: web
          image: example
          env: [{name: EMPTY, value: ""}]
          resources: {limits: {cpu: 0.1, memory: 1024Mi}, requests: {cpu: 100m}}
          securityContext: {allowPrivilegeEscalation: false, privileged: false, capabilities: {drop: [ALL]}}
` + more
}

// cronJob is a CronJob whose Pods are baseline.
func cronJob(namespace string) string {
	return `
apiVersion: batch/v1
kind: CronJob
metadata: {name: job, namespace: ` + namespace + `}
spec:
  schedule: "0 3 * * *"
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers: [{name: job, image: example}]
`
}
