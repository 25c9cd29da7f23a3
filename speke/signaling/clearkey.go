package signaling

// signaling builds a version 1 box that lists the KID, for players that look for the
// system's own. The DASH fragment has no box, because a descriptor for Clear Key shall
// not contain initialization data, but where the licence server is (DASH-IF IOP, part 6,
// Use of W3C Clear Key with DASH).
func (c ClearKeySettings) signaling(k Key) Signaling {
	s := Signaling{PSSH: appendPSSH(nil, ClearKey, nil, k.KID)}
	if c.Laurl == "" {
		return s
	}
	laurl := `<dashif:Laurl xmlns:dashif="https://dashif.org/CPS" licenseType="EME-1.0">` +
		escaped(template(c.Laurl).expand(k)) + "</dashif:Laurl>"
	s.ContentProtectionData = []byte(laurl)
	return s
}
