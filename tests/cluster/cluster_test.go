package cluster

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"
)

// judged is what TestMain prints at the end.
var judged []Row

// TestProjects converts every project at every level and asks the API server about what was written.
func TestProjects(t *testing.T) {
	binary, err := Binary()
	if err != nil {
		t.Fatal(err)
	}
	projects, skipped, err := Projects()
	if err != nil {
		t.Fatal(err)
	}
	for _, reason := range skipped {
		fmt.Println("skipped:", reason)
	}
	if len(projects) == 0 {
		t.Fatal("there is no project to judge")
	}
	cluster := startWithCRDs(t)
	for number, project := range projects {
		for _, level := range Levels {
			t.Run(project.Name+"/"+level, func(t *testing.T) {
				suffix := fmt.Sprintf("-%d%c", number, level[0])
				row := judgeProject(t, cluster, binary, project, level, suffix)
				judged = append(judged, row)
				for _, problem := range row.Verdict.Problems {
					t.Errorf("%s at %s: %s", project.Name, level, problem)
				}
				for _, name := range row.Verdict.NotJudged {
					t.Logf("%s at %s: not judged: %s", project.Name, level, name)
				}
			})
		}
	}
	fmt.Printf("%d projects judged\n", len(projects))
}

// startWithCRDs starts a cluster that knows the CRDs of other projects, if they are there.
func startWithCRDs(t *testing.T) *Cluster {
	t.Helper()
	cluster := StartCluster(t)
	fmt.Printf("etcd and API server %s started in %s\n", cluster.Version, cluster.Start.Round(time.Millisecond))
	folder := CRDFolder()
	if folder == "" {
		fmt.Println("skipped:", SchemasVariable, "names no folder with CRDs, so their objects are not judged")
		return cluster
	}
	begin := time.Now()
	count, err := cluster.CreateCRDs(t.Context(), folder)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Printf("%d CRDs created in %s\n", count, time.Since(begin).Round(time.Millisecond))
	return cluster
}

// judgeProject converts a project at a level and judges the tree. What is wrong with the project is in the row.
func judgeProject(t *testing.T, cluster *Cluster, binary string, project Project, level, suffix string) Row {
	t.Helper()
	row := Row{Project: project.Name, Level: level}
	output := filepath.Join(t.TempDir(), "k3s")
	begin := time.Now()
	err := Convert(t.Context(), binary, project, level, output)
	row.Converting = time.Since(begin)
	if err != nil {
		if project.Refused {
			row.Verdict.NotJudged = []string{"Docker Compose refuses the project, and so do we"}
			return row
		}
		row.Verdict.Problems = []Problem{{Step: StepConvert, Message: err.Error()}}
		return row
	}
	begin = time.Now()
	row.Verdict = judgeFolder(t.Context(), t, cluster, output, suffix)
	row.Judging = time.Since(begin)
	return row
}

// judgeFolder judges a tree on the disk. A tree without objects is a failure: there is always a Namespace.
func judgeFolder(ctx context.Context, t *testing.T, cluster *Cluster, folder, suffix string) Verdict {
	t.Helper()
	tree, err := ReadTree(folder)
	if err != nil {
		t.Fatal(err)
	}
	verdict, err := cluster.Judge(ctx, tree, suffix)
	if err != nil {
		t.Fatal(err)
	}
	if verdict.Objects == 0 {
		verdict.Problems = append(verdict.Problems, Problem{Step: StepRead, Message: "the tree holds no object"})
	}
	return verdict
}
