package tokens

import (
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
)

// FormatDRMCloud is the name of the format that Cloud DRM (drm.cloud) reads.
const FormatDRMCloud = "drmcloud"

// A DRMCloudConfig is for the user tokens of Cloud DRM, which players send in X-Drm-UserToken.
type DRMCloudConfig struct {
	// Signing is the name of a key set for HS256.
	Signing string `yaml:"signing"`
}

// drmCloud writes exp, kid and duration: how long a licence lasts, in seconds from when it is
// fetched. There is no beginning in it.
type drmCloud struct{}

func (drmCloud) check(_ *keyplan.Channel, r Request, now time.Time) error {
	if r.ValidFrom.After(now) {
		return &RequestError{"validFrom", "no time to come: format drmcloud has no place for it"}
	}
	return noPolicy(r, FormatDRMCloud)
}

func (drmCloud) append(b []byte, d draft) ([]byte, error) {
	b = appendSeconds(append(b, `{"exp":`...), d.expires.Unix())
	b = appendList(append(b, `,"kid":`...), d.keys, appendKID)
	return append(appendSeconds(append(b, `,"duration":`...), d.licenseSeconds()), '}'), nil
}

func (drmCloud) room(Request) int { return 0 }

func (drmCloud) cost(Request) func(Key) int { return func(Key) int { return kidCost } }

// licenseSeconds is how long a licence lasts that is fetched when the token is issued: at
// least a second.
func (d draft) licenseSeconds() int64 {
	return max(int64(d.licenseEnd.Sub(d.issued.Truncate(time.Second))/time.Second), 1)
}

// drmCloudHeader has its members in the order of the service's documentation.
func drmCloudHeader(k SigningKey) []byte {
	b := []byte(`{"typ":"JWT","alg":"HS256"`)
	if k.ID != "" {
		b = appendText(append(b, `,"kid":`...), k.ID)
	}
	return append(b, '}')
}
