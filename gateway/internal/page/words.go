package page

import "golang.org/x/text/language"

// words are what the page says besides the document, which the server writes.
type words struct {
	Name, Contents, Receipt, Record, Language, Skip string
}

// Languages of PrintDecision; the first is taken where none fits.
var (
	languages = []string{"en", "fr", "de", "it", "ru", "es"}
	matcher   = language.NewMatcher([]language.Tag{language.English, language.French, language.German,
		language.Italian, language.Russian, language.Spanish})
	wordsOf = map[string]words{
		"en": {"English", "Contents", "Receipt, to verify without the server (JSON)", "The decision as recorded (JSON)", "Language", "Skip to the outcome"},
		"fr": {"Français", "Sommaire", "Reçu, vérifiable sans le serveur (JSON)", "La décision telle qu'enregistrée (JSON)", "Langue", "Aller au résultat"},
		"de": {"Deutsch", "Inhalt", "Beleg, ohne den Server prüfbar (JSON)", "Die Entscheidung, wie sie aufgezeichnet ist (JSON)", "Sprache", "Zum Ergebnis"},
		"it": {"Italiano", "Indice", "Ricevuta, verificabile senza il server (JSON)", "La decisione come registrata (JSON)", "Lingua", "Vai all'esito"},
		"ru": {"Русский", "Содержание", "Квитанция, проверяемая без сервера (JSON)", "Решение, как оно записано (JSON)", "Язык", "К результату"},
		"es": {"Español", "Índice", "Recibo, verificable sin el servidor (JSON)", "La decisión tal como se registró (JSON)", "Idioma", "Ir al resultado"},
	}
)

// chooseLanguage takes what was asked for, else the best of a browser's Accept-Language. What
// was asked for may be unknown: the server says so.
func chooseLanguage(asked, acceptLanguage string) string {
	if asked != "" {
		return asked
	}
	tags, _, err := language.ParseAcceptLanguage(acceptLanguage)
	if err != nil {
		return languages[0]
	}
	_, index, _ := matcher.Match(tags...)
	return languages[index]
}
