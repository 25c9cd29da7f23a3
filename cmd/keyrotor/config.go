package main

import (
	"fmt"
	"slices"
	"time"

	"github.com/keyrotor/keyrotor/cmd/keyrotor/access"
	"github.com/keyrotor/keyrotor/cmd/keyrotor/api"
	"github.com/keyrotor/keyrotor/configs"
	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/keyplan/source"
	"github.com/keyrotor/keyrotor/scheduler/announce/webhook"
	"github.com/keyrotor/keyrotor/speke"
	"github.com/keyrotor/keyrotor/speke/signaling"
	"github.com/keyrotor/keyrotor/speke/widevine"
	"github.com/keyrotor/keyrotor/tokens"
	"github.com/keyrotor/keyrotor/tokens/license"
)

// A Config is the whole configuration file: the rooms' sections, put together.
type Config struct {
	Server      ServerConfig                    `yaml:"server"`
	Log         LogConfig                       `yaml:"log"`
	Store       StoreConfig                     `yaml:"store"`
	Keys        source.Config                   `yaml:"keys"`
	Tokens      *tokens.Section                 `yaml:"tokens"`
	License     license.Section                 `yaml:"license"`
	Widevine    widevine.Section                `yaml:"widevine"`
	Credentials access.Config                   `yaml:"credentials"`
	Policies    map[string]keyplan.PolicyConfig `yaml:"policies"`
	Channels    []ChannelConfig                 `yaml:"channels"`
	// CPIXRecipients are PEM files, each with a certificate of an RSA key. Operators get
	// content keys encrypted to all of them. Nil means that operators get none.
	CPIXRecipients []string `yaml:"cpix_recipients"`
	// TutorialToken is for the player of a tutorial. Nil means that it gets no tokens.
	TutorialToken *TutorialConfig `yaml:"tutorial_token"`
	// Limits say how often somebody may call.
	Limits LimitsConfig `yaml:"limits"`
	// Webhooks are told of what is announced.
	Webhooks webhook.Section `yaml:"webhooks"`
}

// A LogConfig says what is logged, and how.
type LogConfig struct {
	// Level is debug, info, warn or error.
	Level string `yaml:"level"`
	// Format is text or json.
	Format string `yaml:"format"`
}

// A StoreConfig says where records are kept.
type StoreConfig struct {
	// Path is the folder of the embedded store and of the key that seals what is in it,
	// relative to the working directory.
	Path string `yaml:"path"`
}

// A ChannelConfig is a channel's section: what several rooms want to know of it.
type ChannelConfig struct {
	keyplan.ChannelConfig `yaml:",inline"`
	// Public lets anybody read the channel's announcement and events.
	Public bool `yaml:"public"`
	// Announcement says how the channel's announcement is kept by caches, and signed.
	Announcement AnnouncementConfig `yaml:"announcement"`
	// TokenFormat is the format of tokens for which a request names none. Empty means that of
	// the tokens section.
	TokenFormat string `yaml:"token_format"`
	// Signaling has the DRM systems' settings.
	Signaling signaling.Settings `yaml:"signaling"`
	// Settings are those of the channel's packagers.
	speke.Settings `yaml:",inline"`
}

// defaults is the configuration that an empty file means.
func defaults() *Config {
	return &Config{
		Server: ServerConfig{
			Listen:          "127.0.0.1:8080",
			ReadTimeout:     10 * time.Second,
			WriteTimeout:    30 * time.Second,
			ShutdownTimeout: 10 * time.Second,
			MaxBody:         1 << 20,
			Throttle:        access.ThrottleConfig{Failures: 30, Window: time.Minute},
			EventStreams:    api.StreamsConfig{Max: 10_000, MaxPerRemote: 500, Patience: 10 * time.Second},
		},
		Log:     LogConfig{Level: "info", Format: "text"},
		Store:   StoreConfig{Path: "data"},
		Keys:    source.Config{Kind: "random"},
		License: license.Section{Skew: license.DefaultSkew},
	}
}

// loadConfig reads and checks a configuration file completely.
func loadConfig(path string) (*Config, error) {
	c := defaults()
	if err := configs.Load(path, c); err != nil {
		return nil, err
	}
	return c, nil
}

