package cluster

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// BinaryVariable names the cutover binary to judge.
const BinaryVariable = "CUTOVER_BINARY"

const (
	defaultBinary = "../../target/release/cutover"
	// A conversion takes milliseconds; one that takes a minute hangs.
	conversionLimit = time.Minute
	// So many last lines of standard error are shown where a conversion fails.
	shownLines = 20
)

// Levels are the hardening levels that are judged, the default first.
var Levels = []string{"balanced", "restricted"}

// Binary is the absolute path of the binary that is judged.
func Binary() (string, error) {
	binary := os.Getenv(BinaryVariable)
	if binary == "" {
		binary = defaultBinary
	}
	binary, err := filepath.Abs(binary)
	if err != nil {
		return "", err
	}
	if _, err := os.Stat(binary); err != nil {
		return "", fmt.Errorf("there is no cutover to judge, build it or name it by %s: %w", BinaryVariable, err)
	}
	return binary, nil
}

// Convert runs cutover on a project, with nothing in its environment but a home, and says why if it fails.
func Convert(ctx context.Context, binary string, project Project, level, output string) error {
	ctx, cancel := context.WithTimeout(ctx, conversionLimit)
	defer cancel()
	arguments := []string{"convert", project.Folder}
	for _, file := range project.Files {
		arguments = append(arguments, "-f", file)
	}
	arguments = append(arguments, "-o", output, "--no-os-env", "--secrets", "file", "--hardening", level)
	command := exec.CommandContext(ctx, binary, arguments...)
	command.Env = []string{"HOME=/home/nobody"}
	var stderr bytes.Buffer
	command.Stderr = &stderr
	err := command.Run()
	if ctx.Err() != nil {
		return fmt.Errorf("stopped after %s: %w", conversionLimit, ctx.Err())
	}
	if err != nil {
		lines := strings.Split(strings.TrimSpace(stderr.String()), "\n")
		lines = lines[max(0, len(lines)-shownLines):]
		return fmt.Errorf("%w:\n%s", err, strings.Join(lines, "\n"))
	}
	return nil
}
