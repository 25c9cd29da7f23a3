package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/keyrotor/keyrotor/keyplan"
	"github.com/keyrotor/keyrotor/scheduler/announce"
)

// MessageID is the webhook-id of an event of a channel: the same for every target, try,
// replay and replica. It has no full stop, as the specification wants.
func MessageID(channel, event string) string {
	sum := sha256.Sum256([]byte(channel + "\x00" + event))
	return "evt_" + hex.EncodeToString(sum[:16])
}

// body is what is posted of an event: its type, when it came into the feed, and what followers
// of the feed are told of it, with the channel.
func body(channel string, event keyplan.Event, m announce.Message) []byte {
	name, err := json.Marshal(channel)
	if err != nil {
		panic("webhook: a channel ID does not marshal: " + err.Error())
	}
	data := slices.Concat([]byte(`{"channel":`), name, []byte(","), m.Data[1:])
	return fmt.Appendf(nil, `{"type":%q,"timestamp":%q,"data":%s}`, m.Type, event.At.UTC().Format(time.RFC3339Nano), data)
}

// signatures is the value of webhook-signature: one for each secret, separated by spaces.
func signatures(secrets []keyplan.Secret, id string, at time.Time, body []byte) string {
	var all []string
	for _, secret := range secrets {
		mac := hmac.New(sha256.New, secret.Reveal())
		mac.Write([]byte(id + "." + stamp(at) + "."))
		mac.Write(body)
		all = append(all, "v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	}
	return strings.Join(all, " ")
}

// stamp is the value of webhook-timestamp.
func stamp(at time.Time) string { return strconv.FormatInt(at.Unix(), 10) }
