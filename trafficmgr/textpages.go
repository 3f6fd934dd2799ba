package trafficmgr

import "strings"

// A text page is as large as all before it, between these bounds in bytes, so that little is held in
// vain; a text that is longer has a page to itself. Where a text is takes 32 bits, the page's number and the
// place within it, which is enough for 4 GB; then there is room for no other text.
const (
	firstTextPage = 1 << 9
	textPageBits  = 20
	textPage      = 1 << textPageBits
	mostTextPages = 1 << (32 - textPageBits)
)

// textPages keeps the texts of keys, one behind the other, each without an allocation of its own.
// A page never moves, so that a text that was handed out stays what it is.
type textPages struct {
	pages []string         // as far as they are written
	last  *strings.Builder // the page that is being written, with room that was made at once
	live  int              // bytes of texts that are in use
	held  int              // …and of all
}

// at returns what was written from that place to the end of its page.
func (t *textPages) at(place uint32) string {
	return t.pages[place>>textPageBits][place&(textPage-1):]
}

// add writes a text in two parts and returns it, and where it is. There is room for it unless the pages are full.
func (t *textPages) add(text, suffix string) (whole string, place uint32) {
	n := len(text) + len(suffix)
	if t.last == nil || t.last.Len() >= textPage || t.last.Cap()-t.last.Len() < n {
		t.last = new(strings.Builder)
		t.last.Grow(max(min(max(t.held, firstTextPage), textPage), n))
		t.pages = append(t.pages, "")
	}
	page, begin := len(t.pages)-1, t.last.Len()
	t.last.WriteString(text)
	t.last.WriteString(suffix)
	t.pages[page] = t.last.String()
	t.live += n
	t.held += n
	return t.pages[page][begin:], uint32(page)<<textPageBits | uint32(begin)
}

// full tells whether the next text might need a page that no place can name.
func (t *textPages) full() bool { return len(t.pages) == mostTextPages }

// drop says that a text is in use no more.
func (t *textPages) drop(text string) { t.live -= len(text) }

// mostlyDead tells whether writing the texts that are in use anew would free more than it writes.
func (t *textPages) mostlyDead() bool { return t.held > 2*t.live+firstTextPage }
