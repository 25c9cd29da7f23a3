package cpix

// The algorithms of content key encryption, as CPIX and SPEKE name them.
const (
	aes256CBC  = "http://www.w3.org/2001/04/xmlenc#aes256-cbc"        // of content keys
	rsaOAEP    = "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p"    // of document and MAC keys; SHA-1, no label
	hmacSHA512 = "http://www.w3.org/2001/04/xmldsig-more#hmac-sha512" // of encrypted content keys
)

// Lengths of keys in bytes.
const (
	documentKeySize = 32
	macKeySize      = 64
)
