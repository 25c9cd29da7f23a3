package cpix_test

import "github.com/keyrotor/keyrotor/speke/cpix"

const (
	soundUUID   = "98ee5596-cd3e-a20d-163a-e382420c6eff"
	soundBase64 = "AAECAwQFBgcICQoLDA0ODw=="
)

// fill sets texts that are present.
func fill(value string, texts ...*cpix.Text) {
	for _, text := range texts {
		if text.Present {
			text.Value = value
		}
	}
}

// sound gives what a random document has values that may stand there, and adds the
// attributes that must. Which elements and attributes there are otherwise stays.
func sound(d *cpix.Document) {
	for _, r := range d.DeliveryData {
		soundRecipient(r)
	}
	for _, k := range d.ContentKeys {
		soundContentKey(k)
	}
	for _, system := range d.DRMSystems {
		soundSystem(system)
	}
	for _, p := range d.Periods {
		p.ID = cpix.NewText("period_1")
		fill("4294967295", &p.Index)
		fill("2026-03-01T12:00:00Z", &p.Start, &p.End)
		fill("PT1M", &p.StartOffset, &p.EndOffset)
	}
	for _, u := range d.UsageRules {
		u.KID = cpix.NewText(soundUUID)
		for _, f := range u.KeyPeriodFilters {
			f.PeriodID = cpix.NewText("period_1")
		}
	}
}

func soundRecipient(r *cpix.DeliveryData) {
	fill("recipient_1", &r.ID)
	for i := range r.Certificates {
		r.Certificates[i] = soundBase64
	}
	for _, k := range r.DocumentKeys {
		fill(soundUUID+" "+soundUUID, &k.EncryptsKey)
		soundEncryptedKey(k.Key)
	}
	if r.MACMethod != nil {
		fill("http://www.w3.org/2001/04/xmldsig-more#hmac-sha512", &r.MACMethod.Algorithm)
		soundEncryptedKey(r.MACMethod.Key)
	}
}

func soundEncryptedKey(k *cpix.EncryptedKey) {
	if k != nil {
		k.Cipher = soundBase64
		fill("http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p", &k.Method)
		fill(soundBase64, &k.MAC)
	}
}

func soundContentKey(k *cpix.ContentKey) {
	k.KID = cpix.NewText(soundUUID)
	fill("cbcs", &k.Scheme)
	fill(soundBase64, &k.ExplicitIV)
	soundEncryptedKey(k.Encrypted)
	if k.HDCP != nil {
		fill(soundBase64, &k.HDCP.OutputProtection)
	}
}

func soundSystem(d *cpix.DRMSystem) {
	d.KID, d.SystemID = cpix.NewText(soundUUID), cpix.NewText(soundUUID)
	fill(soundBase64, &d.PSSH, &d.URIExtXKey, &d.SmoothStreamingProtectionHeaderData, &d.KeyFormat, &d.KeyFormatVersions, &d.ProtectionHeader)
	if d.ContentProtectionData != nil {
		d.ContentProtectionData.Value = soundBase64
	}
	for _, h := range d.HLSSignalingData {
		fill("multiVariant", &h.Playlist)
		h.Value = soundBase64
	}
}
