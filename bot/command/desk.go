package command

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"patrol/bot/ledger"
	"patrol/bot/review"
	"patrol/bot/store"
	"patrol/rules/lang"
)

// openStore opens the store that the bot file names. Unless fresh, one that is
// not there yet is an error: nothing can be in it.
func (c *configFlag) openStore(ctx context.Context, s *shell, fresh bool) (*store.Store, error) {
	bot, err := c.load(s)
	if err != nil {
		return nil, err
	}
	path := bot.Resolve(bot.Store.Path)
	if _, err := os.Stat(path); !fresh && errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no store %s yet: patrol run makes it / 还没有数据文件，patrol run 会创建它", path)
	}
	return store.Open(ctx, store.Config{Path: path, Key: bot.Resolve(bot.Store.Key), Relaxed: bot.Store.Relaxed})
}

// within opens the store for f and closes it afterwards.
func (c *configFlag) within(ctx context.Context, s *shell, fresh bool, f func(*store.Store) error) error {
	st, err := c.openStore(ctx, s, fresh)
	if err != nil {
		return err
	}
	return errors.Join(f(st), st.Close())
}

// asFlag says who acts.
type asFlag struct {
	As string `placeholder:"NAME"`
}

// actor is the name that the ledger gets. Nobody may act as the bot itself.
func (a *asFlag) actor(s *shell) (string, error) {
	name := strings.TrimSpace(a.As)
	if name == "" {
		name = s.User
	}
	switch {
	case name == "":
		return "", &misuse{lang.T("不知道是谁在操作：请写 --as 名字", "nobody knows who you are: give --as NAME")}
	case strings.EqualFold(name, ledger.Bot):
		return "", &misuse{lang.F("%q 是机器人自己的名字：请用 --as 写你的名字", "%q is the bot's own name: give yours with --as NAME", name)}
	case Plain(name) != name || len(name) > 64:
		return "", &misuse{lang.F("%q 不能作名字", "%q can't be a name", excerpt(name, 40))}
	}
	return name, nil
}

// sightFlag says with whose eyes somebody looks.
type sightFlag struct {
	As string `placeholder:"NAME"`
}

// seeing is a context in which no more is there than the reviewer sees; all is where
// no --as was given, for whoever can open the store can read all of it. The ledger
// says who has looked as whom.
func (f *sightFlag) seeing(ctx context.Context, s *shell, st *store.Store) (context.Context, error) {
	if f.As == "" {
		return ctx, nil
	}
	who, err := st.Reviewer(ctx, f.As)
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s: %w", Plain(f.As), err)
	case !who.May(review.See):
		return nil, fmt.Errorf("%s may not see cases / %[1]s 不能看案件", Plain(f.As))
	}
	by, err := (&asFlag{}).actor(s)
	if err != nil {
		return nil, err
	}
	err = st.Append(ctx, ledger.Entry{
		At: s.Now(), Kind: ledger.Looked, Actor: by, Ground: lang.F("在命令行上以 %s 的权限查看案件", "looked at cases on the command line with the rights of %s", f.As),
	})
	return review.WithReach(ctx, who.Reach()), err
}

// deciding is a context in which a verb by that name does no more than that
// reviewer may do in the console. A name without an account, such as that of whoever
// runs the machine, may do everything: it can write to the store anyway.
func deciding(ctx context.Context, st *store.Store, by string) (context.Context, error) {
	who, err := st.Reviewer(ctx, by)
	switch {
	case errors.Is(err, review.ErrNoReviewer):
		return ctx, nil
	case err != nil:
		return nil, err
	case !who.May(review.Decide):
		return nil, fmt.Errorf("%s may not decide cases / %[1]s 不能裁决案件", Plain(by))
	}
	return review.WithReach(ctx, who.Reach()), nil
}

// theCase is the case whose id begins with prefix.
func theCase(ctx context.Context, st *store.Store, prefix string) (review.Case, error) {
	c, err := st.Case(ctx, strings.ToLower(prefix))
	if err != nil {
		return c, fmt.Errorf("%s: %w", Plain(prefix), err)
	}
	return c, nil
}
