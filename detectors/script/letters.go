package script

import (
	"strings"
	"unicode"
)

// kindOf is what one character is a sign of; Kinds for none. Marks are only a
// sign in the wrong place.
func kindOf(r rune) Kind {
	switch {
	case r < 0xAD:
		return Kinds
	case r == 0xAD || r == 0x034F || r == 0x061C || r == 0x180E || r >= 0x200B && r <= 0x200F || r >= 0x202A && r <= 0x202E ||
		r >= 0x2060 && r <= 0x206F || r == 0xFEFF || r == 0x3164 || r == 0xFFA0 || r == 0x115F || r == 0x1160 ||
		r >= 0xE0000 && r <= 0xE007F || r >= 0xE0100 && r <= 0xE01EF || r >= 0xFE00 && r <= 0xFE0F:
		return Hidden
	case r >= 0x0300 && r <= 0x036F || r >= 0x0483 && r <= 0x0489 || r >= 0x1AB0 && r <= 0x1AFF || r >= 0x1DC0 && r <= 0x1DFF ||
		r >= 0x20D0 && r <= 0x20FF || r >= 0xFE20 && r <= 0xFE2F:
		return Marks
	case r >= 0x1D400 && r <= 0x1D7FF || r >= 0x1D00 && r <= 0x1D25 || r >= 0x2100 && r <= 0x214F && unicode.IsLetter(r) && !unit(r) ||
		smallCapital(r):
		return Styled
	case r >= 0x2460 && r <= 0x24FF || r >= 0x2776 && r <= 0x2793 || r >= 0x3200 && r <= 0x33FF && boxed(r) || r >= 0x1F100 && r <= 0x1F1AD && r != 0x1F18E:
		return Circled
	case r >= 0xFF21 && r <= 0xFF3A || r >= 0xFF41 && r <= 0xFF5A:
		return Wide
	}
	if stray(r) {
		return Stray
	}
	return Kinds
}

// unit reports whether r is a letter-like sign with a meaning of its own: Ω, K,
// Å, ℃, ℉, №, ℡, ™.
func unit(r rune) bool {
	switch r {
	case 0x2103, 0x2109, 0x2116, 0x2121, 0x2122, 0x2126, 0x212A, 0x212B:
		return true
	}
	return false
}

// smallCapital reports whether r is one of the phonetic letters that pass for
// small capitals.
func smallCapital(r rune) bool {
	switch r {
	case 0x0262, 0x026A, 0x0274, 0x0280, 0x028F, 0x0299, 0x029C, 0x029F, 0xA730, 0xA731:
		return true
	}
	return false
}

// boxed reports whether r is a character in a circle or in brackets, and no
// unit of measure.
func boxed(r rune) bool {
	return r <= 0x3247 || r >= 0x3280 && r <= 0x32B0
}

// stray reports whether r is of a script that nobody chats in: Cherokee,
// Canadian syllabics, ogham, runes and those of the Philippines; Glagolitic and
// Coptic; Yi, Lisu and Vai; Phags-pa; the dead scripts of plane 1.
func stray(r rune) bool {
	switch {
	case r < 0x13A0:
		return false
	case r < 0x2000:
		return r <= 0x177F
	case r < 0xA000:
		return r >= 0x2C00 && r <= 0x2C5F || r >= 0x2C80 && r <= 0x2CFF
	case r < 0x10000:
		return r <= 0xA63F || r >= 0xA840 && r <= 0xA87F || r >= 0xAB70 && r <= 0xABBF
	}
	return r <= 0x1345F
}

// lookalikes are the Cyrillic and Greek letters that pass for Latin ones.
const lookalikes = "АВЕЅІЈКМНОРСТУХЗаеѕіјкморсух" + "ѵԁԛԝһ" + "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ" + "ανορυχικ"

func resemblesLatin(r rune) bool { return strings.ContainsRune(lookalikes, r) }
