package tokens

import (
	"encoding/json"
	"strconv"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
)

// An AxinomConfig is what the Axinom DRM licence service shares with an operator, and what
// goes into each message for it.
type AxinomConfig struct {
	// CommunicationKeyID is a UUID.
	CommunicationKeyID string `yaml:"communication_key_id"`
	// CommunicationKey is 32 bytes in base64 (RFC 4648, 4).
	CommunicationKey keyplan.Secret `yaml:"communication_key"`
	// EnvelopeVersion is the version of the licence service message: 1 or 2. 0 means 1.
	EnvelopeVersion int `yaml:"envelope_version"`
	// EncryptedKey puts the content keys, encrypted, into the token. Without them Axinom
	// computes keys of its own, which is right only if the channel's keys came from there;
	// otherwise licences are granted and pictures are broken. Nil means true.
	EncryptedKey *bool `yaml:"encrypted_key"`
	// SeedID is the UUID of the key seed from which Axinom computes the keys. Empty means the
	// account's own.
	SeedID  string              `yaml:"seed_id"`
	License AxinomLicenseConfig `yaml:"license"`
	// UsagePolicies are what keys may be under; a token has those that its keys are under.
	UsagePolicies []UsagePolicyConfig `yaml:"usage_policies"`
	// UsagePolicy is the name of that of keys which nothing else is said of, and
	// TrackUsagePolicies of the keys of some tracks. Empty means none.
	UsagePolicy        string                   `yaml:"usage_policy"`
	TrackUsagePolicies map[keyplan.Track]string `yaml:"track_usage_policies"`
	// LicenseServer and Session are members of the message, as they are.
	LicenseServer Object `yaml:"license_server"`
	Session       Object `yaml:"session"`
}

// An AxinomLicenseConfig is what licences are besides their beginning and end.
type AxinomLicenseConfig struct {
	// Duration is how long a licence lasts, in whole seconds, if it does not end before. 0
	// means until it ends.
	Duration time.Duration `yaml:"duration"`
	// AllowPersistence lets players keep licences. Nil means Axinom's default.
	AllowPersistence *bool `yaml:"allow_persistence"`
	// Widevine, PlayReady and FairPlay are members of the license block, as they are.
	Widevine  Object `yaml:"widevine"`
	PlayReady Object `yaml:"playready"`
	FairPlay  Object `yaml:"fairplay"`
}

const defaultEnvelopeVersion = 1

// Validate reports every problem of c; none repeats the key.
func (c AxinomConfig) Validate() keyplan.Problems {
	var ps keyplan.Problems
	if !isUUID(c.CommunicationKeyID) {
		ps.Add("communication_key_id", "a UUID, with hyphens")
	}
	if _, ok := newCommunicationKey(c.CommunicationKey); !ok {
		ps.Add("communication_key", "%d bytes in base64 (standard alphabet, padded)", communicationKeySize)
	}
	if c.EnvelopeVersion < 0 || c.EnvelopeVersion > 2 {
		ps.Add("envelope_version", "1 or 2")
	}
	if c.SeedID != "" && !isUUID(c.SeedID) {
		ps.Add("seed_id", "a UUID, with hyphens")
	}
	if c.SeedID != "" && or(c.EncryptedKey, true) {
		ps.Add("seed_id", "encrypted_key: false, since a key that is in the token needs no seed")
	}
	if d := c.License.Duration; d < 0 || d%time.Second != 0 {
		ps.Add("license.duration", "whole seconds")
	}
	c.checkUsagePolicies(&ps)
	return ps
}

// isUUID takes 36 characters, with hyphens where a UUID has them.
func isUUID(s string) bool {
	_, err := keyplan.ParseKID(s)
	return err == nil && len(s) == 36
}

// append appends the members of a license block, each with a comma before it.
func (c AxinomLicenseConfig) append(b []byte) []byte {
	if c.Duration > 0 {
		b = strconv.AppendInt(append(b, `,"duration":`...), int64(c.Duration/time.Second), 10)
	}
	if c.AllowPersistence != nil {
		b = strconv.AppendBool(append(b, `,"allow_persistence":`...), *c.AllowPersistence)
	}
	return c.FairPlay.append(c.PlayReady.append(c.Widevine.append(b, "widevine"), "playready"), "fairplay")
}

// warnings are what is allowed in c and breaks playback all the same.
func (c AxinomConfig) warnings() []string {
	var control struct {
		PreventReuse bool `json:"prevent_drm_message_reuse"`
	}
	_ = json.Unmarshal(c.LicenseServer.members()["access_control"], &control) // else it is not set
	if !control.PreventReuse {
		return nil
	}
	return []string{"axinom.license_server: prevent_drm_message_reuse: a token serves the current key and the next one; the second licence is refused"}
}
