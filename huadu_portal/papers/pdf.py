"""Papers are set by typst, in milliseconds and without a browser."""

import json
from functools import cache
from pathlib import Path

import typst
from django.conf import settings

TEMPLATES = Path(__file__).parent / "typst"
# typst falls back silently: without these files a paper would come out in another font.
FACES = ["400Regular/NotoSansSC_400Regular.ttf", "700Bold/NotoSansSC_700Bold.ttf"]


def render(template_name: str, data: dict) -> bytes:
    """The PDF of a template of ours, set with the data.

    The data reaches typst as JSON, beside the source and never in it, so that no text can
    be read as markup. Equal data gives equal bytes.
    """
    # A lone surrogate would not be JSON; it becomes a question mark.
    text = json.dumps(data, ensure_ascii=False).encode(errors="replace").decode()
    return typst.compile(
        str(TEMPLATES / f"{template_name}.typ"),
        root=str(TEMPLATES),
        font_paths=_fonts(),
        format="pdf",
        sys_inputs={"data": text},
    )


@cache
def _fonts() -> typst.Fonts:
    folder = settings.BASE_DIR / "node_modules/@expo-google-fonts/noto-sans-sc"
    for face in FACES:
        if not (folder / face).is_file():
            raise FileNotFoundError(f"{folder / face}: install the npm packages.")
    return typst.Fonts(
        font_paths=[str((folder / face).parent) for face in FACES],
        include_system_fonts=False,
    )
