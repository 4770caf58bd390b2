"""Every text of the plugin is there in every language."""
import pathlib
import re
import string
import unittest

import lino_site  # noqa: F401 - makes the site, which the plugin is part of.
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from lino_probity.lib import probity

FOLDER = pathlib.Path(probity.__file__).parent
PLACE = re.compile(r"\{\w*\}")
# Texts that are the same in every language: names.
NAMES = {"Probity"}


class TranslationsTest(unittest.TestCase):
    def test_nothing_is_left_in_english(self):
        texts = {text for _, _, text, _, _ in extract_from_dir(str(FOLDER))} - NAMES
        self.assertGreater(len(texts), 30)
        for language in ("de", "fr"):
            with open(FOLDER / f"locale/{language}/LC_MESSAGES/django.po", "rb") as file:
                told = {message.id: message.string for message in read_po(file) if message.id}
            self.assertEqual(sorted(texts ^ set(told)), [], language)
            for text, translated in told.items():
                with self.subTest(language, text=text):
                    self.assertEqual(sorted(PLACE.findall(text)),
                                     sorted(PLACE.findall(translated)))
                    self.assertTrue(set(translated) - set(string.whitespace))


if __name__ == "__main__":
    unittest.main()
