package cpix

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha512"
	"encoding/base64"
	"fmt"
	"io"
)

// Encrypt encrypts every content key to the recipients that DeliveryData names, under a
// document key and a MAC key that it draws from random, and takes the plain keys out of
// the document. Whether a certificate is to be trusted is for the caller to say; that it
// holds an RSA key of 2048 to 8192 bits is checked, or the error wraps ErrRecipient.
// After an error the document is as it was.
func (d *Document) Encrypt(random io.Reader) error {
	recipients, err := d.recipients()
	if err != nil {
		return err
	}
	e, err := newEnvelope(random)
	if err != nil {
		return err
	}
	to := make([]DeliveryData, len(recipients))
	for i, public := range recipients {
		if err := e.address(&to[i], public); err != nil {
			return fmt.Errorf("recipient %d of %d: %w", i+1, len(recipients), err)
		}
	}
	sealed, err := e.sealAll(d.ContentKeys)
	if err != nil {
		return err
	}
	for i, r := range d.DeliveryData {
		r.DocumentKeys, r.MACMethod = to[i].DocumentKeys, to[i].MACMethod
	}
	for i, k := range d.ContentKeys {
		k.Key, k.Encrypted = nil, sealed[i]
	}
	return nil
}

// An envelope encrypts the content keys of one document.
type envelope struct {
	random              io.Reader
	documentKey, macKey []byte
}

func newEnvelope(random io.Reader) (*envelope, error) {
	e := &envelope{random, make([]byte, documentKeySize), make([]byte, macKeySize)}
	for _, key := range [][]byte{e.documentKey, e.macKey} {
		if _, err := io.ReadFull(random, key); err != nil {
			return nil, fmt.Errorf("draw a key: %w", err)
		}
	}
	return e, nil
}

// address puts the document key and the MAC key into to, encrypted to one recipient.
func (e *envelope) address(to *DeliveryData, public *rsa.PublicKey) error {
	documentKey, err := e.wrap(public, e.documentKey)
	if err != nil {
		return err
	}
	macKey, err := e.wrap(public, e.macKey)
	if err != nil {
		return err
	}
	to.DocumentKeys = []*DocumentKey{{Key: documentKey}}
	to.MACMethod = &MACMethod{Algorithm: NewText(hmacSHA512), Key: macKey}
	return nil
}

// wrap encrypts a key to a recipient. It fails where the recipient's key is no sound one.
func (e *envelope) wrap(public *rsa.PublicKey, key []byte) (*EncryptedKey, error) {
	wrapped, err := rsa.EncryptOAEP(sha1.New(), e.random, public, key, nil)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrRecipient, err)
	}
	return &EncryptedKey{Method: NewText(rsaOAEP), Cipher: base64.StdEncoding.EncodeToString(wrapped)}, nil
}

// sealAll encrypts content keys, in order; what has no key stays without.
func (e *envelope) sealAll(keys []*ContentKey) ([]*EncryptedKey, error) {
	sealed := make([]*EncryptedKey, len(keys))
	for i, k := range keys {
		if k.Key == nil {
			continue
		}
		var err error
		if sealed[i], err = e.seal(k.Key()); err != nil {
			return nil, err
		}
	}
	return sealed, nil
}

// seal encrypts a content key: 16 random bytes, then the key and PKCS#7 padding in
// AES-256-CBC; then the MAC over all of that.
func (e *envelope) seal(key []byte) (*EncryptedKey, error) {
	padding := aes.BlockSize - len(key)%aes.BlockSize
	text := make([]byte, aes.BlockSize, aes.BlockSize+len(key)+padding)
	if _, err := io.ReadFull(e.random, text); err != nil {
		return nil, fmt.Errorf("draw an IV: %w", err)
	}
	text = append(text, key...)
	text = append(text, bytes.Repeat([]byte{byte(padding)}, padding)...)
	block, err := aes.NewCipher(e.documentKey)
	if err != nil {
		return nil, err
	}
	iv, blocks := text[:aes.BlockSize], text[aes.BlockSize:]
	cipher.NewCBCEncrypter(block, iv).CryptBlocks(blocks, blocks)
	return &EncryptedKey{
		Method: NewText(aes256CBC),
		Cipher: base64.StdEncoding.EncodeToString(text),
		MAC:    NewText(base64.StdEncoding.EncodeToString(valueMAC(e.macKey, text))),
	}, nil
}

// valueMAC authenticates an encrypted content key.
func valueMAC(key, text []byte) []byte {
	mac := hmac.New(sha512.New, key)
	mac.Write(text)
	return mac.Sum(nil)
}
