package console

import (
	"context"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// typeCode enters the code that the telephone shows, once the last one can't be
// taken for it.
func typeCode(t *testing.T, ctx context.Context, h *house, secret string) {
	t.Helper()
	h.clock.advance(stepLength)
	code, err := codeAt(secret, stepAt(h.clock.now()))
	if err != nil {
		t.Fatal(err)
	}
	do(t, ctx, chromedp.SendKeys(chromedp.CSS("main input[name=code]"), code+kb.Enter))
}

// TestSecondFactorInABrowser sets one up, logs out, and comes back with it.
func TestSecondFactorInABrowser(t *testing.T) {
	ctx := browser(t)
	h := open(t, nil)
	h.record(lively()...)
	logIn(t, ctx, h, "rui")
	goTo(t, ctx, h.server.URL+"/account")
	shot(t, ctx, "account")
	goTo(t, ctx, h.server.URL+"/account/factor")
	if size := eval[float64](t, ctx, `document.querySelector("svg.qr").getBoundingClientRect().width`); size < 150 {
		t.Errorf("the QR code is %g pixels wide", size)
	}
	shot(t, ctx, "factor")
	secret := strings.ReplaceAll(eval[string](t, ctx, `document.getElementById("factor-secret").textContent`), " ", "")
	do(t, ctx, chromedp.SendKeys(chromedp.CSS("main input[name=password]"), password))
	typeCode(t, ctx, h, secret)
	until(t, ctx, `document.querySelectorAll(".codes li").length === 10`)
	shot(t, ctx, "factor-codes")
	do(t, ctx, chromedp.Click(chromedp.CSS(".logout button")))
	until(t, ctx, `location.pathname === "/login" && document.readyState === "complete"`)
	do(t, ctx,
		chromedp.SendKeys(chromedp.CSS("input[name=name]"), "rui"),
		chromedp.SendKeys(chromedp.CSS("input[name=password]"), password+kb.Enter),
	)
	until(t, ctx, `document.activeElement?.name === "code"`)
	shot(t, ctx, "code")
	typeCode(t, ctx, h, secret)
	until(t, ctx, `document.readyState === "complete" && document.querySelector(".tabs") !== null`)
}
