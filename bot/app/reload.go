package app

import (
	"context"
	"path/filepath"
	"time"

	"github.com/fsnotify/fsnotify"

	"patrol/bot/ledger"
	"patrol/rules/lang"
)

// settleFor is how long a burst of file changes must pause before it is read: an
// editor writes a file in several steps.
const settleFor = 300 * time.Millisecond

// watchRules reloads on Reload and when a rule file, or a file beside one,
// changes.
func (a *App) watchRules(ctx context.Context) {
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		a.log.Warn().Err(err).Msg("rule files can't be watched: send SIGHUP after a change")
		watcher = &fsnotify.Watcher{}
	} else {
		defer func() { _ = watcher.Close() }()
	}
	a.watchFolders(watcher)
	settle := time.NewTimer(time.Hour)
	defer settle.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-a.reloads:
			a.reload(ctx, true)
			a.watchFolders(watcher)
		case e := <-watcher.Events:
			if !e.Has(fsnotify.Chmod) {
				settle.Reset(settleFor)
			}
		case err := <-watcher.Errors:
			a.log.Warn().Err(err).Msg("watching the rule files")
		case <-settle.C:
			a.reload(ctx, false)
			a.watchFolders(watcher)
		}
	}
}

// watchFolders watches folders and not files: an editor replaces a file, and
// word lists stand beside the rules.
func (a *App) watchFolders(w *fsnotify.Watcher) {
	if w.Events == nil {
		return
	}
	files, err := a.config.RuleFiles()
	if err != nil {
		return
	}
	for _, f := range append(files, a.pipeline.Rules().Files()...) {
		if err := w.Add(filepath.Dir(f)); err != nil {
			a.log.Warn().Err(err).Str("file", f).Msg("the folder can't be watched")
		}
	}
}

// reload puts a new set to work, all or nothing: a set with any fault leaves the
// last good one where it is and raises an alarm.
func (a *App) reload(ctx context.Context, asked bool) {
	old := a.pipeline.Rules().Version()
	set, err := a.loadRules()
	if err != nil {
		a.metrics.reloads.WithLabelValues("refused").Inc()
		a.metrics.rulesStale.Set(1)
		a.log.Error().Err(err).Str("set", old).Msg("the rules are refused: the last good set keeps working")
		a.alarm(lang.F("新规则有错，继续使用上一版：\n%v", "the new rules are refused, the last good set keeps working:\n%v", err))
		entry := ledger.Entry{
			At: time.Now(), Kind: ledger.Reloaded, Actor: ledger.Bot, Set: old,
			Ground: lang.T("新规则有错，未采用", "new rules were refused"),
		}
		if err := a.store.Append(ctx, entry); err != nil {
			a.log.Error().Err(err).Msg("the ledger did not take the refusal")
		}
		return
	}
	a.metrics.rulesStale.Set(0)
	if set.Version() == old && !asked {
		return
	}
	if err := a.pipeline.Reload(ctx, set); err != nil {
		a.log.Error().Err(err).Msg("the ledger did not take the new rules")
	}
	a.metrics.reloads.WithLabelValues("taken").Inc()
	a.log.Info().Str("set", set.Version()).Str("was", old).Int("rules", len(set.Rules())).Msg("new rules at work")
	a.alarm(lang.F("新规则已生效：%d 条", "new rules at work: %d", len(set.Rules())))
}
