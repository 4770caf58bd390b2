"""docs/DATA.md, followed word for word by the two persons that it needs."""
import document
import harness

TOKENS = {"ann": "token-of-ann-0123456789", "bea": "token-of-bea-0123456789"}


class DataTest(document.DocumentTest):
    document = "docs/DATA.md"
    codes = (0, 3)  # held is no surprise there
    never = "Traceback"
    environment = {"PROBITY_TOKEN_FILE": "ann.token"}

    def start(self, port=0, options=None):
        lines = "".join(f"{token} {name} authorities/a\n" for name, token in TOKENS.items())
        super().start(port, ("--token_file", str(self.file("tokens", lines))))

    def setUp(self):
        super().setUp()
        for name, token in TOKENS.items():
            (self.folder / f"{name}.token").write_text(token + "\n", encoding="utf-8")

    def test_word_for_word(self):
        self.follow(exactly=True)


if __name__ == "__main__":
    harness.main()
