package config

import (
	"net"
	"net/url"
	"slices"
	"strings"

	"patrol/adapters/chat"
	"patrol/bot/review"
	"patrol/rules/lang"
	"patrol/rules/yamlfile"
)

// SSO is single sign-on by OpenID Connect.
type SSO struct {
	Issuer     string      `yaml:"issuer"`
	Title      string      `yaml:"title"` // what the button calls it; the issuer's host where empty
	ClientID   string      `yaml:"client_id"`
	Secret     chat.Secret `yaml:"client_secret"`
	SecretFile string      `yaml:"client_secret_file"`
	Scopes     []string    `yaml:"scopes"` // besides openid
	Name       string      `yaml:"name_claim"`
	Groups     string      `yaml:"groups_claim"`
	Rights     []Right     `yaml:"rights"`
}

// Right is what a group of the provider may do here.
type Right struct {
	Group string   `yaml:"group"`
	Role  string   `yaml:"role"`
	Chats []string `yaml:"chats"` // connection/chat; every chat where absent
}

// RightsOf is what a person of those groups may do: the highest role that any of
// them gives, for the chats of all entries that give it; false where none does.
func (s *SSO) RightsOf(groups []string) (review.Role, review.Reach, bool) {
	var (
		role  review.Role
		chats []string
		every bool
	)
	for _, r := range s.Rights {
		given := review.Role(r.Role)
		if !slices.Contains(groups, r.Group) || given.Rank() < role.Rank() {
			continue
		}
		if given.Rank() > role.Rank() {
			role, chats, every = given, nil, false
		}
		chats, every = append(chats, r.Chats...), every || len(r.Chats) == 0
	}
	if every || role == review.NoRights {
		return role, review.Reach{}, role != review.NoRights
	}
	return role, review.Only(chats...), true
}

// DoneURL is where the provider sends browsers back to.
func (c *Console) DoneURL() string { return strings.TrimSuffix(c.URL, "/") + "/login/sso/done" }

func (k *checker) signOn(c *Console) {
	k.webAddress("console.url", c.URL, true)
	s := c.SSO
	if s == nil {
		return
	}
	const at = yamlfile.Path("console.sso")
	if c.URL == "" {
		k.fault("console", lang.T("sso 需要 url：浏览器访问审核台的地址", "sso needs url: what browsers call the console"), lang.T("例如 url: https://patrol.example.com", "such as url: https://patrol.example.com"))
	}
	if s.Issuer == "" || s.ClientID == "" || s.Secret == "" && s.SecretFile == "" {
		k.fault(at, lang.T("需要 issuer、client_id 和 client_secret（或 client_secret_file）", "issuer, client_id and client_secret (or client_secret_file) are needed"), lang.Text{})
	}
	if s.Secret != "" && s.SecretFile != "" {
		k.fault(at, lang.T("client_secret 和 client_secret_file 只能写一个", "only one of client_secret and client_secret_file may be given"), lang.Text{})
	}
	k.webAddress(at.Key("issuer"), s.Issuer, false)
	if len(s.Rights) == 0 {
		k.fault(at, lang.T("没有 rights：谁也进不来", "there are no rights: nobody could come in"), lang.T("例如 rights: [{group: moderators, role: reviewer}]", "such as rights: [{group: moderators, role: reviewer}]"))
	}
	for i, r := range s.Rights {
		p := at.Key("rights").Index(i)
		if r.Group == "" {
			k.fault(p, lang.T("缺少 group", "group is missing"), lang.Text{})
		}
		k.oneOf(p.Key("role"), r.Role, "viewer", "reviewer", "admin")
		if _, err := review.ParseReach(r.Chats); err != nil {
			k.fault(p.Key("chats"), lang.T(err.Error(), err.Error()), lang.Text{})
		}
		if r.Role == string(review.Admin) && len(r.Chats) > 0 {
			k.fault(p.Key("chats"), lang.T("管理员总能看到所有群", "an admin sees every chat"), lang.Text{})
		}
	}
}

// webAddress checks an address that secrets travel to: over HTTPS, but for this
// machine itself.
func (k *checker) webAddress(p yamlfile.Path, value string, bare bool) {
	if value == "" {
		return
	}
	u, err := url.Parse(value)
	good := err == nil && u.Host != "" && u.User == nil && u.RawQuery == "" && u.Fragment == "" && (!bare || u.Path == "" || u.Path == "/")
	ip := net.IP(nil)
	if good {
		ip = net.ParseIP(u.Hostname())
	}
	if !good || u.Scheme != "https" && (u.Scheme != "http" || u.Hostname() != "localhost" && (ip == nil || !ip.IsLoopback())) {
		k.fault(p, lang.F("%.100q 不是 https 地址", "%.100q is no https address", value), lang.T("例如 https://id.example.com；http 只可用于本机", "such as https://id.example.com; http is for this machine only"))
	}
}
