package cluster

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestConversionThatFails(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	binary := filepath.Join(t.TempDir(), asCutover)
	if err := os.Symlink(self, binary); err != nil {
		t.Skip("skipped: no symbolic links here:", err)
	}
	project := Project{Folder: "shop", Files: []string{"a.yaml", "b.yaml"}}
	err = Convert(t.Context(), binary, project, "restricted", "out")
	if err == nil || !strings.Contains(err.Error(), "exit status 3") {
		t.Fatalf("a failure is not noticed: %v", err)
	}
	said := strings.Split(err.Error(), "\n")[1:]
	expected := strings.Fields("convert shop -f a.yaml -f b.yaml -o out --no-os-env --secrets file --hardening restricted" +
		" HOME=/home/nobody")
	if !slices.Equal(said, expected) {
		t.Errorf("ran with %q, expected %q", said, expected)
	}
}
