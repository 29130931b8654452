package console

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	cdpage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// browser starts Chromium, or skips the test: it takes seconds and needs a
// program that not every machine has.
func browser(t testing.TB) context.Context {
	t.Helper()
	if os.Getenv("PATROL_E2E") == "" {
		t.Skip("set PATROL_E2E=1 to run the console in a real browser (Chromium)")
	}
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatalf("PATROL_E2E is set but Chromium is missing: %v", err)
	}
	options := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(path), chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true), chromedp.UserDataDir(t.TempDir()),
	}
	allocator, stop := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(stop)
	ctx, cancel := chromedp.NewContext(allocator)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil { // the browser lives as long as what it is started with
		t.Fatal(err)
	}
	return ctx
}

// A step that hangs is tried again after a while, for a browser on a busy machine
// may lose one; what is not so after longEnough never will be.
const (
	aWhile     = 10 * time.Second
	longEnough = 3 * time.Minute
)

func do(t testing.TB, ctx context.Context, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	ctx, late := context.WithTimeout(ctx, longEnough)
	defer late()
	if err := chromedp.Do(ctx, steps...); err != nil {
		t.Fatal(err)
	}
}

// goTo opens an address of the console and waits until its page is there. It
// asks the page itself: the browser's own word that it has loaded can get lost
// where a live page is left in the middle of an update.
func goTo(t testing.TB, ctx context.Context, address string) {
	t.Helper()
	do(t, ctx, chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, cdpage.Navigate, cdpage.NavigateParams{URL: address})
		return err
	}))
	until(t, ctx, fmt.Sprintf(`location.href === %q && document.readyState === "complete"`, address))
}

// eval is what the expression is worth on the page.
func eval[T any](t testing.TB, ctx context.Context, expression string) T {
	t.Helper()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		t.Fatalf("%s: %v", expression, err)
	}
	return v
}

// until waits for the expression to be true on the page, also where the page is
// being left for another.
func until(t testing.TB, ctx context.Context, expression string) {
	t.Helper()
	deadline := time.Now().Add(longEnough)
	for {
		attempt, end := context.WithTimeout(ctx, aWhile)
		_, err := chromedp.Run(attempt, chromedp.Poll[bool](expression, chromedp.WithPollingTimeout(aWhile)))
		end()
		if err == nil {
			return
		}
		if ctx.Err() != nil || time.Now().After(deadline) {
			seen, _ := chromedp.Run(ctx, chromedp.Evaluate[string](`location.href + " " + document.activeElement.outerHTML.slice(0, 200) + " " + document.body.innerText.slice(0, 500)`))
			t.Fatalf("never true: %s: %v\nthe page is %s", expression, err, seen)
		}
	}
}

func logIn(t testing.TB, ctx context.Context, h *house, name string) {
	t.Helper()
	goTo(t, ctx, h.server.URL+"/login")
	do(t, ctx,
		chromedp.SendKeys(chromedp.CSS("input[name=name]"), name),
		chromedp.SendKeys(chromedp.CSS("input[name=password]"), password+kb.Enter),
	)
	until(t, ctx, `document.readyState === "complete" && document.querySelector(".tabs") !== null`)
}

// shot writes a picture for people to look at, where PATROL_SHOTS names a folder.
func shot(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	folder := os.Getenv("PATROL_SHOTS")
	if folder == "" {
		return
	}
	picture, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, name+".png"), picture, 0o644); err != nil {
		t.Fatal(err)
	}
}
