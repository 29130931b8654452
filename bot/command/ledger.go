package command

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"patrol/bot/ledger"
	"patrol/bot/retention"
	"patrol/bot/store"
	"patrol/rules/lang"
)

type ledgerGroup struct {
	Show   ledgerShowCommand   `cmd:""`
	Verify ledgerVerifyCommand `cmd:""`
	Export ledgerExportCommand `cmd:""`
}

type ledgerShowCommand struct {
	configFlag
	Case  string `placeholder:"ID"`
	From  int64  `placeholder:"N"`
	Limit int    `placeholder:"N"`
	JSON  bool   `name:"json"`
}

// Run shows entries, one a line.
func (c *ledgerShowCommand) Run(ctx context.Context, s *shell) error {
	if c.From < 0 || c.Limit < 0 {
		return &misuse{lang.T("--from 和 --limit 不能是负数", "--from and --limit can't be negative")}
	}
	return c.within(ctx, s, false, func(st *store.Store) error {
		f := store.EntryFilter{From: c.From, Limit: c.Limit}
		if c.Case != "" {
			found, err := theCase(ctx, st, c.Case)
			if err != nil {
				return err
			}
			f.Case = found.ID
		}
		for r, err := range st.Entries(ctx, f) {
			if err != nil {
				return err
			}
			if err := c.entry(s, &r); err != nil {
				return err
			}
		}
		return nil
	})
}

func (c *ledgerShowCommand) entry(s *shell, r *ledger.Record) error {
	if c.JSON {
		line := struct {
			Entry json.RawMessage `json:"entry"`
			Said  json.RawMessage `json:"said,omitempty"` // what can be erased; its digest is in the entry
			Hash  ledger.Hash     `json:"hash"`
		}{r.Body, r.Said, r.Hash}
		for _, part := range []*json.RawMessage{&line.Entry, &line.Said} {
			if len(*part) > 0 && !json.Valid(*part) {
				*part, _ = json.Marshal(string(*part))
			}
		}
		return json.NewEncoder(s.Stdout).Encode(line)
	}
	e, err := r.Entry()
	if err != nil {
		_, err = fmt.Fprintln(s.Stdout, s.out.paint(red, Plain(err.Error())))
		return err
	}
	parts := []string{fmt.Sprintf("%6d", r.Seq), s.at(e.At), s.out.paint(bold, s.term(string(e.Kind))), Plain(e.Actor)}
	if e.Erased() {
		e.Ground = lang.T("（已删除）", "(erased)")
	}
	for _, value := range []string{e.Case, e.Chat, e.Member, s.term(e.Verb), strings.Join(e.Rules, ","), e.Ground.In(s.lang)} {
		if value != "" {
			parts = append(parts, Plain(value))
		}
	}
	_, err = fmt.Fprintln(s.Stdout, strings.Join(parts, "  "))
	return err
}

type ledgerVerifyCommand struct {
	configFlag
	Head []string `sep:"none" placeholder:"SEQ:HASH"`
	JSON bool     `name:"json"`
}

// verified is what `ledger verify --json` writes.
type verified struct {
	OK     bool         `json:"ok"`
	Head   ledger.Head  `json:"head"` // the last one that holds
	Entry  int64        `json:"entry,omitempty"`
	Fault  ledger.Fault `json:"fault,omitempty"`
	Reason string       `json:"reason,omitempty"`

	Found ledger.Report `json:"found"` // what is there, and what has gone
}

// Run checks the whole chain.
func (c *ledgerVerifyCommand) Run(ctx context.Context, s *shell) error {
	known, err := heads(c.Head)
	if err != nil {
		return err
	}
	return c.within(ctx, s, false, func(st *store.Store) error {
		found, err := st.Audit(ctx, known...)
		result := verified{OK: err == nil, Head: found.Head, Found: found}
		var broken *ledger.Broken
		if errors.As(err, &broken) {
			result.Entry, result.Fault, result.Reason = broken.Seq, broken.Fault, broken.Why
		} else if err != nil {
			return err
		}
		if c.JSON {
			if err := writeJSON(s.Stdout, result); err != nil {
				return err
			}
			return foundIf(broken != nil)
		}
		return s.verified(&result, broken)
	})
}

