package cluster

import (
	"context"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	podsecurity "k8s.io/pod-security-admission/api"
)

// Step is where something went wrong.
type Step string

// The steps that can find a problem.
const (
	StepConvert   Step = "conversion failed"
	StepRead      Step = "unreadable"
	StepReference Step = "dangling reference"
	StepCreate    Step = "refused"
	StepReadBack  Step = "field lost"
	StepPod       Step = "Pod refused"
	StepWarning   Step = "warning"
)

// Problem is one thing that is wrong with a tree.
type Problem struct {
	File, Object string
	Step         Step
	Message      string
}

// String is the problem in one line.
func (p Problem) String() string {
	where := p.File
	if p.Object != "" {
		where += " (" + p.Object + ")"
	}
	if where != "" {
		where += ": "
	}
	return where + string(p.Step) + ": " + p.Message
}

// Verdict is what came of judging a tree.
type Verdict struct {
	// Objects that were sent, and how many of them were stored as they are.
	Objects, Accepted int
	// Pods are the templates, by the strictest level that they meet.
	Pods map[podsecurity.Level]int
	// PodsRefused are the templates whose Pods their namespace does not admit.
	PodsRefused int
	// NotJudged are objects of kinds that the server was not taught, and files that are not looked at.
	NotJudged []string
	Problems  []Problem
}

// count is how many problems a step found.
func (v *Verdict) count(step Step) int {
	count := 0
	for _, problem := range v.Problems {
		if problem.Step == step {
			count++
		}
	}
	return count
}

func (v *Verdict) add(object Object, step Step, messages ...string) {
	for _, message := range messages {
		v.Problems = append(v.Problems, Problem{File: object.File, Object: object.label(), Step: step, Message: message})
	}
}

// Judge creates everything in a tree and says what the server thinks of it. An error means that the judge itself could
// not do its work. The suffix keeps the namespaces of this tree apart from those of all others.
func (c *Cluster) Judge(ctx context.Context, tree Tree, suffix string) (Verdict, error) {
	verdict := Verdict{Pods: map[podsecurity.Level]int{}, NotJudged: tree.NotJudged, Problems: tree.Problems}
	verdict.Problems = append(verdict.Problems, DanglingReferences(tree)...)
	tree.MoveNamespaces(suffix)
	if err := c.createGiven(ctx, tree, suffix); err != nil {
		return verdict, err
	}
	c.warnings.take()
	var stored []*unstructured.Unstructured
	for _, object := range inOrder(tree.Objects) {
		if !c.canJudge(object) {
			verdict.NotJudged = append(verdict.NotJudged, object.File+" ("+object.label()+")")
			continue
		}
		created, err := c.judgeObject(ctx, object, &verdict)
		if err != nil {
			return verdict, err
		}
		if created == nil {
			continue
		}
		stored = append(stored, created)
		if isNamespace(object) {
			if err := c.createAccount(ctx, tree, object.GetName()); err != nil {
				return verdict, err
			}
		}
	}
	for _, object := range tree.Objects {
		c.judgePods(ctx, object, &verdict)
	}
	return verdict, c.remove(ctx, stored)
}

// judgeObject creates one object and returns it as it is stored, or nil if it was refused.
func (c *Cluster) judgeObject(ctx context.Context, object Object, verdict *Verdict) (*unstructured.Unstructured, error) {
	verdict.Objects++
	stored, err := c.create(ctx, object.Unstructured)
	verdict.add(object, StepWarning, c.warnings.take()...)
	if err != nil {
		verdict.add(object, StepCreate, err.Error())
		return nil, ctx.Err()
	}
	lost := Lost(object.Unstructured, stored)
	verdict.add(object, StepReadBack, lost...)
	if len(lost) == 0 {
		verdict.Accepted++
	}
	return stored, nil
}

// judgePods asks for a Pod of each template, once everything that admission looks up is there.
func (c *Cluster) judgePods(ctx context.Context, object Object, verdict *Verdict) {
	template, makesPods := podTemplate(object)
	if !makesPods {
		return
	}
	level, err := strictestLevel(template)
	if err != nil {
		// The template does not fit the Go type, so nothing safer can be said of it.
		level = podsecurity.LevelPrivileged
	}
	verdict.Pods[level]++
	if err := c.admit(ctx, barePod(object, template)); err != nil {
		verdict.PodsRefused++
		verdict.add(object, StepPod, err.Error())
	}
	verdict.add(object, StepWarning, c.warnings.take()...)
}
