package speke

import (
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
)

// A BindingConfig says that a packager's period index Index begins at At, or that it counts
// packager intervals since the Unix epoch.
type BindingConfig struct {
	// Unix: index = floor(unix time / packager_interval). Index and At are then not given.
	Unix bool `yaml:"unix"`
	// Index is the number of the packager's period that begins at At.
	Index *uint32 `yaml:"index"`
	// At is in whole seconds.
	At *time.Time `yaml:"at"`
}

// Validate refuses what is neither, or both.
func (c BindingConfig) Validate() keyplan.Problems {
	var ps keyplan.Problems
	numbered := c.Index != nil || c.At != nil
	switch {
	case c.Unix && numbered, !c.Unix && !numbered:
		ps.Add("", "either unix: true, or index and at")
	case numbered && (c.Index == nil || c.At == nil):
		ps.Add("", "index and at together")
	case numbered && c.At.Nanosecond() != 0:
		ps.Add("at", "whole seconds")
	}
	return ps
}

func (c BindingConfig) binding(contentID string, interval time.Duration) keyplan.Binding {
	if c.Unix {
		return keyplan.UnixBinding(contentID, interval)
	}
	return keyplan.Binding{
		ContentID: contentID, Kind: keyplan.BoundConfigured,
		Index: *c.Index, At: c.At.UTC(), Interval: interval,
	}
}
