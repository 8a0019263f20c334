"""Whether a picture is one that we keep."""

from typing import BinaryIO

from PIL import Image

from huadu_portal.sandbox.jobs.refused import Refused

# Loads the readers now, and not once in every child.
Image.preinit()
# Ours is the limit that counts, and its sentence the one that is said.
Image.MAX_IMAGE_PIXELS = None
# A picture of more pixels than this, or that takes more bytes once unpacked, is an attack on
# whoever opens it. A drawing of A1 at 300 dpi has 70 million pixels, 280 MB in colour.
MAX_PIXELS, MAX_UNPACKED = 100_000_000, 320 * 1024 * 1024
BYTES = {"1": 1, "L": 1, "P": 1, "I;16": 2, "LA": 4, "PA": 4, "RGB": 4, "RGBA": 4, "CMYK": 4}


def check_picture(file: BinaryIO, wanted: str) -> None:
    """`wanted`: JPEG or PNG."""
    with Image.open(file, formats=[wanted]) as image:
        # The size stands in the header: nothing has been unpacked so far.
        if image.width * image.height > MAX_PIXELS or unpacked_size(image) > MAX_UNPACKED:
            raise Refused("pixels")
        if getattr(image, "n_frames", 1) > 1 and wanted == "PNG":
            raise Refused("moving")
        image.verify()


def unpacked_size(image: Image.Image) -> int:
    """Bytes that Pillow takes for it, pixel by pixel."""
    return image.width * image.height * BYTES.get(image.mode, 4)
