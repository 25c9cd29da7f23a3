package cpix

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rsa"
	"crypto/sha1"
	"errors"
	"slices"
	"strings"
)

// ErrDecrypt is what Decrypt gives for everything that is wrong with encrypted keys: it
// says neither what nor where, so that it tells nobody how to forge one.
var ErrDecrypt = errors.New("content keys that cannot be decrypted")

// Decrypt turns encrypted content keys into plain ones, for the recipient whose private
// key it is. Each needs a MAC, which is checked first. If no certificate in the document
// is of that key the error is ErrRecipient, else ErrDecrypt; after an error the document
// is as it was, and so is one that holds no encrypted key.
func (d *Document) Decrypt(private *rsa.PrivateKey) error {
	encrypted := func(k *ContentKey) bool { return k.Encrypted != nil }
	if !slices.ContainsFunc(d.ContentKeys, encrypted) {
		return nil
	}
	r := d.recipient(&private.PublicKey)
	if r == nil {
		return ErrRecipient
	}
	plain, err := r.open(d.ContentKeys, private)
	if err != nil {
		return err
	}
	for i, k := range d.ContentKeys {
		if encrypted(k) {
			k.Key, k.Encrypted = func() []byte { return plain[i] }, nil
		}
	}
	return nil
}

// recipient finds who has a key, or nil.
func (d *Document) recipient(public *rsa.PublicKey) *DeliveryData {
	for _, r := range d.DeliveryData {
		if named, err := r.publicKey(); err == nil && named.Equal(public) {
			return r
		}
	}
	return nil
}

// open gives the content keys, in order; nil for one that is not encrypted.
func (r *DeliveryData) open(keys []*ContentKey, private *rsa.PrivateKey) ([][]byte, error) {
	if r.MACMethod == nil || r.MACMethod.Algorithm.Value != hmacSHA512 {
		return nil, ErrDecrypt
	}
	macKey, err := r.MACMethod.Key.unwrap(private)
	if err != nil {
		return nil, err
	}
	documentKeys, err := r.unwrapDocumentKeys(private)
	if err != nil {
		return nil, err
	}
	plain := make([][]byte, len(keys))
	for i, k := range keys {
		if k.Encrypted == nil {
			continue
		}
		if plain[i], err = k.Encrypted.open(documentKeys[r.documentKeyFor(k)], macKey); err != nil {
			return nil, err
		}
	}
	return plain, nil
}

// unwrapDocumentKeys gives every document key that the recipient was sent.
func (r *DeliveryData) unwrapDocumentKeys(private *rsa.PrivateKey) (map[*DocumentKey][]byte, error) {
	if len(r.DocumentKeys) > maxDocumentKeys {
		return nil, ErrDecrypt
	}
	keys := make(map[*DocumentKey][]byte, len(r.DocumentKeys))
	for _, k := range r.DocumentKeys {
		key, err := k.Key.unwrap(private)
		if err != nil {
			return nil, err
		}
		keys[k] = key
	}
	return keys, nil
}

// maxDocumentKeys bounds how often one document makes a private key work.
const maxDocumentKeys = 64

// documentKeyFor gives what encrypts a content key, or nil.
func (r *DeliveryData) documentKeyFor(k *ContentKey) *DocumentKey {
	for _, candidate := range r.DocumentKeys {
		if !candidate.EncryptsKey.Present {
			return candidate
		}
		for kid := range strings.FieldsSeq(candidate.EncryptsKey.Value) {
			if strings.EqualFold(kid, k.KID.Value) {
				return candidate
			}
		}
	}
	return nil
}

// unwrap decrypts a document or MAC key.
func (k *EncryptedKey) unwrap(private *rsa.PrivateKey) ([]byte, error) {
	if k == nil || k.Method.Value != rsaOAEP {
		return nil, ErrDecrypt
	}
	text, err := DecodeBase64(k.Cipher)
	if err != nil {
		return nil, ErrDecrypt
	}
	key, err := rsa.DecryptOAEP(sha1.New(), nil, private, text, nil)
	if err != nil {
		return nil, ErrDecrypt
	}
	return key, nil
}

// open checks the MAC of a content key and decrypts it. Of the padding only the last
// byte counts, which says how much there is (XML Encryption, section 5.2).
func (k *EncryptedKey) open(documentKey, macKey []byte) ([]byte, error) {
	text, textErr := DecodeBase64(k.Cipher)
	mac, macErr := DecodeBase64(k.MAC.Value)
	if textErr != nil || macErr != nil || k.Method.Value != aes256CBC || len(documentKey) != documentKeySize {
		return nil, ErrDecrypt
	}
	if !hmac.Equal(mac, valueMAC(macKey, text)) || len(text) < 2*aes.BlockSize || len(text)%aes.BlockSize != 0 {
		return nil, ErrDecrypt
	}
	block, err := aes.NewCipher(documentKey)
	if err != nil {
		return nil, ErrDecrypt
	}
	iv, blocks := text[:aes.BlockSize], text[aes.BlockSize:]
	cipher.NewCBCDecrypter(block, iv).CryptBlocks(blocks, blocks)
	padding := int(blocks[len(blocks)-1])
	if padding == 0 || padding > aes.BlockSize || padding == len(blocks) {
		return nil, ErrDecrypt
	}
	return blocks[:len(blocks)-padding], nil
}
