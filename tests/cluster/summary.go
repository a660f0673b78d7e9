package cluster

import (
	"cmp"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	podsecurity "k8s.io/pod-security-admission/api"
)

// Row is one project at one level.
type Row struct {
	Project, Level string
	Verdict        Verdict
	// Converting and Judging are how long each took.
	Converting, Judging time.Duration
}

// So many of the most frequent messages are printed.
const shownMessages = 20

// Summarize prints a table with a line for each project and level and the sums of each level, and what was wrong most
// often.
func Summarize(out io.Writer, rows []Row) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "project\tlevel\tobjects\taccepted\trefused\twarnings\tdangling\tother\t"+
		"pods\tpods refused\trestricted\tbaseline\tprivileged\tnot judged\tconvert\tjudge\t")
	totals := map[string]*Row{}
	for _, row := range rows {
		printRow(table, row)
		if totals[row.Level] == nil {
			totals[row.Level] = &Row{Project: "TOTAL", Level: row.Level, Verdict: Verdict{Pods: map[podsecurity.Level]int{}}}
		}
		totals[row.Level].add(row)
	}
	for _, level := range Levels {
		if total := totals[level]; total != nil {
			printRow(table, *total)
		}
	}
	if err := table.Flush(); err != nil {
		return err
	}
	printMessages(out, rows)
	return nil
}

func printRow(table io.Writer, row Row) {
	verdict := row.Verdict
	pods := verdict.Pods
	fmt.Fprintf(table, "%s\t%s\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%s\t%s\t\n",
		row.Project, row.Level, verdict.Objects, verdict.Accepted, verdict.Objects-verdict.Accepted,
		verdict.count(StepWarning), verdict.count(StepReference), verdict.count(StepConvert)+verdict.count(StepRead),
		pods[podsecurity.LevelRestricted]+pods[podsecurity.LevelBaseline]+pods[podsecurity.LevelPrivileged],
		verdict.PodsRefused, pods[podsecurity.LevelRestricted], pods[podsecurity.LevelBaseline],
		pods[podsecurity.LevelPrivileged], len(verdict.NotJudged),
		row.Converting.Round(time.Millisecond), row.Judging.Round(time.Millisecond))
}

// add adds a row to a sum.
func (r *Row) add(other Row) {
	sum := &r.Verdict
	sum.Objects += other.Verdict.Objects
	sum.Accepted += other.Verdict.Accepted
	sum.PodsRefused += other.Verdict.PodsRefused
	for level, count := range other.Verdict.Pods {
		sum.Pods[level] += count
	}
	sum.NotJudged = append(sum.NotJudged, other.Verdict.NotJudged...)
	sum.Problems = append(sum.Problems, other.Verdict.Problems...)
	r.Converting += other.Converting
	r.Judging += other.Judging
}

// What differs between two messages that mean the same: names, values and positions.
var (
	quoted   = regexp.MustCompile(`"[^"]*"`)
	position = regexp.MustCompile(`\[\d+\]`)
)

// shape is what a message has in common with others of its sort.
func shape(problem Problem) string {
	line := strings.Join(strings.Fields(problem.Message), " ")
	text := quoted.ReplaceAllString(line, `"…"`)
	return string(problem.Step) + ": " + position.ReplaceAllString(text, "[…]")
}

func printMessages(out io.Writer, rows []Row) {
	counts := map[string]int{}
	for _, row := range rows {
		for _, problem := range row.Verdict.Problems {
			counts[shape(problem)]++
		}
	}
	shapes := make([]string, 0, len(counts))
	for shape := range counts {
		shapes = append(shapes, shape)
	}
	slices.SortFunc(shapes, func(a, b string) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b))
	})
	for index, shape := range shapes {
		if index == 0 {
			fmt.Fprintln(out, "\nmost frequent:")
		}
		if index == shownMessages {
			fmt.Fprintf(out, "      … and %d more\n", len(shapes)-shownMessages)
			return
		}
		fmt.Fprintf(out, "%5d  %s\n", counts[shape], shape)
	}
}
