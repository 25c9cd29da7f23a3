package main

import "github.com/keyrotor/keyrotor/scheduler/command"

func (a *app) wireCommands() (err error) {
	a.commands, err = command.New(command.Config{
		Ledger: a.replica, Planner: a.planner, Rebind: a.speke.Rebind, Now: a.now, Log: a.log,
		Rotated: a.watch.channelRotated, Revoked: a.watch.kidRevoked,
	})
	return err
}
