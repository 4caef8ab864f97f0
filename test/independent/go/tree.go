package main

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/transparency-dev/merkle/rfc6962"
	"github.com/transparency-dev/merkle/testonly"
	"golang.org/x/mod/sumdb/tlog"
)

// tree is one tree in two implementations, which must agree on everything that is asked of it.
type tree struct {
	merkle *testonly.Tree
	stored []tlog.Hash
}

func newTree() *tree {
	return &tree{merkle: testonly.New(rfc6962.DefaultHasher)}
}

// leafOf is what the leaves of the vectors are.
func leafOf(index int) []byte {
	return fmt.Appendf(nil, "leaf-%d", index)
}

func treeOf(size int) (*tree, error) {
	t := newTree()
	for i := range size {
		if err := t.add(leafOf(i)); err != nil {
			return nil, err
		}
	}
	return t, nil
}

func (t *tree) add(leaf []byte) error {
	hashes, err := tlog.StoredHashes(int64(t.merkle.Size()), leaf, t)
	if err != nil {
		return err
	}
	t.stored = append(t.stored, hashes...)
	t.merkle.AppendData(leaf)
	return nil
}

// ReadHashes makes the tree a tlog.HashReader.
func (t *tree) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		if index < 0 || index >= int64(len(t.stored)) {
			return nil, fmt.Errorf("no stored hash %d", index)
		}
		hashes[i] = t.stored[index]
	}
	return hashes, nil
}

func (t *tree) root(size int) ([]byte, error) {
	root := t.merkle.HashAt(uint64(size))
	other, err := tlog.TreeHash(int64(size), t)
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(root, other[:]) {
		return nil, fmt.Errorf("two roots of size %d", size)
	}
	return root, nil
}

func (t *tree) inclusion(index, size int) ([][]byte, error) {
	proof, err := t.merkle.InclusionProof(uint64(index), uint64(size))
	if err != nil {
		return nil, err
	}
	other, err := tlog.ProveRecord(int64(size), int64(index), t)
	if err != nil {
		return nil, err
	}
	return agreed(proof, other)
}

func (t *tree) consistency(from, to int) ([][]byte, error) {
	proof, err := t.merkle.ConsistencyProof(uint64(from), uint64(to))
	if err != nil || from == 0 {
		return agreed(proof, nil)
	}
	other, err := tlog.ProveTree(int64(to), int64(from), t)
	if err != nil {
		return nil, err
	}
	return agreed(proof, other)
}

func agreed(proof [][]byte, other []tlog.Hash) ([][]byte, error) {
	if len(proof) != len(other) {
		return nil, fmt.Errorf("two proofs: %d and %d hashes", len(proof), len(other))
	}
	for i, hash := range other {
		if !bytes.Equal(proof[i], hash[:]) {
			return nil, fmt.Errorf("two proofs: they differ at %d", i)
		}
	}
	// An empty proof is [] in JSON, not null.
	return append([][]byte{}, proof...), nil
}

type inclusionVector struct {
	Index int      `json:"index"`
	Size  int      `json:"size"`
	Proof [][]byte `json:"proof"`
}

type consistencyVector struct {
	From  int      `json:"from"`
	To    int      `json:"to"`
	Proof [][]byte `json:"proof"`
}

// The reference leaves of RFC 6962 implementations, with the roots of 0 to 8 of them.
type referenceVector struct {
	Leaves [][]byte `json:"leaves"`
	Roots  [][]byte `json:"roots"`
}

type trees struct {
	Reference   referenceVector     `json:"reference"`
	Roots       map[int][]byte      `json:"roots"`
	Inclusion   []inclusionVector   `json:"inclusion"`
	Consistency []consistencyVector `json:"consistency"`
}

var edges = []int{
	15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129, 255, 256, 257, 511, 512, 513, 1000, 1023, 1024, 1025, 4095, 4096,
	4097,
}

func treeVectors() (any, error) {
	t, err := treeOf(edges[len(edges)-1])
	if err != nil {
		return nil, err
	}
	vectors := trees{
		Reference: referenceVector{Leaves: testonly.LeafInputs(), Roots: testonly.RootHashes()},
		Roots:     map[int][]byte{},
	}
	sizes := slices.Clone(edges)
	for size := range 300 {
		sizes = append(sizes, size)
	}
	for _, size := range sizes {
		if vectors.Roots[size], err = t.root(size); err != nil {
			return nil, err
		}
	}
	if vectors.Inclusion, err = inclusionVectors(t); err != nil {
		return nil, err
	}
	vectors.Consistency, err = consistencyVectors(t)
	return vectors, err
}

func inclusionVectors(t *tree) ([]inclusionVector, error) {
	var vectors []inclusionVector
	add := func(index, size int) error {
		proof, err := t.inclusion(index, size)
		vectors = append(vectors, inclusionVector{Index: index, Size: size, Proof: proof})
		return err
	}
	for size := 1; size <= 9; size++ {
		for index := range size {
			if err := add(index, size); err != nil {
				return nil, err
			}
		}
	}
	for _, size := range edges {
		for _, index := range []int{0, 1, size/2 - 1, size / 2, size - 2, size - 1} {
			if err := add(index, size); err != nil {
				return nil, err
			}
		}
	}
	return vectors, nil
}

func consistencyVectors(t *tree) ([]consistencyVector, error) {
	var vectors []consistencyVector
	add := func(from, to int) error {
		proof, err := t.consistency(from, to)
		vectors = append(vectors, consistencyVector{From: from, To: to, Proof: proof})
		return err
	}
	for to := range 10 {
		for from := 0; from <= to; from++ {
			if err := add(from, to); err != nil {
				return nil, err
			}
		}
	}
	for _, to := range edges {
		for _, from := range []int{1, 2, to / 3, to / 2, to/2 + 1, to - 1} {
			if err := add(from, to); err != nil {
				return nil, err
			}
		}
	}
	return vectors, nil
}
