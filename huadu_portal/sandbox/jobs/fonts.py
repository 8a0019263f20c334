"""The fonts that papers are set in."""

from pathlib import Path

FOLDER = Path(__file__).resolve().parents[3] / "node_modules/@expo-google-fonts/noto-sans-sc"
# typst falls back silently: without these files a paper would come out in another font.
FACES = ["400Regular/NotoSansSC_400Regular.ttf", "700Bold/NotoSansSC_700Bold.ttf"]


def paths() -> list[Path]:
    """Of the faces; FileNotFoundError where one is missing."""
    for face in FACES:
        if not (FOLDER / face).is_file():
            raise FileNotFoundError(f"{FOLDER / face}: install the npm packages.")
    return [FOLDER / face for face in FACES]
