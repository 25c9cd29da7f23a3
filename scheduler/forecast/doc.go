// Package forecast says what a policy will do in a range of dates: its periods, in runs of
// equal ones, what clocks do meanwhile, and how many periods a token has to name.
//
// It unrolls the policy alone. What is planned already, commands, and packagers that are
// late may make it otherwise. It knows no clock.
package forecast
