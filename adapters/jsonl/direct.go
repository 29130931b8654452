package jsonl

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"time"

	"patrol/adapters/chat"
)

// direct is an Adapter for a program that passes direct messages on: events of kind
// direct to the bot, and lines with the verb tell to a member.
type direct struct{ *Adapter }

var _ chat.Messenger = direct{}

// Open is New, with direct messages where c asks for them.
func Open(c Config, h chat.Host) (chat.Adapter, error) {
	a, err := New(c, h)
	switch {
	case err != nil:
		return nil, err
	case c.Direct:
		return direct{a}, nil
	}
	return a, nil
}

// Tell writes a line with the verb tell and, where that is configured, waits for
// its confirmation.
func (d direct) Tell(ctx context.Context, room string, to chat.Member, text string) error {
	ctx, cancel := context.WithTimeout(ctx, time.Duration(d.config.Within))
	defer cancel()
	key := "tell/" + rand.Text()
	line, err := json.Marshal(action{Key: key, Verb: chat.Tell, Chat: room, Member: to.ID, Name: to.Name, Text: text})
	if err != nil {
		return &chat.Error{Op: "encode", Kind: chat.Other, Err: err}
	}
	if !d.config.Confirm {
		if err := d.out.write(ctx, line); err != nil {
			return lost(err)
		}
		return nil
	}
	_, err = d.confirmed(ctx, key, line, time.Time{})
	return err
}
