package console

import "patrol/rules/lang"

// retentionWords is what pages say of what was erased; it is part of words.
var retentionWords = map[string]lang.Text{
	"entry.redacted": lang.T("删除了所写的文字", "erased what people wrote"),
	"case.erased":    lang.T("案件里所写的文字已永久删除，谁做了什么仍在账本里：", "What people wrote in this case was erased for good; who did what is still in the ledger:"),
}
