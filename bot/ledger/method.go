package ledger

// Method is how a bundle is verified, step by step.
type Method struct {
	Zh []string `json:"zh"`
	En []string `json:"en"`
}

func method() Method {
	return Method{
		Zh: []string{
			"以下步骤不需要 Patrol，任何能计算 SHA-256 的语言都可以完成。文中的哈希都是 32 个字节，在文件里写成 64 个十六进制数字。",
			"账本是一条链：第 n 条的哈希 = SHA-256( 第 n-1 条的哈希 拼接 SHA-256(第 n 条正文的 UTF-8 字节) )；第 0 条的哈希是 32 个零字节。拼接的是原始字节，不是十六进制文字。",
			"令 h = before.hash，n = before.seq。若 n 为 0，h 必须是 32 个零字节。",
			"按顺序处理 links。每一项的 seq 必须等于 n+1。若有 body：d = SHA-256(body 字符串解码后的 UTF-8 字节)，h = SHA-256(h 拼接 d)，n 加 1；body 本身是一个 JSON 对象，其中的 seq 必须等于该项的 seq，case 必须等于本文件的 case。若 body 里有 said 而该项也有 said：SHA-256(该项 said 字符串解码后的 UTF-8 字节) 必须等于 body 里的 said。若有 digests（与本案无关的条目，只给出正文的摘要）：对其中每个 d 依次计算 h = SHA-256(h 拼接 d)，n 加 1。",
			"最后 n 必须等于 head.seq，h 必须等于 head.hash。",
			"令 r = SHA-256(recorded 字符串解码后的 UTF-8 字节)。若有 said：s = SHA-256(said 字符串解码后的 UTF-8 字节)；若没有，s = gone。kind 为 decided 的那一条 body 里的 digest 必须等于 SHA-256(r 拼接 s)：案件当初就是这样记录的。",
			"recorded 是不含任何人所写文字的案件，said 是这些文字，二者都带有摘要，因此文字可以按保存期限删除而链条不变。没有 said 时，文字已被删除：links 里必须有一条 kind 为 redacted 的 body，写明何时、由谁、依据什么；links 中某项的 body 里有 said 而该项没有 said 时，同样须有更晚的一条 redacted。保存有旧副本的人仍可用 gone 证明副本是真的：副本 said 的 SHA-256 等于 gone。",
			"最后，把 head 与运营者此前在别处公布或留存的链头比较（例如更早导出的证据包）：若此前的链头是 (m, x)，则上面计算到 n = m 时 h 必须等于 x。只有这样才能排除整条链被重写。",
			"standing 是导出时案件的现状，不在链上；其中发生过的每件事都应能在 links 的正文里找到。",
			"原文若不是合法的 UTF-8，JSON 里以 U+FFFD 代替，真实字节以 Base64 写在成员 bytes 中，键是 JSON 指针（RFC 6901）。",
		},
		En: []string{
			"None of these steps needs Patrol; any language that can compute SHA-256 will do. Every hash is 32 bytes and is written in this file as 64 hex digits.",
			"The ledger is a chain: the hash of entry n = SHA-256( the hash of entry n-1, followed by SHA-256(the UTF-8 bytes of the body of entry n) ); the hash of entry 0 is 32 zero bytes. The raw bytes are joined, not their hex digits.",
			"Let h = before.hash and n = before.seq. If n is 0, h must be 32 zero bytes.",
			"Go through links in order. The seq of each must be n+1. If it has a body: d = SHA-256(the UTF-8 bytes of the string body, after JSON decoding), h = SHA-256(h followed by d), add 1 to n; body is itself a JSON object, whose seq must be the seq of the link and whose case must be the case of this file. If the body has a member said and the link has one too: SHA-256(the UTF-8 bytes of the string said of the link, after JSON decoding) must be the said of the body. If it has digests (entries about other matters, of which only the digests of the bodies are given): for each d of them in order, h = SHA-256(h followed by d), and add 1 to n.",
			"In the end n must be head.seq and h must be head.hash.",
			"Let r = SHA-256(the UTF-8 bytes of the string recorded, after JSON decoding). If there is said: s = SHA-256(the UTF-8 bytes of the string said, after JSON decoding); if not, s = gone. The digest in the body whose kind is decided must be SHA-256(r followed by s): this is how the case was first recorded.",
			"recorded is the case without anything that people wrote, said is what they wrote; there is a digest of each, so that texts can be erased when their time is over and the chain stays as it is. Without said they were erased: then links must have a body whose kind is redacted, which says when, by whom and on what ground; the same must be there, later, for a link without said whose body has one. Whoever has kept an older copy can still prove that it is genuine: the SHA-256 of its said is gone.",
			"Last, compare with a head of the chain that the operator published or handed out earlier (in an older bundle, for instance): if that head was (m, x), then h must have been x when n was m. Only this rules out that the whole chain was written anew.",
			"standing is the case as it stood when this file was made; it is not on the chain. Everything that happened in it should be found in the bodies in links.",
			"Text that is not valid UTF-8 has U+FFFD in JSON; its true bytes are in the member bytes, in Base64, by JSON pointer (RFC 6901).",
		},
	}
}
