// Package irctest starts real IRC servers for tests and speaks to them as an
// ordinary client: see the example.
//
// The servers are InspIRCd 3 and ngIRCd as Debian packages them. They listen on
// loopback, have no rights, and end with the test. Without PATROL_E2E=1 in the
// environment a test that wants one is skipped; with it, a missing server is a
// failure.
package irctest
