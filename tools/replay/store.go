package main

import (
	"context"
	"errors"
	"log/slog"
	"math"
	"os"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/tsdb"
)

const (
	retention = 400 * 24 * time.Hour
	blocks    = 3 * 24 * time.Hour
)

// folder is where the storage lies, a temporary one without a name, and whether it is to outlive the play.
type folder struct {
	name string
	keep bool
}

// store is a Prometheus storage; without a write-ahead log where nothing has to outlive the play.
type store struct {
	*tsdb.DB
	temporary string
}

func openStore(at folder) (*store, error) {
	folder, temporary := at.name, ""
	if folder == "" && at.keep {
		return nil, errors.New("-keep needs -data: a temporary folder is removed")
	}
	if folder == "" {
		made, err := os.MkdirTemp("", "slo-replay-")
		if err != nil {
			return nil, err
		}
		folder, temporary = made, made
	}
	options := tsdb.DefaultOptions()
	options.RetentionDuration = retention.Milliseconds()
	options.MaxBlockDuration = blocks.Milliseconds()
	if !at.keep {
		options.WALSegmentSize = -1
	}
	db, err := tsdb.Open(folder, slog.New(slog.DiscardHandler), nil, options, nil)
	if err != nil {
		return nil, err
	}
	return &store{DB: db, temporary: temporary}, nil
}

func (s *store) close() error {
	err := s.Close()
	if s.temporary != "" {
		err = errors.Join(err, os.RemoveAll(s.temporary))
	}
	return err
}

// seriesWritten counts every series that has a sample, stale ones among them.
func (s *store) seriesWritten() int {
	querier, err := s.Querier(math.MinInt64, math.MaxInt64)
	if err != nil {
		return 0
	}
	defer querier.Close()
	every := labels.MustNewMatcher(labels.MatchRegexp, "__name__", ".+")
	hints := &storage.SelectHints{Start: math.MinInt64, End: math.MaxInt64, Func: "series"}
	number := 0
	for found := querier.Select(context.Background(), false, hints, every); found.Next(); {
		number++
	}
	return number
}
