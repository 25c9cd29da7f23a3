package cpix

// A ContentKey is a key, or the request for one.
type ContentKey struct {
	KID        Text // @kid, a UUID in either letter case
	Scheme     Text // @commonEncryptionScheme: cenc, cens, cbc1, cbcs, or a METHOD of HLS
	ExplicitIV Text // @explicitIV, base64 of 16 bytes
	HDCP       *HDCPData
	// Key gives the content key of Data/Secret/PlainValue; nil means none. Read does not
	// judge how long it is: 16 bytes, if all is well. Append calls it, unless the document
	// has a DeliveryDataList.
	Key func() []byte
	// Encrypted is the content key under a document key. Append writes it if it does not
	// write Key; Read gives no Key beside it.
	Encrypted *EncryptedKey
}

// An HDCPData says which output protection a content key wants (CPIX 2.4).
type HDCPData struct {
	HLSLevel         Text // @HLSHDCPLevel, the HDCP-LEVEL of EXT-X-STREAM-INF
	OutputProtection Text // HDCPOutputProtectionData, base64 of an XML fragment
}

// A DeliveryData names a recipient to whom content keys are encrypted.
type DeliveryData struct {
	ID Text // @id
	// Certificates are the ds:X509Certificate values of its DeliveryKey, in base64 of
	// DER as they came. The first is the recipient's.
	Certificates []string

	// What Encrypt makes, and Decrypt needs.
	DocumentKeys []*DocumentKey
	MACMethod    *MACMethod
}

// A DocumentKey is what content keys are encrypted under.
type DocumentKey struct {
	// EncryptsKey is @encryptsKey, the KIDs of those content keys with blanks between
	// them; absent means all (CPIX 2.4).
	EncryptsKey Text
	Key         *EncryptedKey // 32 bytes, to the recipient
}

// A MACMethod says how encrypted content keys are authenticated.
type MACMethod struct {
	Algorithm Text          // @Algorithm, a URI
	Key       *EncryptedKey // 64 bytes, to the recipient
}

// An EncryptedKey is a key under another one.
type EncryptedKey struct {
	Method Text   // EncryptionMethod@Algorithm, a URI
	Cipher string // CipherValue, in base64
	MAC    Text   // ValueMAC, in base64
}
