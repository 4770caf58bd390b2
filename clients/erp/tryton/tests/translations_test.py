"""Every text of the module is there in every language."""
import pathlib
import re
import unittest

import polib
from trytond.pool import Pool
from trytond.transaction import Transaction

from world import DB_NAME, TrytonTest

LOCALE = pathlib.Path(__file__).resolve().parents[1] / 'locale'
LANGUAGES = ('de', 'fr', 'ru')
PLACES = re.compile(r'%\((\w+)\)s')


class TranslationTest(TrytonTest):
    def test_nothing_is_left_in_english(self):
        for language in LANGUAGES:
            with Transaction().start(DB_NAME, 1):
                exported = Pool().get('ir.translation').translation_export('en', 'probity')
            wanted = {(entry.msgctxt, entry.msgid) for entry in polib.pofile(exported.decode())}
            told = {(entry.msgctxt, entry.msgid): entry.msgstr
                    for entry in polib.pofile(str(LOCALE / f'{language}.po'))}
            self.assertGreater(len(wanted), 100)
            self.assertEqual(sorted(wanted - set(told)), [], language)
            self.assertEqual(sorted(set(told) - wanted), [], language)
            for (context, text), translated in told.items():
                with self.subTest(language, context=context):
                    self.assertTrue(translated)
                    self.assertEqual(sorted(PLACES.findall(text)),
                                     sorted(PLACES.findall(translated)))


if __name__ == '__main__':
    unittest.main()
