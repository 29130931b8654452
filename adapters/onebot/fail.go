package onebot

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"patrol/adapters/chat"
)

// refusal is a failed response. Retcodes: 1400 to 1404 are the standard's; 100
// to 201 are those that it inherits from CoolQ; 1200 is NapCat's for anything,
// told apart by its words; 120101005 is QQ's own ERR_NOT_GROUP_ADMIN.
func refusal(action string, p *payload) *chat.Error {
	words := strings.Join(nonEmpty(p.Problem, p.Wording), "; ")
	if len(words) > maxWords {
		words = strings.ToValidUTF8(words[:maxWords], "")
	}
	return &chat.Error{Op: action, Kind: kindOf(action, string(p.Retcode), words), Err: fmt.Errorf("retcode %s: %q", plain(p.Retcode), words)}
}

// plain is a code as an error may quote it: a number as it is, anything else quoted.
func plain(code id) string {
	if _, err := strconv.Atoi(string(code)); err == nil {
		return string(code)
	}
	return fmt.Sprintf("%.40q", string(code))
}

// maxWords bounds how much of a platform's words an error quotes.
const maxWords = 300

func nonEmpty(all ...string) []string {
	var some []string
	for _, s := range all {
		if s != "" && (len(some) == 0 || some[0] != s) {
			some = append(some, s)
		}
	}
	return some
}

func kindOf(action, retcode, words string) chat.ErrorKind {
	switch retcode {
	case "1401", "1403", "401", "403", "120101005":
		return chat.Forbidden
	case "1404", "404":
		return chat.Unsupported
	case "429", "1429":
		return chat.RateLimited
	case "104", "500", "502", "503", "504":
		return chat.Transient
	}
	words = strings.ToLower(words)
	for _, w := range wordings() {
		if strings.Contains(words, w.has) {
			return w.kind
		}
	}
	if action == "delete_msg" {
		// Too late, or an id that the implementation has forgotten: it does not say.
		// Either way the message stays and trying again is no use.
		return chat.Unsupported
	}
	return chat.Other
}

// wording is what an implementation says when it has no code of its own for it.
type wording struct {
	has  string
	kind chat.ErrorKind
}

// wordings are tried in order.
func wordings() []wording {
	return []wording{
		{"err_not_group_admin", chat.Forbidden}, {"120101005", chat.Forbidden}, {"permission", chat.Forbidden}, {"not admin", chat.Forbidden},
		{"权限", chat.Forbidden}, {"不是管理", chat.Forbidden}, {"非管理", chat.Forbidden}, {"群主", chat.Forbidden}, {"owner", chat.Forbidden},
		{"频繁", chat.RateLimited}, {"too fast", chat.RateLimited}, {"too many", chat.RateLimited}, {"rate limit", chat.RateLimited},
		{"recall failed", chat.Unsupported}, {"撤回失败", chat.Unsupported},
		{"不存在", chat.NotFound}, {"not found", chat.NotFound}, {"not exist", chat.NotFound}, {"no such", chat.NotFound}, {"找不到", chat.NotFound},
		{"timeout", chat.Transient}, {"timed out", chat.Transient}, {"超时", chat.Transient}, {"disconnect", chat.Transient}, {"not online", chat.Transient},
	}
}

// httpRefusal is a response whose status alone says no.
func httpRefusal(action string, status int) *chat.Error {
	kind := chat.Other
	switch {
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		kind = chat.Forbidden
	case status == http.StatusNotFound || status == http.StatusMethodNotAllowed:
		kind = chat.Unsupported
	case status == http.StatusTooManyRequests:
		kind = chat.RateLimited
	case status >= 500:
		kind = chat.Transient
	}
	return &chat.Error{Op: action, Kind: kind, Err: fmt.Errorf("HTTP status %d", status)}
}

func transient(action string, err error) *chat.Error {
	return &chat.Error{Op: action, Kind: chat.Transient, Err: err}
}

var errNotConnected = errors.New("not connected")
