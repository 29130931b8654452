package command

import (
	"fmt"

	"patrol/bot/review"
)

// sample says of a case that it was drawn by chance, and what a verdict on it means.
func (s *shell) sample(p *page, c *review.Case) {
	if !c.Sample.Drawn() {
		return
	}
	said := fmt.Sprintf(s.say("随机抽中（%s，约 %.0f 中取 1）", "drawn by chance (%s, about one in %.0f)"), s.frameName(c.Sample.Of), 1/c.Sample.Probability)
	if c.Sample.Of == review.OfPassed {
		said += s.say("：没有规则命中；维持 = 放行正确，推翻 = 本该处置", ": no rule hit; upheld is rightly let pass, overturned should have been acted on")
	}
	s.field(p, "抽检", "sample", said)
	if o := c.Second; o.By != "" {
		verdict := review.Overturned
		if o.Upheld {
			verdict = review.Upheld
		}
		s.field(p, "第二意见", "second", fmt.Sprintf("%s %s %s", Plain(o.By), s.at(o.At), s.term(string(verdict))))
	}
}
