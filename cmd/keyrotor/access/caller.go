package access

import (
	"context"
	"log/slog"
	"slices"

	"github.com/keyrotor/keyrotor/keyplan"
)

// A Caller is who made a request. The nil Caller is anonymous and may do nothing.
type Caller struct {
	Name string // the credential's
	Role Role

	channels keyplan.ChannelIDs
}

// May reports whether the caller's credential is for the channel with this ID.
func (c *Caller) May(channel string) bool {
	return c != nil && c.channels.Has(channel)
}

// Is reports whether the caller's role includes one of roles.
func (c *Caller) Is(roles ...Role) bool {
	return c != nil && slices.ContainsFunc(roles, c.Role.Includes)
}

// attrs is what logs say of a caller.
func (c *Caller) attrs() []slog.Attr {
	return []slog.Attr{slog.String("caller", c.Name), slog.String("role", string(c.Role))}
}

type callerKey struct{}

// With gives a context that carries caller.
func With(ctx context.Context, caller *Caller) context.Context {
	return context.WithValue(ctx, callerKey{}, caller)
}

// From gives the caller that ctx carries, or nil if there is none.
func From(ctx context.Context) *Caller {
	caller, _ := ctx.Value(callerKey{}).(*Caller)
	return caller
}
