package main_test

import (
	"encoding/base64"
	"fmt"
	"net/http"
)

// askPlayers asks for the keys of both channels as players do, with good tokens and wrong ones.
// What licenses hold is not heard; everything else is.
func (e *ear) askPlayers(addr string) {
	e.t.Helper()
	s := &server{t: e.t, url: "http://" + addr}
	for _, channel := range []string{"open", "closed"} {
		var current []period
		s.await(func() bool { current = s.periods(channel, ""); return len(current) > 0 })
		token := s.playerToken(channel, `{"format":"dashif"}`)
		for _, k := range current[0].Keys {
			e.learn(s.key(channel, k.KID, token), k.KID)
			e.learn(s.license(channel, token, k.KID, unknownKID), k.KID)
			e.learn(s.key(channel, k.KID, token+"A"), k.KID)
			e.learn(s.license(channel, "", k.KID), k.KID)
		}
	}
}

// learn notes the key in an answer to a player, or hears that it has none.
func (e *ear) learn(a answer, kid string) {
	e.t.Helper()
	s := &server{t: e.t}
	switch {
	case a.status != http.StatusOK:
		e.hear("refusal of a license", fmt.Appendf(nil, "%v\n%s", a.header, a.body))
		return
	case a.header.Get("Content-Type") == "application/octet-stream":
		e.keys = append(e.keys, servedKey{KID: kid, key: base64.StdEncoding.EncodeToString([]byte(a.body))})
	default:
		for kid, key := range s.licensed(a) {
			e.keys = append(e.keys, servedKey{KID: kid, key: key})
		}
	}
	e.licenses++
	e.hear("headers of a license", fmt.Append(nil, a.header))
}
