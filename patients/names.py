"""Names as people type them: without accents, in any case, in any order."""

import unicodedata

# Letters that do not come apart into a base letter and an accent.
_LETTERS = str.maketrans(
    {
        "ß": "ss",
        "ø": "o",
        "œ": "oe",
        "æ": "ae",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "ı": "i",
        "ŋ": "n",
        "’": "'",
    }
)


def searchable(text: str) -> str:
    """Case folded, accents dropped, white space folded: "Søren  Kjærgaard" -> "soren kjaergaard"."""
    folded = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    plain = "".join(letter for letter in folded if not unicodedata.combining(letter))
    return " ".join(plain.translate(_LETTERS).split())


def initials(name: str) -> str:
    """The first letter of each word: "Anne-Marie van den Berg" -> "A. V. D. B."."""
    firsts = (next(filter(str.isalpha, word), "") for word in unicodedata.normalize("NFC", name).split())
    return " ".join(f"{letter.upper()}." for letter in firsts if letter)


def name_patterns(text: str) -> list[str]:
    """One LIKE pattern for each word, the longest first: it narrows most."""
    words = sorted(searchable(text).split(), key=len, reverse=True)
    escaped = (word.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_") for word in words)
    return [f"%{word}%" for word in escaped]
