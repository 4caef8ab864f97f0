package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strings"

	"github.com/transparency-dev/formats/log"
	formats "github.com/transparency-dev/formats/note"
	"github.com/transparency-dev/formats/proof"
	"golang.org/x/mod/sumdb/note"
)

const (
	typeEd25519     = 1
	typeCosignature = 4
	cosignedAt      = 1_764_000_000
)

// noteKey is a key that everybody can make from its name.
type noteKey struct {
	name    string
	private ed25519.PrivateKey
}

func newKey(name string) noteKey {
	seed := sha256.Sum256([]byte(name))
	return noteKey{name: name, private: ed25519.NewKeyFromSeed(seed[:])}
}

func (k noteKey) public() ed25519.PublicKey { return k.private.Public().(ed25519.PublicKey) }

func (k noteKey) id(kind byte) uint32 {
	sum := sha256.Sum256(append([]byte(k.name+"\n"), append([]byte{kind}, k.public()...)...))
	return binary.BigEndian.Uint32(sum[:])
}

func (k noteKey) verifierKey(kind byte) string {
	public := base64.StdEncoding.EncodeToString(append([]byte{kind}, k.public()...))
	return fmt.Sprintf("%s+%08x+%s", k.name, k.id(kind), public)
}

func (k noteKey) signer() (note.Signer, error) {
	seed := base64.StdEncoding.EncodeToString(append([]byte{typeEd25519}, k.private.Seed()...))
	return note.NewSigner(fmt.Sprintf("PRIVATE+KEY+%s+%08x+%s", k.name, k.id(typeEd25519), seed))
}

// cosigner signs as C2SP tlog-cosignature says, at a fixed time, so that the vectors stay the same.
type cosigner struct{ noteKey }

func (c cosigner) Name() string    { return c.name }
func (c cosigner) KeyHash() uint32 { return c.id(typeCosignature) }
func (c cosigner) Sign(text []byte) ([]byte, error) {
	message := fmt.Appendf(nil, "cosignature/v1\ntime %d\n%s", cosignedAt, text)
	return append(binary.BigEndian.AppendUint64(nil, cosignedAt), ed25519.Sign(c.private, message)...), nil
}

type keyVector struct {
	Name        string `json:"name"`
	Seed        []byte `json:"seed"`
	PublicKey   []byte `json:"publicKey"`
	VerifierKey string `json:"verifierKey"`
	CosignerKey string `json:"cosignerKey"`
}

type noteVector struct {
	Name string `json:"name"`
	Note []byte `json:"note"`
	// Signers in the order of their lines.
	Signers   []string `json:"signers"`
	Cosigners []string `json:"cosigners"`
	Text      string   `json:"text"`
}

// refusalVector is an altered note, and whether note.Open takes it all the same.
type refusalVector struct {
	Name     string `json:"name"`
	Note     []byte `json:"note"`
	Accepted bool   `json:"accepted"`
}

type proofVector struct {
	Index int      `json:"index"`
	Leaf  []byte   `json:"leaf"`
	Extra []byte   `json:"extra"`
	Proof [][]byte `json:"proof"`
	Text  []byte   `json:"text"`
}

type notes struct {
	Keys       []keyVector     `json:"keys"`
	CosignedAt int             `json:"cosignedAt"`
	Notes      []noteVector    `json:"notes"`
	Altered    []refusalVector `json:"altered"`
	Proofs     []proofVector   `json:"proofs"`
}

func noteVectors() (any, error) {
	keys := []noteKey{newKey("example.com/log"), newKey("witness.example/w1"), newKey("日志.example/λ")}
	vectors := notes{CosignedAt: cosignedAt}
	for _, key := range keys {
		vectors.Keys = append(vectors.Keys, keyVector{
			Name: key.name, Seed: key.private.Seed(), PublicKey: key.public(),
			VerifierKey: key.verifierKey(typeEd25519), CosignerKey: key.verifierKey(typeCosignature),
		})
	}
	t, err := treeOf(1000)
	if err != nil {
		return nil, err
	}
	for _, size := range []int{0, 1, 255, 1000} {
		root, err := t.root(size)
		if err != nil {
			return nil, err
		}
		text := string(log.Checkpoint{Origin: keys[0].name, Size: uint64(size), Hash: root}.Marshal())
		if err := vectors.add(fmt.Sprintf("checkpoint of %d leaves", size), text, keys[:1], keys[1:]); err != nil {
			return nil, err
		}
	}
	text := "Ognuno sta solo\n\ned è subito sera.\n— no signature\n"
	if err := vectors.add("any text", text, keys, nil); err != nil {
		return nil, err
	}
	if vectors.Altered, err = alteredVectors(vectors.Notes[3].Note, keys[0]); err != nil {
		return nil, err
	}
	vectors.Proofs, err = proofVectors(t, vectors.Notes[3].Note)
	return vectors, err
}

