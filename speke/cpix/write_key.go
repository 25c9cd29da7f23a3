package cpix

import "encoding/base64"

func (w *writer) deliveryData(d *DeliveryData) {
	w.start("cpix:DeliveryData")
	w.attr("id", d.ID)
	w.content()
	if d.Certificates != nil {
		w.raw("<cpix:DeliveryKey><ds:X509Data>")
		for _, cert := range d.Certificates {
			w.leaf("ds:X509Certificate", NewText(cert))
		}
		w.raw("</ds:X509Data></cpix:DeliveryKey>")
	}
	for _, k := range d.DocumentKeys {
		w.documentKey(k)
	}
	if d.MACMethod != nil {
		w.macMethod(d.MACMethod)
	}
	w.end("cpix:DeliveryData")
}

// documentKey writes @Algorithm, which CPIX 2.4 has dropped, in earlier versions.
func (w *writer) documentKey(k *DocumentKey) {
	w.start("cpix:DocumentKey")
	if w.doc.Version.Value != "2.4" {
		w.attr("Algorithm", NewText(aes256CBC))
	}
	w.attr("encryptsKey", k.EncryptsKey)
	w.content()
	if k.Key != nil {
		w.raw("<cpix:Data><pskc:Secret>")
		w.encryptedKey(k.Key)
		w.raw("</pskc:Secret></cpix:Data>")
	}
	w.end("cpix:DocumentKey")
}

// macMethod spells the key as SPEKE does: Key, where the schema has MACKey.
func (w *writer) macMethod(m *MACMethod) {
	w.start("cpix:MACMethod")
	w.attr("Algorithm", m.Algorithm)
	w.content()
	if m.Key != nil {
		w.raw("<cpix:Key>")
		w.encryptedKey(m.Key)
		w.raw("</cpix:Key>")
	}
	w.end("cpix:MACMethod")
}

func (w *writer) encryptedKey(k *EncryptedKey) {
	w.raw("<pskc:EncryptedValue>")
	if k.Method.Present {
		w.start("enc:EncryptionMethod")
		w.attr("Algorithm", k.Method)
		w.text("", "")
	}
	w.raw("<enc:CipherData>")
	w.leaf("enc:CipherValue", NewText(k.Cipher))
	w.raw("</enc:CipherData></pskc:EncryptedValue>")
	w.leaf("pskc:ValueMAC", k.MAC)
}

func (w *writer) contentKey(k *ContentKey) {
	w.start("cpix:ContentKey")
	w.attr("kid", k.KID)
	w.attr("commonEncryptionScheme", k.Scheme)
	w.attr("explicitIV", k.ExplicitIV)
	if k.HDCP == nil && !w.hasData(k) {
		w.text("", "")
		return
	}
	w.content()
	if k.HDCP != nil {
		w.hdcpData(k.HDCP)
	}
	if w.hasData(k) {
		w.raw("<cpix:Data><pskc:Secret>")
		w.secret(k)
		w.raw("</pskc:Secret></cpix:Data>")
	}
	w.end("cpix:ContentKey")
}

func (w *writer) secret(k *ContentKey) {
	if w.writesEncrypted(k) {
		w.encryptedKey(k.Encrypted)
		return
	}
	w.raw("<pskc:PlainValue>")
	w.buf = base64.StdEncoding.AppendEncode(w.buf, k.Key())
	w.raw("</pskc:PlainValue>")
}

// writesPlain reports whether k is written in the clear: never where there are recipients.
func (w *writer) writesPlain(k *ContentKey) bool { return k.Key != nil && w.doc.DeliveryData == nil }

func (w *writer) writesEncrypted(k *ContentKey) bool { return k.Encrypted != nil && !w.writesPlain(k) }

func (w *writer) hasData(k *ContentKey) bool { return k.Encrypted != nil || w.writesPlain(k) }

// hasKeys reports whether a recipient's element holds a key.
func hasKeys(d *DeliveryData) bool {
	if d.MACMethod != nil && d.MACMethod.Key != nil {
		return true
	}
	for _, k := range d.DocumentKeys {
		if k.Key != nil {
			return true
		}
	}
	return false
}

func (w *writer) hdcpData(h *HDCPData) {
	w.start("cpix:HDCPData")
	w.attr("HLSHDCPLevel", h.HLSLevel)
	w.content()
	w.leaf("cpix:HDCPOutputProtectionData", h.OutputProtection)
	w.end("cpix:HDCPData")
}
