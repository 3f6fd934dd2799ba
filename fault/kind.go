package fault

// kinds are the words of the text form, and what each breaks.
var kinds = [...]struct {
	word string
	link bool // of a link, not of a node
}{
	Crash: {"crash", false}, Pause: {"pause", false}, Clock: {"clock", false}, Refuse: {"refuse", true}, Reset: {"reset", true},
	HalfOpen: {"half-open", true}, Delay: {"delay", true}, Freeze: {"freeze", true}, Stall: {"stall", true}, Loss: {"loss", true},
	Bandwidth: {"bandwidth", true}, Zombie: {"zombie", true}, Slow: {"slow", false}, Drift: {"drift", false},
	SlowAccept: {"slow-accept", true}, NoName: {"no-name", true}, Repeat: {"repeat", true}, Starve: {"starve", false}, DiskFull: {"disk-full", false},
	Promote: {"promote", false},
	Rolling: {"rolling", false}, Swizzle: {"swizzle", true}, Split: {"split-region", false}, Herd: {"herd", false},
	Strobe: {"strobe", false}, Chaos: {"chaos", false}, Heal: {"heal", false},
}

// String is the word of the text form.
func (k Kind) String() string {
	if int(k) < len(kinds) && kinds[k].word != "" {
		return kinds[k].word
	}
	return "?"
}

// kindOf is the kind that a word means.
func kindOf(word string) (Kind, bool) {
	for k := range kinds {
		if kinds[k].word == word && word != "" && Kind(k) != Heal {
			return Kind(k), true
		}
	}
	return 0, false
}

// OnLink tells whether the kind is one of a link, not of a node.
func (k Kind) OnLink() bool { return int(k) < len(kinds) && kinds[k].link }

// Macro tells whether the kind stands for several lines (Expand).
func (k Kind) Macro() bool { return k >= Rolling }
