"""An industrial platform has its name in the language of the reader."""

import pytest
from django.utils.translation import override

from projects.models import Platform


@pytest.mark.parametrize(("language", "shown"), [("en", "Auto City"), ("zh-hans", "汽车城")])
def test_is_named_in_the_language_of_the_reader(language, shown):
    with override(language):
        assert str(Platform(name="汽车城", name_en="Auto City")) == shown
