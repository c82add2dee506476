"""Pictures of the products of the demo shop: drawn, not photographed, and always the same."""

import io
import random

from PIL import Image, ImageDraw, ImageFilter

from commerce.demo.canvas import BLACK as NIGHT
from commerce.demo.canvas import PATTERNS, WHITE, Canvas, Color, blend, parse_color, render
from commerce.demo.motifs import MOTIFS

__all__ = ["MOTIFS", "as_webp", "draw"]


def draw(motif: str, palette: tuple[str, ...], seed: str, size: int = 800) -> Image.Image:
    """A square picture of a motif.

    The palette holds the colors of the backdrop, of the thing and of its details, as `#rrggbb`.
    The seed, usually the code of the product or the SKU of the variant, decides the angle, the
    pattern and the backdrop: the same arguments always give the same picture.
    """
    backdrop, main, accent = (parse_color(color) for color in palette[:3])
    luck = random.Random(f"{motif}/{seed}")
    canvas = Canvas(main, accent, luck, luck.choice(PATTERNS))
    scene = _backdrop(backdrop, size, luck)
    canvas.mirrored = luck.random() < 0.5
    MOTIFS[motif](canvas)
    return render(canvas, scene)


def as_webp(image: Image.Image) -> bytes:
    """The picture as a small file."""
    buffer = io.BytesIO()
    image.save(buffer, "WEBP", quality=76, method=2)
    return buffer.getvalue()


def _backdrop(color: Color, size: int, luck: random.Random) -> Image.Image:
    """A soft gradient with a paler sun, arch or wall behind the thing."""
    small = 200
    top, bottom = blend(color, WHITE, 0.3), blend(color, NIGHT, 0.07)
    column = Image.new("RGB", (1, 32))
    for y in range(32):
        column.putpixel((0, y), blend(top, bottom, y / 31))
    scene = column.resize((small, small), Image.Resampling.BILINEAR)
    glow = Image.new("L", (small, small), 0)
    pen = ImageDraw.Draw(glow)
    middle = small * luck.uniform(0.44, 0.56)
    match luck.randrange(3):
        case 0:
            pen.ellipse((middle - 78, 18, middle + 78, 174), fill=110)
        case 1:
            pen.rounded_rectangle((middle - 62, 22, middle + 62, 260), 62, fill=110)
        case _:
            pen.rectangle((0, 0, small, small * luck.uniform(0.7, 0.76)), fill=90)
    scene.paste(WHITE, (0, 0), glow.filter(ImageFilter.GaussianBlur(1.2)))
    return scene.resize((size, size), Image.Resampling.BICUBIC)
