package signaling

import "encoding/base64"

// header is the PlayReady Header: canonical XML without a declaration and without white
// space (PlayReady Header Specification, 3). Its version is the lowest that can say what
// it says, for the sake of old players: 4.0 for a key of AESCTR, 4.1 with DECRYPTORSETUP,
// 4.3 for a key of AESCBC.
func (p PlayReadySettings) header(k Key) string {
	version, protection := "4.0.0.0", protection40(k)
	switch {
	case k.Scheme == cbcs:
		version, protection = "4.3.0.0", protection43(k)
	case p.DecryptorSetup != "":
		version, protection = "4.1.0.0", protection41(k)
	}
	return `<WRMHEADER xmlns="http://schemas.microsoft.com/DRM/2007/03/PlayReadyHeader" version="` + version + `"><DATA>` +
		protection +
		element("LA_URL", escaped(p.LAURL)) +
		element("LUI_URL", escaped(p.LUIURL)) +
		element("CUSTOMATTRIBUTES", p.CustomAttributes) +
		element("DECRYPTORSETUP", p.DecryptorSetup) +
		"</DATA></WRMHEADER>"
}

func protection40(k Key) string {
	return element("PROTECTINFO", "<KEYLEN>16</KEYLEN><ALGID>AESCTR</ALGID>") +
		element("KID", guid(k.KID)) +
		element("CHECKSUM", k.checksum())
}

func protection41(k Key) string {
	check := ""
	if k.Check != nil {
		check = `CHECKSUM="` + k.checksum() + `" `
	}
	return element("PROTECTINFO", `<KID ALGID="AESCTR" `+check+`VALUE="`+guid(k.KID)+`"></KID>`)
}

// protection43 has no CHECKSUM: for AESCBC none is defined.
func protection43(k Key) string {
	return element("PROTECTINFO", `<KIDS><KID ALGID="AESCBC" VALUE="`+guid(k.KID)+`"></KID></KIDS>`)
}

func (k Key) checksum() string { return base64.StdEncoding.EncodeToString(k.Check) }

// element is an element without attributes, or nothing if content is empty.
func element(name, content string) string {
	if content == "" {
		return ""
	}
	return "<" + name + ">" + content + "</" + name + ">"
}
