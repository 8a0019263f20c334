"""Whether a picture is one that we keep."""

from typing import BinaryIO

from PIL import Image

from sandboxed.refused import Refused

# Loads the readers now, and not once in every child.
Image.preinit()
# A picture of more pixels than this is an attack on whoever opens it.
MAX_PIXELS = 100_000_000


def check(file: BinaryIO, wanted: str) -> None:
    """`wanted`: JPEG or PNG."""
    with Image.open(file, formats=[wanted]) as image:
        # The size stands in the header: nothing has been unpacked so far.
        if image.width * image.height > MAX_PIXELS:
            raise Refused("pixels")
        if getattr(image, "n_frames", 1) > 1 and wanted == "PNG":
            raise Refused("moving")
        image.verify()
