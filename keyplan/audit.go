package keyplan

import "time"

// An Audit says who decided something by command, when and why.
type Audit struct {
	// At is in whole seconds.
	At time.Time `json:"at"`
	// By is the name of the caller's credential.
	By string `json:"by,omitempty"`
	// Reason is in the caller's words.
	Reason string `json:"reason,omitempty"`
}
