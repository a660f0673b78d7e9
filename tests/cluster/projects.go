package cluster

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// CorpusVariable names a folder of real projects, with an INDEX.tsv that says how each one is opened.
const CorpusVariable = "CUTOVER_CORPUS"

// ProjectsVariable names folders to judge instead of the samples and the corpus, separated as in PATH.
const ProjectsVariable = "CUTOVER_PROJECTS"

const samplesFolder = "../../samples"

// Project is a Compose project on the disk.
type Project struct {
	// Name is for messages, and unique.
	Name string
	// Folder is where it lies.
	Folder string
	// Files are its Compose files, relative to the folder; found by name where there is none.
	Files []string
	// Refused is whether Docker Compose refuses it, so that we may.
	Refused bool
}

// Projects are the folders that the environment names, or else the samples and the corpus. What is not there is said in
// the second result.
func Projects() ([]Project, []string, error) {
	if named := os.Getenv(ProjectsVariable); named != "" {
		var projects []Project
		for _, folder := range filepath.SplitList(named) {
			projects = append(projects, Project{Name: filepath.Base(folder), Folder: folder})
		}
		return projects, nil, nil
	}
	projects, err := samples()
	if err != nil {
		return nil, nil, err
	}
	corpus := os.Getenv(CorpusVariable)
	if corpus == "" {
		return projects, []string{CorpusVariable + " names no folder of real projects"}, nil
	}
	real, err := corpusProjects(corpus)
	return append(projects, real...), nil, err
}

func samples() ([]Project, error) {
	entries, err := os.ReadDir(samplesFolder)
	if err != nil {
		return nil, err
	}
	var projects []Project
	for _, entry := range entries {
		if entry.IsDir() {
			folder := filepath.Join(samplesFolder, entry.Name())
			projects = append(projects, Project{Name: "samples/" + entry.Name(), Folder: folder})
		}
	}
	return projects, nil
}

// corpusProjects reads INDEX.tsv: the columns project, file (several separated by commas) and loads.
func corpusProjects(folder string) ([]Project, error) {
	index, err := os.ReadFile(filepath.Join(folder, "INDEX.tsv"))
	if err != nil {
		return nil, err
	}
	var projects []Project
	for number, row := range strings.Split(strings.TrimSpace(string(index)), "\n") {
		cells := strings.Split(row, "\t")
		if len(cells) < 4 {
			return nil, fmt.Errorf("INDEX.tsv:%d: fewer than four columns", number+1)
		}
		if number == 0 {
			continue
		}
		projects = append(projects, Project{
			Name:    cells[0],
			Folder:  filepath.Join(folder, cells[0]),
			Files:   strings.Split(cells[1], ","),
			Refused: cells[3] != "yes",
		})
	}
	if len(projects) == 0 {
		return nil, fmt.Errorf("INDEX.tsv lists no project")
	}
	return projects, nil
}