func (n *notes) add(name, text string, signers, cosigners []noteKey) error {
	vector := noteVector{Name: name, Text: text, Signers: []string{}, Cosigners: []string{}}
	var all []note.Signer
	var verifiers []note.Verifier
	for _, key := range signers {
		signer, err := key.signer()
		if err != nil {
			return err
		}
		verifier, err := note.NewVerifier(key.verifierKey(typeEd25519))
		if err != nil {
			return err
		}
		all, verifiers = append(all, signer), append(verifiers, verifier)
		vector.Signers = append(vector.Signers, key.name)
	}
	for _, key := range cosigners {
		verifier, err := formats.NewVerifierForCosignatureV1(key.verifierKey(typeCosignature))
		if err != nil {
			return err
		}
		all, verifiers = append(all, cosigner{key}), append(verifiers, verifier)
		vector.Cosigners = append(vector.Cosigners, key.name)
	}
	signed, err := note.Sign(&note.Note{Text: text}, all...)
	if err != nil {
		return err
	}
	opened, err := note.Open(signed, note.VerifierList(verifiers...))
	if err != nil {
		return err
	}
	if len(opened.Sigs) != len(all) {
		return fmt.Errorf("%s: %d of %d signatures verify", name, len(opened.Sigs), len(all))
	}
	vector.Note = signed
	n.Notes = append(n.Notes, vector)
	return nil
}

func alteredVectors(signed []byte, key noteKey) ([]refusalVector, error) {
	verifier, err := note.NewVerifier(key.verifierKey(typeEd25519))
	if err != nil {
		return nil, err
	}
	text := string(signed)
	split := strings.Index(text, "\n\n") + 2
	body, lines := text[:split], strings.SplitAfter(text[split:], "\n")
	own, rest := lines[0], strings.Join(lines[1:], "")
	space := strings.LastIndex(own, " ") + 1
	line := func(payload []byte) string { return own[:space] + base64.StdEncoding.EncodeToString(payload) + "\n" }
	payload, err := base64.StdEncoding.DecodeString(strings.TrimSuffix(own[space:], "\n"))
	if err != nil {
		return nil, err
	}
	flipped := bytes.Clone(payload)
	flipped[len(flipped)-1] ^= 1
	otherID := bytes.Clone(payload)
	otherID[0] ^= 1
	altered := []struct{ name, note string }{
		{"nothing altered", text},
		{"another size", strings.Replace(text, "\n1000\n", "\n1001\n", 1)},
		{"another origin", "x" + text},
		{"a wrong signature", body + line(flipped) + rest},
		{"a wrong signature after a right one", body + own + line(flipped) + rest},
		{"a wrong signature before a right one", body + line(flipped) + own + rest},
		{"the same signature twice", body + own + own + rest},
		{"another key id", body + line(otherID) + rest},
		{"another key name", body + strings.Replace(own, "example.com", "example.org", 1) + rest},
		{"a signature without its last byte", body + line(payload[:len(payload)-1]) + rest},
		{"a signature with a byte more", body + line(append(bytes.Clone(payload), 0)) + rest},
		{"a key id alone", body + line(payload[:4]) + rest},
		{"an empty signature", body + own[:space] + "\n" + rest},
		{"no signature of the key", body + rest},
		{"no signature line", body},
		{"no blank line", strings.Replace(text, "\n\n", "\n", 1)},
		{"no newline at the end", strings.TrimSuffix(text, "\n")},
		{"an empty line at the end", text + "\n"},
		{"a carriage return", strings.Replace(text, "\n1000\n", "\r\n1000\n", 1)},
		{"a tab", strings.Replace(text, "\n1000\n", "\n1000\t\n", 1)},
		{"a byte that is not UTF-8", strings.Replace(text, "\n1000\n", "\n1000\xff\n", 1)},
		{"a byte order mark", "\ufeff" + text},
		{"an en dash", body + strings.Replace(own, "—", "–", 1) + rest},
		{"two spaces", body + strings.Replace(own, " example", "  example", 1) + rest},
		{"a space after the signature", body + strings.Replace(own, "\n", " \n", 1) + rest},
		{"a plus sign in the name", body + strings.Replace(own, "example.com", "example+com", 1) + rest},
		{"base64 without padding", body + strings.Replace(own, "=", "", 1) + rest},
		{"base64 for addresses", body + own[:space] + base64.URLEncoding.EncodeToString(payload) + "\n" + rest},
		{"base64 with spare bits", body + spareBits(own) + rest},
		{"a hundred signatures", body + own + strings.Repeat("— someone AAAAAAA=\n", 99)},
		{"a hundred and one signatures", body + own + strings.Repeat("— someone AAAAAAA=\n", 100)},
		{"nothing", ""},
	}
	vectors := make([]refusalVector, len(altered))
	for i, a := range altered {
		_, err := note.Open([]byte(a.note), note.VerifierList(verifier))
		vectors[i] = refusalVector{Name: a.name, Note: []byte(a.note), Accepted: err == nil}
	}
	return vectors, nil
}

// spareBits sets a bit of the last character that no byte has a place for.
func spareBits(line string) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	last := strings.Index(line, "=") - 1
	return line[:last] + string(alphabet[strings.IndexByte(alphabet, line[last])|1]) + line[last+1:]
}

func proofVectors(t *tree, signed []byte) ([]proofVector, error) {
	var vectors []proofVector
	for _, index := range []int{0, 777, 999} {
		var extra []byte
		if index == 777 {
			extra = []byte("extra data")
		}
		hashes, err := t.inclusion(index, 1000)
		if err != nil {
			return nil, err
		}
		p := proof.TLogProof{Index: uint64(index), Checkpoint: signed, ExtraData: extra}
		for _, hash := range hashes {
			p.Hashes = append(p.Hashes, [sha256.Size]byte(hash))
		}
		vectors = append(vectors, proofVector{
			Index: index, Leaf: leafOf(index), Extra: extra, Proof: hashes, Text: p.Marshal(),
		})
	}
	return vectors, nil
}
