package main

import (
	"crypto/sha256"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

const tileHeight = 8

type tileVector struct {
	Path   string `json:"path"`
	Level  int    `json:"level"`
	Index  int64  `json:"index"`
	Width  int    `json:"width"`
	Sha256 []byte `json:"sha256,omitempty"`
}

type tiles struct {
	Size  int          `json:"size"`
	Tiles []tileVector `json:"tiles"`
	// Paths of tiles far away, without their content.
	Paths []tileVector `json:"paths"`
}

// c2spPath: C2SP tlog-tiles leaves out the height that the checksum database has in its paths.
func c2spPath(tile tlog.Tile) string {
	return "tile/" + strings.TrimPrefix(tile.Path(), "tile/8/")
}

func vectorOf(tile tlog.Tile) tileVector {
	return tileVector{Path: c2spPath(tile), Level: tile.L, Index: tile.N, Width: tile.W}
}

func tileVectors() (any, error) {
	const size = 70_000
	t, err := treeOf(size)
	if err != nil {
		return nil, err
	}
	vectors := tiles{Size: size}
	for _, tile := range tlog.NewTiles(tileHeight, 0, size) {
		data, err := tlog.ReadTileData(tile, t)
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(data)
		vector := vectorOf(tile)
		vector.Sha256 = sum[:]
		vectors.Tiles = append(vectors.Tiles, vector)
	}
	for _, index := range []int64{0, 9, 99, 999, 1000, 1001, 999_999, 1_000_000, 1_234_067, 999_999_999, 1<<53 - 1} {
		for _, width := range []int{1, 9, 10, 99, 100, 255, 256} {
			vectors.Paths = append(vectors.Paths, vectorOf(tlog.Tile{H: tileHeight, L: int(index % 64), N: index, W: width}))
		}
	}
	return vectors, nil
}
