package cpix

func (r *Reader) deliveryData(d *DeliveryData) {
	d.ID = r.attr("id")
	keys := len(r.documentKeys.made)
	for own := r.depth(); r.child(own); {
		switch r.name {
		case name{nsCPIX, "DeliveryKey"}:
			d.Certificates = r.certificates(d.Certificates)
		case name{nsCPIX, "DocumentKey"}:
			r.documentKey(r.documentKeys.one())
		case name{nsCPIX, "MACMethod"}:
			d.MACMethod = r.macMethod()
		}
	}
	d.DocumentKeys = r.documentKeys.from(keys)
}

// certificates adds those of each ds:X509Data in the open element.
func (r *Reader) certificates(known []string) []string {
	for own := r.depth(); r.child(own); {
		switch r.name {
		case name{nsDS, "X509Data"}:
			known = r.certificates(known)
		case name{nsDS, "X509Certificate"}:
			known = append(known, r.content())
		}
	}
	return known
}

func (r *Reader) documentKey(k *DocumentKey) {
	k.EncryptsKey = r.attr("encryptsKey")
	k.Key, _ = r.secret()
}

func (r *Reader) macMethod() *MACMethod {
	m := &MACMethod{Algorithm: r.attr("Algorithm")}
	m.Key, _ = r.secret()
	return m
}

func (r *Reader) contentKey(k *ContentKey) {
	k.KID = r.attr("kid")
	k.Scheme = r.attr("commonEncryptionScheme")
	k.ExplicitIV = r.attr("explicitIV")
	for own := r.depth(); r.child(own); {
		switch r.name {
		case name{nsCPIX, "HDCPData"}:
			k.HDCP = r.hdcpData()
		case name{nsCPIX, "Data"}:
			k.Encrypted, k.Key = r.secret()
		}
	}
}

func (r *Reader) hdcpData() *HDCPData {
	h := &HDCPData{HLSLevel: r.attr("HLSHDCPLevel")}
	for own := r.depth(); r.child(own); {
		if r.name == (name{nsCPIX, "HDCPOutputProtectionData"}) {
			h.OutputProtection = r.text()
		}
	}
	return h
}

// secret gives the key in the open element, encrypted or else plain, if there is one.
func (r *Reader) secret() (*EncryptedKey, func() []byte) {
	var found secret
	r.findSecret(&found)
	if found.cipher.Present {
		return &EncryptedKey{Method: found.method, Cipher: found.cipher.Value, MAC: found.mac}, nil
	}
	return nil, found.plain
}

// A secret is what is found of a key.
type secret struct {
	method, cipher, mac Text
	plain               func() []byte
}

// findSecret looks into every element in which servers are known to put a key: that of a
// MACMethod stands in Key or in MACKey, with or without EncryptedValue around it.
func (r *Reader) findSecret(found *secret) {
	for own := r.depth(); r.child(own); {
		switch r.name {
		case name{nsCPIX, "Data"}, name{nsPSKC, "Secret"}, name{nsPSKC, "EncryptedValue"}, name{nsENC, "CipherData"},
			name{nsCPIX, "Key"}, name{nsPSKC, "Key"}, name{nsCPIX, "MACKey"}, name{nsPSKC, "MACKey"}:
			r.findSecret(found)
		case name{nsENC, "EncryptionMethod"}:
			found.method = r.attr("Algorithm")
		case name{nsENC, "CipherValue"}:
			found.cipher = r.text()
		case name{nsPSKC, "ValueMAC"}:
			found.mac = r.text()
		case name{nsPSKC, "PlainValue"}:
			found.plain = r.key()
		}
	}
}

// key gives the key that the open element holds in base64, or nil if it is empty.
func (r *Reader) key() func() []byte {
	bytes, err := DecodeBase64(r.content())
	if err != nil {
		r.fail("PlainValue: %v", err)
	}
	if len(bytes) == 0 {
		return nil
	}
	return func() []byte { return bytes }
}
