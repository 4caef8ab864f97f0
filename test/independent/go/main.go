// Command independent says what the Go implementations of transparency logs make of ours: the test vectors that they
// generate, and their verdicts on what we generate.
//
//	independent vectors trees|notes|tiles    writes vectors as JSON to standard output
//	independent check                        reads claims as JSON lines and answers each with a verdict
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "independent:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	switch {
	case len(args) == 2 && args[0] == "vectors":
		return writeVectors(args[1])
	case len(args) == 1 && args[0] == "check":
		return checkLines()
	default:
		return fmt.Errorf("usage: independent vectors trees|notes|tiles, or independent check")
	}
}

func writeVectors(name string) error {
	makers := map[string]func() (any, error){"trees": treeVectors, "notes": noteVectors, "tiles": tileVectors}
	maker, ok := makers[name]
	if !ok {
		return fmt.Errorf("no vectors of the name %q", name)
	}
	vectors, err := maker()
	if err != nil {
		return err
	}
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	out.SetIndent("", " ")
	return out.Encode(vectors)
}

func checkLines() error {
	in := json.NewDecoder(bufio.NewReaderSize(os.Stdin, 1<<20))
	out := bufio.NewWriterSize(os.Stdout, 1<<20)
	verdicts := json.NewEncoder(out)
	for in.More() {
		var claim claim
		if err := in.Decode(&claim); err != nil {
			return err
		}
		verdict, err := judge(claim)
		if err != nil {
			return err
		}
		if err := verdicts.Encode(verdict); err != nil {
			return err
		}
	}
	return out.Flush()
}
