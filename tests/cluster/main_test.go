package cluster

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// asCutover tells the binary of these tests to play cutover: it prints its arguments and fails, as a broken one would.
const asCutover = "cutover-that-fails"

// TestMain prints the table behind everything else, where it is found.
func TestMain(m *testing.M) {
	if filepath.Base(os.Args[0]) == asCutover {
		fmt.Fprint(os.Stderr, strings.Join(append(os.Args[1:], os.Environ()...), "\n"))
		os.Exit(3)
	}
	status := m.Run()
	if len(judged) > 0 {
		fmt.Println()
		if err := Summarize(os.Stdout, judged); err != nil {
			fmt.Println(err)
			status = 1
		}
	}
	os.Exit(status)
}
