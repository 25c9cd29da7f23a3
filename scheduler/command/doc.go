// Package command carries out what operators decide: to rotate a channel's keys outside its
// schedule, to revoke a KID, to bind a content ID anew.
//
// A command is kept before anything else, with what it decided, under the key that its client
// chose. A repeat, on whatever replica and after whatever crash, decides nothing anew and
// finishes what was begun. Once a command is acknowledged, every replica that reaches the
// store knows of it within keyplan.MaxStaleness.
//
// The package makes no timer, and sees no content key.
package command
