"""Message catalogues without GNU gettext: Babel reads and compiles them.

Templates are first turned into Python-like text by Django's own `templatize`, so that
{% translate %} and {% blocktranslate %} are read exactly as Django will look them up.
"""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import to_locale
from django.utils.translation.template import templatize

ROOTS = ["huadu_portal", "projects", "approvals", "agents", "templates"]
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
# What other packages ask for in our catalogues: Unfold ships no translations. A message with
# a plural has both in its line, parted by a tab.
FOREIGN = "foreign.txt"


class Command(BaseCommand):
    help = "Brings the message catalogues up to date (default), compiles or checks them."

    def add_arguments(self, parser):
        parser.add_argument("--compile", action="store_true", help="only write .mo files")
        parser.add_argument(
            "--check", action="store_true", help="fail when a message has no translation"
        )

    def handle(self, *args, **options):
        languages = [to_locale(code) for code, _ in settings.LANGUAGES]
        if options["check"]:
            return self.check_all(languages)
        for language in languages:
            if not options["compile"]:
                _update(language)
            _compile(language)
        self.stdout.write(f"Catalogues ready: {', '.join(languages)}.")

    def check_all(self, languages):
        wanted = _template()
        catalogues = {language: _read(language) for language in languages}
        missing = [
            f"{language}: {message.id!r}"
            for language, catalogue in catalogues.items()
            for message in wanted
            if message.id and not _is_translated(catalogue, message)
        ]
        if missing:
            listed = "\n".join(missing)
            raise CommandError(f"{len(missing)} messages lack a translation:\n{listed}")
        self.stdout.write(f"{len(wanted)} messages, all translated.")


def _path(language: str, suffix: str) -> Path:
    return settings.LOCALE_PATHS[0] / language / "LC_MESSAGES" / f"django.{suffix}"


def _read(language: str) -> Catalog:
    path = _path(language, "po")
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def _is_translated(catalog: Catalog, message: Message) -> bool:
    found = catalog.get(message.id, message.context)
    texts = (
        found.string if found and isinstance(found.string, tuple) else [found and found.string]
    )
    return found is not None and all(texts) and not found.fuzzy


def _update(language: str) -> None:
    catalog = _read(language)
    template = _template()
    # The time of a run that has found nothing new is no news.
    template.creation_date = catalog.creation_date
    catalog.update(template, no_fuzzy_matching=True)
    catalog.obsolete.clear()
    if language == "en":
        _speak_for_themselves(catalog)
    path = _path(language, "po")
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        # Without line numbers: an added line would change the place of all that follow.
        write_po(file, catalog, width=96, sort_output=True, include_lineno=False)


def _speak_for_themselves(catalog: Catalog) -> None:
    """The messages are written in English: where nobody wrote otherwise, as they are."""
    for message in catalog:
        text = message.string
        texts = text if isinstance(text, list | tuple) else [text]
        if message.id and not all(texts):
            message.string = message.id


def _compile(language: str) -> None:
    with _path(language, "mo").open("wb") as file:
        write_mo(file, _read(language))


def _template() -> Catalog:
    """Every message of the code, in order of appearance."""
    catalog = Catalog(project="huadu-portal", charset="utf-8")
    for path, lineno, message, context in _messages():
        catalog.add(message, locations=[(path, lineno)], context=context)
    foreign = settings.LOCALE_PATHS[0] / FOREIGN
    for line in foreign.read_text(encoding="utf-8").splitlines() if foreign.exists() else []:
        catalog.add(tuple(line.split("\t")) if "\t" in line else line)
    return catalog


def _messages() -> Iterator[tuple[str, int, str | tuple, str | None]]:
    for root in ROOTS:
        for file in sorted((settings.BASE_DIR / root).rglob("*")):
            source = _source(file)
            if source is None:
                continue
            name = str(file.relative_to(settings.BASE_DIR))
            for lineno, message, _, context in extract("python", source, KEYWORDS):
                yield name, lineno, message, context


def _source(file: Path) -> BytesIO | None:
    if file.suffix == ".py" and "migrations" not in file.parts:
        return BytesIO(file.read_bytes())
    if file.suffix in {".html", ".txt"}:
        # In parentheses, so that a template's indentation means nothing to the tokenizer.
        return BytesIO(f"({templatize(file.read_text(encoding='utf-8'))})".encode())
    return None
