package command

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/alecthomas/kong"

	"patrol/rules/lang"
	"patrol/rules/yamlfile"
)

// The exit codes.
const (
	Fine    = 0 // done, and nothing wrong was found
	Wrong   = 1 // something that was to be checked is wrong: faults in rules, failed tests, a broken ledger
	Misused = 2 // the command line can't be understood
	Failed  = 3 // it could not be done: a file, the config, the store, a connection
)

// errFound is the error of a command that has done its work and found something
// wrong, and has said what.
var errFound = errors.New("something wrong was found")

// errShown ends the parsing of a command line that only asks for help.
var errShown = errors.New("help was shown")

// misuse is the error of a command line that can't be understood.
type misuse struct{ text lang.Text }

func (m *misuse) Error() string { return m.text.In(lang.En) }

// grammar is the command line. The texts of its parts are in commandTexts and
// flagTexts, by their path.
type grammar struct {
	Lang string `enum:",zh,en" default:"" placeholder:"zh|en"`

	Run       runCommand       `cmd:""`
	Init      initCommand      `cmd:""`
	Demo      demoCommand      `cmd:""`
	Rules     rulesGroup       `cmd:""`
	Scan      scanCommand      `cmd:""`
	Eval      evalCommand      `cmd:""`
	Replay    replayCommand    `cmd:""`
	Bench     benchCommand     `cmd:""`
	Cases     casesGroup       `cmd:""`
	Brake     brakeGroup       `cmd:""`
	Undo      undoAllCommand   `cmd:""`
	Undos     undosCommand     `cmd:""`
	Reports   reportsCommand   `cmd:""`
	Ledger    ledgerGroup      `cmd:""`
	Monthly   monthlyCommand   `cmd:""`
	Retention retentionCommand `cmd:""`
	Erase     eraseCommand     `cmd:""`
	Query     queryCommand     `cmd:""`
	Stats     statsCommand     `cmd:""`
	Users     usersGroup       `cmd:""`
	Tokens    tokensGroup      `cmd:""`
	Version   versionCommand   `cmd:""`
	Help      helpCommand      `cmd:""`
}

// Run does what args say and returns the exit code. What was asked for goes to
// env.Stdout, everything else to env.Stderr. It returns once the command is done,
// or, for those that go on, once ctx or env.Interrupt ends them.
func Run(ctx context.Context, args []string, env Env) int {
	env = env.withDefaults()
	s := newShell(env, language(args, env.Getenv))
	return s.finish(s.dispatch(ctx, args))
}

// language is what --lang asks for, or else the environment. It is needed before
// the arguments are parsed, to say what is wrong with them.
func language(args []string, getenv func(string) string) lang.Lang {
	for i, arg := range args {
		if arg == "--" {
			break
		}
		value, given := strings.CutPrefix(arg, "--lang=")
		if arg == "--lang" && i+1 < len(args) {
			value, given = args[i+1], true
		}
		if l, ok := lang.Parse(value); given && ok {
			return l
		}
	}
	return lang.FromEnv(getenv)
}

func (s *shell) dispatch(ctx context.Context, args []string) error {
	parser, err := s.parser(&grammar{})
	if err != nil {
		return err
	}
	parsed, err := parser.Parse(args)
	if err != nil {
		return s.unparsed(err)
	}
	parsed.BindTo(ctx, (*context.Context)(nil))
	parsed.Bind(s, parser)
	return parsed.Run()
}

func (s *shell) parser(g *grammar) (*kong.Kong, error) {
	parser, err := kong.New(g,
		kong.Name("patrol"),
		kong.Writers(s.Stdout, s.Stderr),
		kong.Help(func(_ kong.HelpOptions, at *kong.Context) error {
			if err := s.help(at.Kong, at.Selected()); err != nil {
				return err
			}
			return errShown
		}),
	)
	if err != nil {
		return nil, fmt.Errorf("the grammar is broken: %w", err)
	}
	label(parser.Model.Node, s.lang)
	return parser, nil
}

// unparsed is the error for a command line that kong refuses. One that only lacks
// its command gets the help of what it has.
func (s *shell) unparsed(err error) error {
	var refused *kong.ParseError
	if errors.Is(err, errShown) || !errors.As(err, &refused) {
		return err
	}
	if strings.HasPrefix(refused.Error(), "expected one of ") {
		s.Stdout = s.Stderr
		if err := s.help(refused.Context.Kong, refused.Context.Selected()); err != nil {
			return err
		}
	}
	return &misuse{parseFault(refused.Error())}
}

// finish says what err is and returns the exit code that goes with it.
func (s *shell) finish(err error) int {
	var (
		wrong  *misuse
		faults yamlfile.Faults
		fault  yamlfile.Fault
	)
	switch {
	case err == nil, errors.Is(err, errShown):
		return Fine
	case errors.Is(err, errFound):
		return Wrong
	case errors.As(err, &wrong):
		s.complain(wrong.text.In(s.lang))
		fmt.Fprintln(s.Stderr, s.say("运行 patrol --help 查看用法。", "Run patrol --help to see how it is used."))
		return Misused
	case errors.As(err, &faults):
		s.faults(faults)
	case errors.As(err, &fault):
		s.faults(yamlfile.Faults{fault})
	default:
		s.complain(err.Error())
	}
	return Failed
}

// complain writes one line about what went wrong.
func (s *shell) complain(what string) {
	fmt.Fprintf(s.Stderr, "%s %s\n", s.err.paint(red, "patrol:"), PlainLines(what))
}

// faults writes faults, one a line, each with its place.
func (s *shell) faults(all yamlfile.Faults) { _ = s.faultsTo(s.Stderr, s.err, all) }