func (s *shell) verified(v *verified, broken *ledger.Broken) error {
	if broken != nil {
		fmt.Fprintf(s.Stdout, "%s %s\n", s.out.paint(red, fmt.Sprintf(s.say("第 %d 条已损坏：", "entry %d is broken: "), broken.Seq)), Plain(broken.Error()))
		fmt.Fprintf(s.Stdout, s.say("此前 %d 条完好\n", "the %d entries before it hold\n"), v.Head.Seq)
		return errFound
	}
	f := &v.Found
	fmt.Fprintf(s.Stdout, "%s\n", s.out.paint(green, fmt.Sprintf(s.say("账本完好：%d 条，%d 个案件的证据相符", "the ledger holds: %d entries, and the evidence of %d cases"), f.Entries, f.Cases)))
	s.gone(f)
	_, err := fmt.Fprintf(s.Stdout, s.say("记下末端，以后可用 --head 证明没有被截断或改写：\n  %d:%s\n",
		"note its head elsewhere; --head proves with it that nothing was cut off or rewritten:\n  %d:%s\n"), v.Head.Seq, v.Head.Hash)
	return err
}

// gone tells what has gone from the ledger, and on what ground.
func (s *shell) gone(f *ledger.Report) {
	for _, e := range f.Erasures {
		fmt.Fprintf(s.Stdout, s.say("  %s  %s 删除了 %d 个案件里所写的文字：%s\n", "  %s  %s erased the texts of %d cases: %s\n"), e.Day, Plain(e.By), e.Cases, Plain(e.Ground.In(s.lang)))
	}
	for _, p := range f.Prunings {
		fmt.Fprintf(s.Stdout, s.say("  %s  保存期 %s 已满：%d 条和 %d 个案件已删除，均早于 %s\n", "  %s  kept for %s: %d entries and %d cases from before %s have gone\n"),
			p.Day, retention.Length(p.Period), p.Entries, p.Cases, s.at(p.Before))
	}
	if f.Start.Seq > 0 {
		fmt.Fprintf(s.Stdout, s.say("  链从第 %d 条开始，之前的末端是 %s\n", "  the chain begins with entry %d, after the head %s\n"), f.Start.Seq+1, f.Start.Hash)
	}
	if f.Hollow > 0 {
		fmt.Fprintf(s.Stdout, s.say("  %d 条只留下摘要\n", "  of %d entries the digest is left\n"), f.Hollow)
	}
	for _, h := range f.Unproved {
		fmt.Fprintf(s.Stdout, s.say("  第 %d 条已到期删除，--head %d 无从比较\n", "  entry %d was pruned: --head %d can't be compared with anything\n"), h.Seq, h.Seq)
	}
}

// heads reads SEQ:HASH.
func heads(given []string) (known []ledger.Head, err error) {
	for _, text := range given {
		var h ledger.Head
		seq, hash, _ := strings.Cut(text, ":")
		h.Seq, err = strconv.ParseInt(seq, 10, 64)
		if err := errors.Join(err, h.Hash.UnmarshalText([]byte(hash))); err != nil || h.Seq < 0 {
			return nil, &misuse{lang.F("--head %q 应写成 序号:散列", "--head %q is not of the form SEQ:HASH", excerpt(text, 80))}
		}
		known = append(known, h)
	}
	return known, nil
}

type ledgerExportCommand struct {
	configFlag
	Case   string `required:"" placeholder:"ID"`
	Output string `short:"o" default:"." placeholder:"FILE|DIR"`
}

// Run writes the evidence of a case as JSON and as a page.
func (c *ledgerExportCommand) Run(ctx context.Context, s *shell) error {
	return c.within(ctx, s, false, func(st *store.Store) error {
		found, err := theCase(ctx, st, c.Case)
		if err != nil {
			return err
		}
		bundle, err := st.Bundle(ctx, found.ID, s.Now())
		if err != nil {
			return err
		}
		data, err := bundle.JSON()
		if err != nil {
			return err
		}
		var page bytes.Buffer
		if err := bundle.HTML(&page); err != nil {
			return err
		}
		stem := c.stem(found.ID)
		for ext, content := range map[string][]byte{".json": data, ".html": page.Bytes()} {
			if err := writeNew(stem+ext, content, 0o600); err != nil {
				return err
			}
		}
		_, err = fmt.Fprintf(s.Stdout, "%s\n%s\n", stem+".json", stem+".html")
		return err
	})
}

// stem is the path of both files without their extensions.
func (c *ledgerExportCommand) stem(id string) string {
	info, err := os.Stat(c.Output)
	if err == nil && info.IsDir() || strings.HasSuffix(c.Output, string(filepath.Separator)) {
		return filepath.Join(c.Output, "evidence-"+id)
	}
	switch ext := filepath.Ext(c.Output); ext {
	case ".json", ".html":
		return strings.TrimSuffix(c.Output, ext)
	}
	return c.Output
}

// writeNew writes a file that must not be there yet, with the folders above it.
func writeNew(path string, content []byte, mode os.FileMode) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	return errors.Join(err, f.Close())
}