// Validate names everything that is wrong.
func (c *Config) Validate() keyplan.Problems {
	var ps keyplan.Problems
	ps.Under("server", c.Server.validate())
	ps.Under("log", c.Log.validate())
	if c.Store.Path == "" {
		ps.Add("store.path", "a folder")
	}
	ps.Under("keys", c.Keys.Validate())
	if c.Tokens != nil {
		ps.Under("tokens", c.Tokens.Validate())
	}
	c.checkLicense(&ps)
	c.checkTutorial(&ps)
	ps.Under("limits", c.Limits.validate())
	ps.Under("credentials", c.Credentials.Validate(c.Server.loopback()))
	checkCertificates(&ps, c.Credentials, c.Server.TLS)
	c.checkChannels(&ps)
	c.checkKnown(&ps)
	return ps
}

func (c *Config) checkChannels(ps *keyplan.Problems) {
	policies := map[string]*keyplan.Policy{}
	for name, pc := range c.Policies {
		policy, problems := keyplan.NewPolicy(pc)
		ps.Under("policies."+name, problems)
		policies[name] = policy
	}
	if len(c.Channels) == 0 {
		ps.Add("channels", "at least one channel")
	}
	ids, contentIDs := map[string]bool{}, map[string]bool{}
	for i, cc := range c.Channels {
		key := fmt.Sprintf("channels[%d]", i)
		ps.Under(key, cc.validate(policies))
		if ids[cc.ID] {
			ps.Add(key+".id", "an ID that no other channel has")
		}
		ids[cc.ID] = true
		for j, id := range cc.contentIDs() {
			if contentIDs[id] {
				ps.Add(fmt.Sprintf("%s.content_ids[%d]", key, j), "a content ID that no other channel has")
			}
			contentIDs[id] = true
		}
	}
}

// checkKnown names the channels of credentials that there are not, and cannot be.
func (c *Config) checkKnown(ps *keyplan.Problems) {
	ids := make([]string, len(c.Channels))
	for i, cc := range c.Channels {
		ids[i] = cc.ID
	}
	for i, cred := range c.Credentials {
		var sub keyplan.Problems
		cred.Channels.CheckKnown(&sub, ids)
		ps.Under(fmt.Sprintf("credentials[%d]", i), sub)
	}
	c.checkWidevine(ps, ids)
	c.checkWebhooks(ps, ids)
	c.checkTokenFormats(ps)
	c.checkAnnouncements(ps)
}

func (cc ChannelConfig) validate(policies map[string]*keyplan.Policy) keyplan.Problems {
	var ps keyplan.Problems
	policy, known := policies[cc.Policy]
	if !known {
		ps.Add("policy", "the name of one of the policies")
	}
	ps = append(ps, cc.check(policy)...)
	cc.Signaling.Check(func(key, want string) { ps.Add("signaling."+key, "%s", want) })
	if cc.Signaling.AES128.URI != "" && !slices.Contains(cc.Schemes, keyplan.CBC1) {
		ps.Add("signaling.aes128.uri", "scheme cbc1 among the channel's schemes, which HLS AES-128 needs")
	}
	return append(ps, cc.Settings.Validate(cc.ChannelConfig)...)
}

// check holds a section to what a channel, or a pattern of channels, may be.
func (cc ChannelConfig) check(policy *keyplan.Policy) (ps keyplan.Problems) {
	if cc.IsPattern() {
		_, ps = keyplan.NewPattern(cc.ChannelConfig, policy)
	} else {
		_, ps = keyplan.NewChannel(cc.ChannelConfig, policy)
	}
	return ps
}

func (cc ChannelConfig) contentIDs() []string {
	if len(cc.ContentIDs) == 0 {
		return []string{cc.ID}
	}
	return cc.ContentIDs
}

func (l LogConfig) validate() keyplan.Problems {
	var ps keyplan.Problems
	if !slices.Contains([]string{"debug", "info", "warn", "error"}, l.Level) {
		ps.Add("level", "debug, info, warn or error")
	}
	if l.Format != "text" && l.Format != "json" {
		ps.Add("format", "text or json")
	}
	return ps
}

// channels builds what Validate has checked.
func (c *Config) channels() (configured []*keyplan.Channel, patterns []*keyplan.Pattern) {
	for _, cc := range c.Channels {
		policy, _ := keyplan.NewPolicy(c.Policies[cc.Policy])
		if cc.IsPattern() {
			p, _ := keyplan.NewPattern(cc.ChannelConfig, policy)
			patterns = append(patterns, p)
			continue
		}
		ch, _ := keyplan.NewChannel(cc.ChannelConfig, policy)
		configured = append(configured, ch)
	}
	return configured, patterns
}
