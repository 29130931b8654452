package links

import (
	"maps"
	"slices"
	"strings"
)

// spot is an address of a chat platform: what follows a path's start is the
// group or the member.
type spot struct {
	path     string
	platform string
	trait    Trait
}

// spots are the addresses of chat platforms by host, for each the longer paths
// first.
var spots = map[string][]spot{
	"t.me":                  telegramSpots,
	"telegram.me":           telegramSpots,
	"telegram.dog":          telegramSpots,
	"tx.me":                 telegramSpots,
	"discord.gg":            {{"/", "discord", Invite}},
	"discord.com":           {{"/invite/", "discord", Invite}},
	"discordapp.com":        {{"/invite/", "discord", Invite}},
	"dsc.gg":                {{"/", "discord", Invite}},
	"chat.whatsapp.com":     {{"/", "whatsapp", Invite}},
	"whatsapp.com":          {{"/channel/", "whatsapp", Profile}},
	"api.whatsapp.com":      {{"/send", "whatsapp", Profile}},
	"wa.me":                 {{"/", "whatsapp", Profile}},
	"qm.qq.com":             {{"/", "qq", Invite}},
	"jq.qq.com":             {{"/", "qq", Invite}},
	"qun.qq.com":            {{"/", "qq", Invite}},
	"pd.qq.com":             {{"/s/", "qq", Invite}},
	"wpa.qq.com":            {{"/", "qq", Profile}},
	"weixin.qq.com":         {{"/g/", "wechat", Invite}, {"/r/", "wechat", Profile}},
	"u.wechat.com":          {{"/", "wechat", Profile}},
	"work.weixin.qq.com":    {{"/gm/", "wecom", Invite}, {"/ca/", "wecom", Profile}, {"/u/", "wecom", Profile}, {"/kfid/", "wecom", Profile}},
	"line.me":               {{"/ti/g", "line", Invite}, {"/r/ti/g", "line", Invite}, {"/ti/p", "line", Profile}, {"/r/ti/p", "line", Profile}},
	"lin.ee":                {{"/", "line", Profile}},
	"matrix.to":             {{"/#/#", "matrix", Invite}, {"/#/!", "matrix", Invite}, {"/#/%23", "matrix", Invite}, {"/#/@", "matrix", Profile}},
	"signal.group":          {{"/#", "signal", Invite}},
	"signal.me":             {{"/#", "signal", Profile}},
	"invite.viber.com":      {{"/", "viber", Invite}},
	"zalo.me":               {{"/g/", "zalo", Invite}, {"/", "zalo", Profile}},
	"join.skype.com":        {{"/", "skype", Invite}},
	"join.slack.com":        {{"/t/", "slack", Invite}},
	"applink.feishu.cn":     {{"/client/chat/", "feishu", Invite}},
	"applink.larksuite.com": {{"/client/chat/", "feishu", Invite}},
	"qr.dingtalk.com":       {{"/", "dingtalk", Invite}},
	"kook.top":              {{"/", "kook", Invite}},
	"kook.vip":              {{"/", "kook", Invite}},
	"kaihei.co":             {{"/", "kook", Invite}},
	"open.kakao.com":        {{"/o/", "kakao", Invite}},
	"vk.me":                 {{"/join/", "vk", Invite}, {"/", "vk", Profile}},
	"m.me":                  {{"/j/", "messenger", Invite}, {"/", "messenger", Profile}},
}

var telegramSpots = []spot{
	{"/+", "telegram", Invite}, {"/joinchat/", "telegram", Invite}, {"/addlist/", "telegram", Invite}, {"/%2b", "telegram", Invite},
	{"/c/", "", 0}, {"/share/", "", 0}, {"/addstickers/", "", 0}, {"/addemoji/", "", 0}, {"/proxy", "", 0}, {"/socks", "", 0}, {"/iv", "", 0},
	{"/s/", "telegram", Profile}, {"/", "telegram", Profile},
}

// Platforms are the platforms that links may lead to, in the order of their
// names.
func Platforms() []string {
	known := make(map[string]struct{})
	for _, all := range spots {
		for _, s := range all {
			if s.platform != "" {
				known[s.platform] = struct{}{}
			}
		}
	}
	for _, platform := range chatSchemes {
		known[platform] = struct{}{}
	}
	return slices.Sorted(maps.Keys(known))
}

// minCode is the shortest code of a group.
const minCode = 2

// place finds the platform that l leads to, and adds the trait.
func (l *Link) place() (platform string) {
	host := strings.TrimPrefix(l.Host, "www.")
	if strings.HasSuffix(host, "t.me") && host != "t.me" && chatInvite(l.Path) {
		l.Traits |= Invite | Obfuscated // dirt stands right before the host
		return "telegram"
	}
	for _, s := range spots[host] {
		code, found := strings.CutPrefix(l.Path, s.path)
		if !found {
			continue
		}
		if len(strings.TrimLeft(code, "/")) < minCode || s.trait == Profile && post(code) {
			return ""
		}
		l.Traits |= s.trait
		return s.platform
	}
	return ""
}

// chatInvite reports whether a path is that of an invite on Telegram, as no other
// site has it.
func chatInvite(path string) bool {
	code, found := strings.CutPrefix(path, "/+")
	return found && len(code) >= 12 && !strings.ContainsAny(code, "/?&=.")
}

// post reports whether a channel's name is followed by the number of a message:
// that leads to something to read.
func post(code string) bool {
	_, number, found := strings.Cut(code, "/")
	return found && number != "" && number[0] >= '0' && number[0] <= '9'
}

func chatHost(host string) bool {
	_, ok := spots[host]
	return ok
}

// known reports whether a host needs no look at its top-level domain.
func known(host string) bool { return chatHost(host) || shorteners.Has(host) }

// shorteners are hosts whose addresses hide where they lead.
var shorteners = hosts(`
	bit.ly bitly.com tinyurl.com is.gd v.gd t.co t.cn url.cn dwz.cn dwz.mk suo.im suo.nz suo.yt mrw.so 985.so reurl.cc goo.gl
	goo.su clck.ru vk.cc u.to cutt.ly rb.gy ow.ly buff.ly tiny.cc tiny.one adf.ly s.id shorturl.at shorte.st rebrand.ly
	bl.ink lnkd.in tny.im soo.gd qr.ae rlu.ru sokrati.ru surl.li 0x0.st b23.tv 3.cn u.nu x.gd da.gd t.ly 2no.co kutt.it
	sina.lt ft12.com rrd.me c-n.red t.hk s.yam.com ppt.cc pse.is lihi.cc lihi1.com
`)

func hosts(list string) Hosts {
	h, _ := NewHosts(strings.Fields(list))
	return h
}
