"""Papers, set by typst with what people have typed."""

from pathlib import Path

import typst

from huadu_portal.sandbox.jobs import fonts

TEMPLATES = Path(__file__).resolve().parents[2] / "papers/typst"
# Read now, and not once for every paper.
FONTS = typst.Fonts(
    font_paths=[str(face.parent) for face in fonts.paths()], include_system_fonts=False
)


def render(template_name: str, data: str) -> bytes:
    """The PDF of a template of ours. `data` is JSON.

    It stands beside the source and never in it, so that no text can be read as markup.
    Equal data gives equal bytes.
    """
    return typst.compile(
        str(TEMPLATES / f"{template_name}.typ"),
        root=str(TEMPLATES),
        font_paths=FONTS,
        format="pdf",
        sys_inputs={"data": data},
    )
