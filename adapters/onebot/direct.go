package onebot

import (
	"context"
	"errors"
	"time"

	"patrol/adapters/chat"
)

// Tell sends a private message. To somebody who is no friend of the account QQ lets
// it through only by a group that both are in: room.
func (a *Adapter) Tell(ctx context.Context, room string, to chat.Member, text string) error {
	_, err := a.call(ctx, "send_private_msg", struct {
		UserID  id     `json:"user_id"`
		GroupID id     `json:"group_id,omitempty"`
		Message []part `json:"message"`
	}{id(to.ID), id(room), []part{{"text", map[string]string{"text": text}}}})
	return err
}

// Members is how many the implementation said that a group has when it was
// connected, and who has come and gone since.
func (a *Adapter) Members(group string) int {
	here, _ := a.rights.is(group)
	return here.size
}

// Message fetches a message of a group.
func (a *Adapter) Message(ctx context.Context, group, message string) (chat.Event, error) {
	const op = "get_msg"
	data, err := a.call(ctx, op, struct {
		MessageID id `json:"message_id"`
	}{id(message)})
	if err != nil {
		return chat.Event{}, err
	}
	p, err := decode(data)
	if err != nil {
		return chat.Event{}, &chat.Error{Op: op, Kind: chat.Other, Err: err}
	}
	p.PostType, p.MessageType = "message", "group" // some leave these out
	if p.GroupID == "" {
		p.GroupID = id(group)
	}
	if p.UserID == "" {
		p.UserID = p.Sender.UserID
	}
	e, ok := p.event(a.config.Platform, time.Now())
	if !ok || e.Chat != group {
		return chat.Event{}, &chat.Error{Op: op, Kind: chat.NotFound, Err: errors.New("no such message in this group")}
	}
	return e, nil
}
