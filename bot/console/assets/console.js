// The console works without this script. With it, keys do what buttons do, and
// the page follows what changes.
(() => {
	"use strict";

	const byId = (id) => document.getElementById(id);
	const rows = () => [...document.querySelectorAll("[data-row]")];

	// Keys.

	const typing = (el) => el instanceof HTMLElement && (el.isContentEditable || (/^(INPUT|TEXTAREA|SELECT)$/.test(el.tagName) && el.type !== "checkbox"));

	function step(by) {
		const list = rows();
		if (list.length === 0) {
			const link = byId(by > 0 ? "next" : "prev");
			if (link) link.click();
			return;
		}
		const at = list.indexOf(document.activeElement);
		const to = at < 0 ? (by > 0 ? 0 : list.length - 1) : Math.min(Math.max(at + by, 0), list.length - 1);
		list[to].focus();
		(list[to].closest("[data-key]") ?? list[to]).scrollIntoView({ block: "nearest" });
	}

	function focusOn(id) {
		const el = byId(id);
		if (!el) return false;
		el.focus();
		el.scrollIntoView({ block: "center" });
		return true;
	}

	function filter() {
		if (byId("sql")) return focusOn("sql");
		const box = byId("filter");
		if (!box) {
			sessionStorage.setItem("search", "1");
			return press("list");
		}
		box.open = true;
		byId("filter-text")?.select();
		return focusOn("filter-text");
	}

	// Cases of the list are decided where they stand: those that are ticked, else the
	// one in focus.

	const ticks = () => [...document.querySelectorAll(".tick input")];
	const rowOf = (el) => el?.closest?.("[data-key]");

	function count() {
		const n = ticks().filter((t) => t.checked).reduce((sum, t) => sum + Number(t.dataset.n), 0);
		if (byId("bulk-count")) byId("bulk-count").textContent = String(n);
		if (byId("tick-all")) byId("tick-all").checked = n > 0 && ticks().every((t) => t.checked);
	}

	function tick() {
		const box = rowOf(document.activeElement)?.querySelector(".tick input");
		if (!box) return false;
		box.checked = !box.checked;
		count();
		return true;
	}

	function tickAll(to) {
		for (const box of ticks()) box.checked = to;
		count();
	}

	function verdict(id, name) {
		const form = byId("bulk");
		if (!form) return focusOn(id);
		const row = rowOf(document.activeElement);
		if (!ticks().some((t) => t.checked)) {
			const box = row?.querySelector(".tick input");
			if (!box) return false;
			box.checked = true;
			form.dataset.row = row.dataset.key;
			count();
		}
		form.dataset.verb = name;
		for (const button of form.querySelectorAll("[data-verb]")) button.classList.toggle("primary", button.dataset.verb === name);
		byId("bulk-ground").required = name === "overturned"; // the server asks for a ground as well
		row?.scrollIntoView({ block: "center" }); // out from under the bar
		byId("bulk-ground").focus({ preventScroll: true });
		return true;
	}

	// Escape gives the list back as it was, also a tick that a key has made.
	function leaveBulk(form) {
		if (form.dataset.row) {
			const row = document.querySelector(`[data-key="${CSS.escape(form.dataset.row)}"]`);
			if (row) {
				row.querySelector(".tick input").checked = false;
				row.querySelector("[data-row]").focus();
			}
			delete form.dataset.row;
		}
		delete form.dataset.verb;
		byId("bulk-ground").value = "";
		count();
	}

	document.addEventListener("change", (e) => {
		if (e.target.id === "tick-all") tickAll(e.target.checked);
		else if (e.target.closest(".tick")) count();
	});

	function remark() {
		const row = rowOf(document.activeElement);
		if (!row) return focusOn("note");
		location.assign(row.querySelector("[data-row]").href + "#note");
		return true;
	}

	// After a verdict the list goes on where it stood.
	const place = "place " + location.pathname;
	if (byId("bulk")) {
		for (const el of document.querySelectorAll(".only-script")) el.hidden = false;
		const at = sessionStorage.getItem(place);
		sessionStorage.removeItem(place);
		const list = rows();
		if (at !== null && list.length > 0) list[Math.min(Number(at), list.length - 1)].focus();
		byId("bulk").addEventListener("submit", () => {
			const ticked = ticks().findIndex((t) => t.checked);
			sessionStorage.setItem(place, String(Math.max(ticked, 0)));
		});
		byId("bulk-ground").addEventListener("keydown", (e) => {
			const form = e.target.form;
			if (e.key === "Escape") {
				e.preventDefault();
				leaveBulk(form);
			}
			if (e.key !== "Enter" || !form.dataset.verb || e.isComposing) return;
			e.preventDefault();
			form.requestSubmit(form.querySelector(`[data-verb="${form.dataset.verb}"]`));
		});
		count();
	}
	if (sessionStorage.getItem("search") && byId("filter")) {
		sessionStorage.removeItem("search");
		filter();
	}
	if (location.hash === "#note") focusOn("note");

	function press(id) {
		const el = byId(id);
		if (el) el.click();
		return Boolean(el);
	}

	function help() {
		const dialog = byId("help");
		if (!dialog) return false;
		if (dialog.open) dialog.close();
		else dialog.showModal();
		return true;
	}

	// A view has its key where the list is; elsewhere 0 leads to the list.
	const view = (n) => press("view-" + n);
	const saveView = () => {
		if (byId("view-save")) byId("view-save").open = true;
		return focusOn("view-name");
	};
	const plain = () => location.assign("/?tab=open");

	const keys = {
		j: () => step(1), k: () => step(-1), o: () => rows().includes(document.activeElement) && document.activeElement.click(),
		c: () => press("claim"), u: () => verdict("uphold", "upheld"), x: () => verdict("overturn", "overturned"), n: remark,
		e: () => verdict("escalate", "escalated"), z: () => press("undo"), d: () => press("did"), s: tick, a: () => tickAll(!byId("tick-all")?.checked),
		q: () => press("list"), y: () => press("nav-query"), 0: plain, v: saveView, "/": filter, "?": help,
	};

	document.addEventListener("keydown", (e) => {
		const el = e.target;
		if (e.isComposing) return;
		if (typing(el)) {
			if (e.key === "Escape") el.blur();
			if (e.key === "Enter" && (e.ctrlKey || e.metaKey) && el.tagName === "TEXTAREA") el.form.requestSubmit();
			return;
		}
		if (e.ctrlKey || e.metaKey || e.altKey || (byId("help")?.open && e.key !== "?")) return;
		const act = Object.hasOwn(keys, e.key) ? keys[e.key] : /^[1-9]$/.test(e.key) ? () => view(e.key) : null;
		if (!act) return;
		e.preventDefault();
		act();
	});

	const helpButton = byId("help-button");
	if (helpButton) {
		helpButton.hidden = false;
		helpButton.addEventListener("click", help);
	}

	// A form that was sent is not sent again by a second press.
	document.addEventListener("submit", (e) => {
		if (e.target.method !== "post") return;
		if (e.target.dataset.sent) e.preventDefault();
		e.target.dataset.sent = "1";
	});
	addEventListener("pageshow", () => {
		for (const form of document.forms) delete form.dataset.sent;
	});

	// Live. The page is fetched again and what differs is patched into place, so
	// that focus, selection, scroll position and typed text stay.

	const source = document.body.dataset.live;
	if (!source) return;

	const keyOf = (node) => (node.nodeType === 1 ? node.dataset.key || node.id : "");
	const alike = (a, b) => a.nodeType === b.nodeType && a.nodeName === b.nodeName && keyOf(a) === keyOf(b);

	function patchAttributes(old, now) {
		for (const { name } of [...old.attributes]) {
			if (!now.hasAttribute(name) && name !== "open" && name !== "data-sent" && name !== "data-verb" && name !== "data-row" && name !== "required") old.removeAttribute(name);
		}
		for (const { name, value } of now.attributes) {
			if (name !== "open" && !(name === "hidden" && old.classList.contains("only-script")) && old.getAttribute(name) !== value) old.setAttribute(name, value);
		}
	}

	function patch(old, now) {
		if (old.isEqualNode(now)) return;
		if (old.nodeType !== 1) {
			if (old.nodeValue !== now.nodeValue) old.nodeValue = now.nodeValue;
			return;
		}
		patchAttributes(old, now);
		const keyed = new Map();
		for (const child of old.children) if (keyOf(child)) keyed.set(keyOf(child), child);
		let at = old.firstChild;
		for (const wanted of [...now.childNodes]) {
			const known = keyOf(wanted) && keyed.get(keyOf(wanted));
			if (known && known !== at) {
				old.insertBefore(known, at);
				patch(known, wanted);
			} else if (at && alike(at, wanted)) {
				patch(at, wanted);
				at = at.nextSibling;
			} else {
				old.insertBefore(document.importNode(wanted, true), at);
			}
		}
		while (at) {
			const next = at.nextSibling;
			at.remove();
			at = next;
		}
	}

	let busy = false;
	let again = false;

	async function refresh() {
		if (busy) {
			again = true;
			return;
		}
		busy = true;
		try {
			// The address bar may hold that of a form: the page knows its own.
			const answer = await fetch(document.body.dataset.here, { headers: { "X-Patrol-Live": "1" }, credentials: "same-origin", cache: "no-store" });
			if (answer.status === 401) {
				location.assign("/login?next=" + encodeURIComponent(document.body.dataset.here));
				return;
			}
			if (!answer.ok) return;
			const page = new DOMParser().parseFromString(await answer.text(), "text/html");
			const fresh = page.getElementById("main");
			if (!fresh) return;
			const held = document.activeElement;
			const alert = document.querySelector("main > [role=alert]");
			if (alert) fresh.querySelector(".crumbs")?.after(document.importNode(alert, true));
			patch(byId("main"), fresh);
			count();
			if (held !== document.activeElement && held.isConnected) held.focus({ preventScroll: true });
			document.body.dataset.updated = String(Number(document.body.dataset.updated || 0) + 1);
		} catch {
			// The stream says when the server is back.
		} finally {
			busy = false;
			if (again) {
				again = false;
				setTimeout(refresh, 1000);
			}
		}
	}

	let stream = null;
	let retry = 0;

	function connect() {
		clearTimeout(retry);
		if (document.hidden || stream) return;
		let lost = false;
		stream = new EventSource(source);
		stream.addEventListener("open", () => {
			byId("lost").hidden = true;
			if (lost) refresh();
			lost = false;
			document.body.dataset.connected = "1";
		});
		stream.addEventListener("changed", refresh);
		stream.addEventListener("error", () => {
			lost = true;
			byId("lost").hidden = false;
			delete document.body.dataset.connected;
			if (stream.readyState !== EventSource.CLOSED) return;
			disconnect();
			retry = setTimeout(() => {
				refresh();
				connect();
			}, 5000);
		});
	}

	function disconnect() {
		if (stream) stream.close();
		stream = null;
	}

	// A hidden tab holds no connection: browsers have few for each server.
	document.addEventListener("visibilitychange", () => {
		if (document.hidden) {
			disconnect();
			return;
		}
		refresh();
		connect();
	});
	addEventListener("pagehide", disconnect);
	addEventListener("pageshow", connect);
	setInterval(() => {
		if (!document.hidden) refresh();
	}, 60000);
})();
