package page

import (
	"os"
	"strings"
	"testing"
)

// testdata/block_de.txt is what a server printed of an invented decision.
func printed(t *testing.T) *Document {
	t.Helper()
	text, err := os.ReadFile("testdata/block_de.txt")
	if err != nil {
		t.Fatal(err)
	}
	return ParseDocument(string(text))
}

func textOf(d *Document) string {
	all := []string{d.Title}
	lines := d.Head
	for _, section := range d.Sections {
		all = append(all, section.Number, section.Title)
		for _, block := range section.Blocks {
			lines = append(lines, block...)
		}
	}
	for _, line := range lines {
		all = append(all, line.Label, line.Text)
	}
	return strings.Join(all, " ")
}

func TestNothingOfADocumentIsLeftOut(t *testing.T) {
	d := printed(t)
	if len(d.Sections) != 15 || !strings.HasPrefix(d.Title, "Entscheidung decisions/") {
		t.Fatalf("%q has %d sections", d.Title, len(d.Sections))
	}
	count := map[string]int{}
	for _, word := range strings.Fields(strings.ReplaceAll(textOf(d), ":", "")) {
		count[word]++
	}
	text, _ := os.ReadFile("testdata/block_de.txt")
	for _, word := range strings.Fields(strings.ReplaceAll(string(text), ":", "")) {
		if count[word]--; count[word] < 0 && strings.Trim(word, "=") != "" {
			t.Errorf("%q is missing", word)
		}
	}
}

func TestWrappedLinesAreJoinedAndFieldsAreNot(t *testing.T) {
	d := printed(t)
	var steps, grounds []Line
	for _, section := range d.Sections {
		for _, block := range section.Blocks {
			switch section.Number {
			case "12":
				steps = append(steps, block...)
			case "2":
				grounds = append(grounds, block...)
			}
		}
	}
	if want := "Nicht fortfahren, es sei denn, die zuständige Person entscheidet anders (Vergabestelle), vor dem Fortfahren"; steps[0].Text != want {
		t.Errorf("the first step is %q", steps[0].Text)
	}
	// "Den Lieferanten anhören ..." is as long as a line that was wrapped.
	if steps[2].Level != 1 || steps[3].Label != "Betrifft" || steps[3].Level != 2 {
		t.Errorf("the second step is %+v, then %+v", steps[2], steps[3])
	}
	if grounds[0].Label != "DEMO-DEBAR" || !strings.HasSuffix(grounds[0].Text, "(erfunden).") {
		t.Errorf("the first ground is %+v", grounds[0])
	}
}

func TestWhatAReaderActsOnComesFirst(t *testing.T) {
	var order []string
	for _, section := range printed(t).InOrderOfUse() {
		order = append(order, section.Number)
	}
	if got := strings.Join(order, " "); got != "1 12 11 2 7 10 3 4 5 6 8 9 13 14 15" {
		t.Errorf("the order is %s", got)
	}
}

func TestATextOfAnotherFormIsShownAsItIs(t *testing.T) {
	d := ParseDocument("A title\nA line\n")
	if d.Title != "A title" || len(d.Head) != 1 || d.Head[0].Text != "A line" {
		t.Errorf("got %+v", d)
	}
}

func TestLanguages(t *testing.T) {
	for _, one := range []struct{ asked, accepted, want string }{
		{"", "", "en"}, {"", "fr-CH, de;q=0.5", "fr"}, {"", "ja", "en"}, {"", ";;;", "en"},
		{"ru", "de", "ru"}, {"xx", "de", "xx"},
	} {
		if got := chooseLanguage(one.asked, one.accepted); got != one.want {
			t.Errorf("asked %q, accepted %q: %q, want %q", one.asked, one.accepted, got, one.want)
		}
	}
}
