import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from projects import credit_code
from projects.forms import CreditCodeField
from projects.models import Enterprise

VALID = [
    "91350100M000100Y43",
    "91110000101623741K",
    "911101066976941872",
    "9144030071526726XG",
    "914403001922038216",
    "91330100799655058B",
    # A remainder of nought, where routines without the outer modulus fail.
    "91440114MADEM01930",
    "91440114MADEM0070Y",
]
MALFORMED = [
    "9135O100M000100Y43",
    "9135I100M000100Y43",
    "9135S100M000100Y43",
    "9135V100M000100Y43",
    "9135Z100M000100Y43",
    "91350100M000100Y4",
    "91350100M000100Y433",
    "91350100M000100Y4-",
]


class TestArithmetic:
    @pytest.mark.parametrize("code", VALID)
    def test_a_registered_code_is_valid(self, code):
        assert credit_code.is_valid(code)

    @pytest.mark.parametrize("code", ["91310115MA1H8R7C6D", "91350100M000100Y44"])
    def test_a_wrong_check_character_is_not_valid(self, code):
        assert credit_code.is_well_formed(code)
        assert not credit_code.is_valid(code)

    @pytest.mark.parametrize("code", MALFORMED)
    def test_other_letters_and_lengths_are_not_well_formed(self, code):
        assert not credit_code.is_well_formed(code)

    @pytest.mark.parametrize("code", VALID)
    def test_any_other_last_character_is_not_valid(self, code):
        others = set(credit_code.ALPHABET) - {code[17]}

        assert not any(credit_code.is_valid(code[:17] + last) for last in others)


class TestField:
    @pytest.mark.parametrize(
        "typed",
        ["91350100m000100y43", " 91350100 M000100Y43 ", "９１３５０１００Ｍ０００１００Ｙ４３"],
    )
    def test_small_spaced_and_full_width_letters_are_put_right(self, typed):
        assert CreditCodeField().clean(typed) == "91350100M000100Y43"

    @pytest.mark.parametrize("code", MALFORMED)
    def test_a_malformed_code_is_refused(self, code):
        with pytest.raises(ValidationError):
            CreditCodeField().clean(code)


class TestDatabase:
    @pytest.mark.django_db
    @pytest.mark.parametrize("code", ["91350100m000100y43", "9135O100M000100Y43"])
    def test_keeps_no_malformed_code(self, code):
        with pytest.raises(IntegrityError), transaction.atomic():
            Enterprise.objects.create(name="示例", credit_code=code)
