package page

import (
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// What PrintDecision writes: lines of at most 100 columns, wrapped at words. Two columns of
// indent are one level; the further lines of a wrapped one stand one level deeper.
const (
	columns      = 100
	columnsLevel = 2
)

// Document is a printed decision, as its parts.
type Document struct {
	Title    string
	Head     []Line // advice, supplier, authority, purpose
	Sections []Section
}

// Section is a numbered part; blocks are what blank lines part.
type Section struct {
	Number string
	Title  string
	Blocks [][]Line
}

// Line is one line before it was wrapped: "Label: Text", or Text alone.
type Line struct {
	Level       int
	Label, Text string
}

var heading = regexp.MustCompile(`^(\d{1,2}) (\S.*)$`)

// ParseDocument reads the text of PrintDecision. Nothing of it is left out: what it does not
// know stands as a line of its own.
func ParseDocument(text string) *Document {
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	d := &Document{Title: lines[0]}
	lines = lines[1:]
	if len(lines) > 0 && strings.Trim(lines[0], "=") == "" {
		lines = lines[1:]
	}
	var block []Line
	flush := func() {
		if len(block) == 0 {
			return
		}
		if n := len(d.Sections); n > 0 {
			d.Sections[n-1].Blocks = append(d.Sections[n-1].Blocks, block)
		} else {
			d.Head = append(d.Head, block...)
		}
		block = nil
	}
	for _, paragraph := range unwrap(lines) {
		found := heading.FindStringSubmatch(paragraph)
		switch {
		case paragraph == "":
			flush()
		case found != nil:
			flush()
			d.Sections = append(d.Sections, Section{Number: found[1], Title: found[2]})
		default:
			block = append(block, parseLine(paragraph))
		}
	}
	flush()
	return d
}

// Joins lines that were one. A line was wrapped where its next word did not fit any more; a
// field below a line that happens to be as long is told by its label, which stands elsewhere too.
func unwrap(lines []string) []string {
	labels := labelsOf(lines)
	var joined []string
	first := 0 // indent of the line that was begun
	for i, line := range lines {
		further := i > 0 && indentOf(line) == first+columnsLevel && fills(lines[i-1], line)
		if further && !labels[labelOf(line)] {
			joined[len(joined)-1] += " " + strings.TrimSpace(line)
			continue
		}
		joined = append(joined, line)
		first = indentOf(line)
	}
	return joined
}

func indentOf(line string) int { return len(line) - len(strings.TrimLeft(line, " ")) }

// Whether the first word of `line` had no room in the one before.
func fills(before, line string) bool {
	word, _, _ := strings.Cut(strings.TrimSpace(line), " ")
	return before != "" && word != "" && displayWidth(before)+1+displayWidth(word) > columns
}

// With its indent; "" for a line without a label.
func labelOf(line string) string {
	label, _, found := strings.Cut(line, ": ")
	if !found || len(label) > maxLabel {
		return ""
	}
	return label
}

// Labels of lines that begin one for certain.
func labelsOf(lines []string) map[string]bool {
	labels := map[string]bool{}
	for i, line := range lines {
		if label := labelOf(line); label != "" && (i == 0 || !fills(lines[i-1], line)) {
			labels[label] = true
		}
	}
	return labels
}

func displayWidth(text string) int {
	total := 0
	for _, r := range text {
		kind := width.LookupRune(r).Kind()
		switch {
		case unicode.Is(unicode.Mn, r):
		case kind == width.EastAsianWide || kind == width.EastAsianFullwidth:
			total += 2
		default:
			total++
		}
	}
	return total
}

// Longest label, in bytes: "Effect on the purchase" in six languages.
const maxLabel = 48

func parseLine(paragraph string) Line {
	text := strings.TrimLeft(paragraph, " ")
	line := Line{Level: (len(paragraph) - len(text)) / columnsLevel, Text: text}
	label, value, found := strings.Cut(text, ": ")
	if found && len(label) <= maxLabel {
		line.Label, line.Text = label, value
	}
	return line
}

// What a reader acts on comes first: outcome, next steps, hearing, grounds, periods, what was not
// checked. Numbers stay those of the document.
var urgent = []string{"1", "12", "11", "2", "7", "10"}

// InOrderOfUse returns all sections, those that a reader acts on first.
func (d *Document) InOrderOfUse() []Section {
	var ordered []Section
	taken := map[string]bool{}
	for _, number := range urgent {
		for _, one := range d.Sections {
			if one.Number == number && !taken[number] {
				ordered, taken[number] = append(ordered, one), true
			}
		}
	}
	for _, one := range d.Sections {
		if !taken[one.Number] {
			ordered = append(ordered, one)
		}
	}
	return ordered
}
