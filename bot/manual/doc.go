// Package manual says how a person does by hand, in a platform's own app, what the
// bot can't do there: because the platform lets no bot do it, or because the bot has
// not the rights.
//
//	way, ok := manual.For("wechat", chat.Remove)
//
// The steps name menus as the apps have them in 2026. They are a help and no
// contract: where an app has changed, or the person has not the rights, the person
// says that it could not be done, and why. What no person can do either has no way:
// nobody deletes a message on IRC.
package manual
