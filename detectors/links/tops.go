package links

import "strings"

// strongTop are top-level domains that stand in no other text than addresses.
var strongTop = words(`
	com net org cn cc top xyz vip club info biz ru ua by kz io co tv app dev shop store site online website tech fun icu
	ltd wang asia mobi edu gov jp kr tw hk uk de fr eu su pw gg ly cyou sbs buzz monster casino bet cfd lol
	рф рус онлайн сайт
`)

// plainTop are those that no sentence begins with.
var plainTop = words("com net org cn cc ru xyz vip рф")

// countries are the country codes; those that are also words, or ends of the
// names of files, are in wordTop as well.
var countries = words(`
	ac ad ae af ag ai al am ao ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bw bz ca cd cf cg ch ci ck cl cm
	cr cu cv cw cx cy cz dj dk dm do dz ec ee eg er es et fi fj fk fm fo ga gd ge gf gh gi gl gm gn gp gq gr gs gt gu gw gy hm hn
	hr ht hu id ie il im in iq ir is it je jm jo ke kg kh ki km kn kp kw ky la lb lc li lk lr ls lt lu lv ma mc md me mg mh mk ml
	mm mn mo mp mq mr ms mt mu mv mw mx my mz na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt py qa re
	ro rs rw sa sb sc sd se sg sh si sk sl sm sn so sr ss st sv sx sy sz tc td tf tg th tj tk tl tm tn to tr tt tz ug us uy uz va
	vc ve vg vi vn vu wf ws ye yt za zm zw link live pro one chat group world today life money win bid loan work click news media
	rocks run zone plus red blue pink games game page cloud space host press agency name wiki art blog design email guru social
`)

// wordTop are those that people write by forgetting a space, or for a file.
var wordTop = words(`
	am as at be by do id in is it me my no so to us ma pa re la mm gm ms st th md py sh rs pl ps ml cs va ye ne na ni se si an
	al ca de es et il mo ad ag ai ar au ba im link live pro one chat group world today life money win bid loan work click news media
	rocks run zone plus red blue pink games game page cloud space host press name wiki art blog design email guru social
	ph tm hr pm cf ch ge ls tr sa sc cd
`)

// foreignTop are top-level domains that are not in ASCII.
var foreignTop = words("рф рус бел қаз укр мкд срб онлайн сайт москва дети орг ком ευ ελ")

func words(list string) map[string]bool {
	set := make(map[string]bool)
	for w := range strings.FieldsSeq(list) {
		set[w] = true
	}
	return set
}
