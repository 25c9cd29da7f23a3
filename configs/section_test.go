package configs_test

import (
	"fmt"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
)

// A document stands for what cmd composes: a field of every kind that Decode knows.
type document struct {
	Listen   string            `yaml:"listen"`
	Policies map[string]policy `yaml:"policies"`
	Channels []channel         `yaml:"channels"`
	Access   []credential      `yaml:"credentials"`
	Limits   limits            `yaml:",inline"`
	Labels   map[string]string `yaml:"labels"`
	Computed int
}

type policy struct {
	Every *time.Duration `yaml:"every"`
	Keep  time.Duration  `yaml:"keep"`
	From  *time.Time     `yaml:"from"`
	Ahead *int           `yaml:"ahead"`
}

type channel struct {
	ID         string           `yaml:"id"`
	ContentIDs []string         `yaml:"content_ids"`
	Tracks     []keyplan.Track  `yaml:"tracks"`
	Schemes    []keyplan.Scheme `yaml:"schemes"`
	KID        keyplan.KID      `yaml:"kid"`
	Policy     string           `yaml:"policy"`
}

type credential struct {
	Name  string  `yaml:"name"`
	Basic *basic  `yaml:"basic"`
	Token *bearer `yaml:"bearer"`
}

type basic struct {
	User     string         `yaml:"user"`
	Password keyplan.Secret `yaml:"password"`
}

type bearer struct {
	Token *keyplan.Secret `yaml:"token"`
}

type limits struct {
	Port  uint16 `yaml:"port"`
	Level int8   `yaml:"level"`
	Open  bool   `yaml:"open"`
}

func (d *document) Validate() (ps keyplan.Problems) {
	for i, c := range d.Channels {
		if c.ID == "" {
			ps.Add(fmt.Sprintf("channels[%d].id", i), "1 to 256 bytes")
		}
		if _, ok := d.Policies[c.Policy]; !ok {
			ps.Add(fmt.Sprintf("channels[%d].policy", i), "the name of a policy")
		}
		for j, t := range c.Tracks {
			if t == "BAD" {
				ps.Add(fmt.Sprintf("channels[%d].tracks[%d]", i, j), "a track type")
			}
		}
	}
	if d.Listen == "" {
		ps.Add("listen", "an address")
	}
	var sub keyplan.Problems
	for i, c := range d.Access {
		if c.Name == "" {
			sub.Add(fmt.Sprintf("[%d].name", i), "a name")
		}
	}
	ps.Under("credentials", sub)
	return ps
}
