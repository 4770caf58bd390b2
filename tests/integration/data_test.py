"""docs/DATA.md, followed word for word by the two persons that it needs."""
import document
import harness


class DataTest(harness.TwoOfficials, document.DocumentTest):
    document = "docs/DATA.md"
    tokens = {"ann": "token-of-ann-0123456789", "bea": "token-of-bea-0123456789"}
    codes = (0, 3)  # held is no surprise there
    never = "Traceback"
    environment = {"PROBITY_TOKEN_FILE": "ann.token"}

    def setUp(self):
        super().setUp()
        for name, token in self.tokens.items():
            (self.folder / f"{name}.token").write_text(token + "\n", encoding="utf-8")

    def test_word_for_word(self):
        self.follow(exactly=True)


if __name__ == "__main__":
    harness.main()
