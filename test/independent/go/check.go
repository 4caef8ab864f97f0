package main

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/transparency-dev/formats/log"
	formats "github.com/transparency-dev/formats/note"
	tlogproof "github.com/transparency-dev/formats/proof"
	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// claim is one line of input; which members count depends on the kind. Bytes are base64.
type claim struct {
	Kind  string   `json:"kind"`
	Index uint64   `json:"index"`
	Size  uint64   `json:"size"`
	Leaf  []byte   `json:"leafHash"`
	Root  []byte   `json:"root"`
	From  uint64   `json:"from"`
	Old   []byte   `json:"fromRoot"`
	Proof [][]byte `json:"proof"`
	// A signed note, or a proof in text form with one at its end.
	Text []byte `json:"text"`
	// Verifier keys, all of which must have signed.
	Keys  []string `json:"keys"`
	Path  string   `json:"path"`
	Level int      `json:"level"`
	Width int      `json:"width"`
}

type verdict struct {
	Accepted bool   `json:"accepted"`
	Reason   string `json:"reason,omitempty"`
}

func verdictOf(err error) verdict {
	if err != nil {
		return verdict{Reason: err.Error()}
	}
	return verdict{Accepted: true}
}

// judge fails only where the implementations do not agree with each other, or for a claim of no known kind.
func judge(c claim) (verdict, error) {
	switch c.Kind {
	case "inclusion":
		return agree(checkInclusion(c), checkRecord(c))
	case "consistency":
		first := checkConsistency(c)
		if c.From == 0 {
			return verdictOf(first), nil
		}
		return agree(first, checkTree(c))
	case "checkpoint":
		return verdictOf(checkCheckpoint(c)), nil
	case "proof":
		return verdictOf(checkProof(c)), nil
	case "tile":
		return verdictOf(checkTile(c)), nil
	default:
		return verdict{}, fmt.Errorf("no claim of the kind %q", c.Kind)
	}
}

func agree(first, second error) (verdict, error) {
	if (first == nil) != (second == nil) {
		return verdict{}, fmt.Errorf("no agreement: %v, %v", first, second)
	}
	return verdictOf(first), nil
}

func checkInclusion(c claim) error {
	return proof.VerifyInclusion(rfc6962.DefaultHasher, c.Index, c.Size, c.Leaf, c.Proof, c.Root)
}

func checkConsistency(c claim) error {
	return proof.VerifyConsistency(rfc6962.DefaultHasher, c.From, c.Size, c.Proof, c.Old, c.Root)
}

func checkRecord(c claim) error {
	all, err := hashes(append([][]byte{c.Leaf, c.Root}, c.Proof...))
	if err != nil {
		return err
	}
	return tlog.CheckRecord(all[2:], int64(c.Size), all[1], int64(c.Index), all[0])
}

func checkTree(c claim) error {
	all, err := hashes(append([][]byte{c.Old, c.Root}, c.Proof...))
	if err != nil {
		return err
	}
	return tlog.CheckTree(all[2:], int64(c.Size), all[1], int64(c.From), all[0])
}

func hashes(all [][]byte) ([]tlog.Hash, error) {
	converted := make([]tlog.Hash, len(all))
	for i, bytes := range all {
		if len(bytes) != tlog.HashSize {
			return nil, errors.New("not a hash")
		}
		converted[i] = tlog.Hash(bytes)
	}
	return converted, nil
}

// openCheckpoint wants signatures of all keys, and no lines beyond the first three.
func openCheckpoint(signed []byte, keys []string) (log.Checkpoint, error) {
	var checkpoint log.Checkpoint
	var verifiers []note.Verifier
	for _, key := range keys {
		verifier, err := formats.NewVerifier(key)
		if err != nil {
			return checkpoint, err
		}
		verifiers = append(verifiers, verifier)
	}
	opened, err := note.Open(signed, note.VerifierList(verifiers...))
	if err != nil {
		return checkpoint, err
	}
	if len(opened.Sigs) != len(keys) {
		return checkpoint, fmt.Errorf("%d of %d keys have signed", len(opened.Sigs), len(keys))
	}
	rest, err := checkpoint.Unmarshal([]byte(opened.Text))
	if err == nil && len(rest) > 0 {
		err = errors.New("extension lines")
	}
	return checkpoint, err
}

func checkCheckpoint(c claim) error {
	checkpoint, err := openCheckpoint(c.Text, c.Keys)
	if err != nil {
		return err
	}
	if checkpoint.Origin != keyName(c.Keys[0]) || checkpoint.Size != c.Size || !bytes.Equal(checkpoint.Hash, c.Root) {
		return errors.New("another checkpoint")
	}
	return nil
}

func keyName(key string) string {
	name, _, _ := strings.Cut(key, "+")
	return name
}

func checkProof(c claim) error {
	var p tlogproof.TLogProof
	if err := p.Unmarshal(c.Text); err != nil {
		return err
	}
	checkpoint, err := openCheckpoint(p.Checkpoint, c.Keys)
	if err != nil {
		return err
	}
	path := make([][]byte, len(p.Hashes))
	for i := range p.Hashes {
		path[i] = p.Hashes[i][:]
	}
	hasher := rfc6962.DefaultHasher
	return proof.VerifyInclusion(hasher, p.Index, checkpoint.Size, c.Leaf, path, checkpoint.Hash)
}

func checkTile(c claim) error {
	rest, found := strings.CutPrefix(c.Path, "tile/")
	tile, err := tlog.ParseTilePath("tile/8/" + rest)
	if !found || err != nil {
		return errors.New("not a path")
	}
	if tile.L != c.Level || tile.N != int64(c.Index) || tile.W != c.Width {
		return errors.New("another tile")
	}
	return nil
}
