"""统一社会信用代码 (GB 32100-2015): eighteen characters, the last a check character."""

# No I, O, S, V, Z: they are too easily mistaken.
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = [3**n % 31 for n in range(17)]


def normalised(text: str) -> str:
    return "".join(text.split()).upper()


def is_well_formed(code: str) -> bool:
    return len(code) == 18 and all(letter in ALPHABET for letter in code)


def check_character(code: str) -> str:
    """What the eighteenth character has to be, given the first seventeen."""
    total = sum(
        ALPHABET.index(letter) * weight
        for letter, weight in zip(code[:17], WEIGHTS, strict=True)
    )
    # The outer modulus: without it a remainder of 0 would ask for a 31st value.
    return ALPHABET[(31 - total % 31) % 31]


def is_valid(code: str) -> bool:
    """A few codes that were given out fail this, hence staff may override it."""
    return is_well_formed(code) and check_character(code) == code[17]
