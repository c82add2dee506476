"""A sheet of vector shapes, one hundred units wide and high, that becomes a soft flat picture.

A motif puts shapes on the sheet; nothing is drawn until `render`. Shapes are polygons, so that
the whole sheet can be tilted or mirrored by moving points.
"""

import math
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from PIL import Image, ImageDraw, ImageFilter

Point: TypeAlias = tuple[float, float]
Color: TypeAlias = tuple[int, int, int]
Pattern: TypeAlias = Literal["none", "stripes", "bars", "dots", "band"]

OVERSAMPLING = 3
PATTERNS: tuple[Pattern, ...] = ("none", "none", "stripes", "bars", "dots", "band")
BLACK: Color = (24, 26, 30)
WHITE: Color = (255, 255, 255)


def parse_color(text: str) -> Color:
    """The color that a string such as `#c06a45` names."""
    value = int(text.removeprefix("#"), 16)
    return value >> 16 & 255, value >> 8 & 255, value & 255


def blend(one: Color, other: Color, share: float) -> Color:
    """One color with a share of another mixed in."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def is_dark(color: Color) -> bool:
    """Whether a color needs light details to stand out."""
    red, green, blue = color
    return 0.299 * red + 0.587 * green + 0.114 * blue < 128


def smooth(points: Sequence[Point], closed: bool = True, steps: int = 8) -> list[Point]:
    """A Catmull-Rom curve through the points."""
    count = len(points)
    spans = count if closed else count - 1

    def at(index: int) -> Point:
        return points[index % count] if closed else points[min(max(index, 0), count - 1)]

    curve: list[Point] = []
    for span in range(spans):
        a, b, c, d = (at(span + offset) for offset in (-1, 0, 1, 2))
        curve.extend(_between(a, b, c, d, step / steps) for step in range(steps))
    return curve if closed else [*curve, points[-1]]


def _between(a: Point, b: Point, c: Point, d: Point, t: float) -> Point:
    x, y = (
        0.5 * (2 * q + (r - p) * t + (2 * p - 5 * q + 4 * r - s) * t * t + (3 * q - p - 3 * r + s) * t**3)
        for p, q, r, s in zip(a, b, c, d, strict=True)
    )
    return x, y


def arc(center: Point, rx: float, ry: float, start: float = 0, end: float = 360) -> list[Point]:
    """Points along an ellipse, in degrees, clockwise from three o'clock."""
    steps = max(8, int(abs(end - start) / 6))
    angles = (math.radians(start + (end - start) * step / steps) for step in range(steps + 1))
    return [(center[0] + rx * math.cos(a), center[1] + ry * math.sin(a)) for a in angles]


@dataclass(frozen=True, slots=True)
class Shape:
    """One polygon: lit from the left when it has volume, printed on when it has a pattern."""

    points: list[Point]
    color: Color
    volume: float = 0
    pattern: Pattern = "none"
    print_color: Color = WHITE


@dataclass(slots=True)
class Canvas:
    """What a motif draws on: the colors of one product, its own luck, and the shapes so far."""

    main: Color
    accent: Color
    luck: random.Random
    pattern: Pattern = "none"
    angle: float = 0
    mirrored: bool = False
    shapes: list[Shape] = field(default_factory=list)
    grounds: list[list[Point]] = field(default_factory=list)

    @property
    def light(self) -> Color:
        """The main color in the sun."""
        return blend(self.main, WHITE, 0.35)

    @property
    def dark(self) -> Color:
        """The main color in the shade, told apart from it even when it is black."""
        if sum(self.main) < 180:
            return blend(self.main, WHITE, 0.22)
        return blend(self.main, BLACK, 0.25)

    @property
    def line(self) -> Color:
        """A color for fine details upon the main color."""
        return blend(self.main, WHITE if is_dark(self.main) else BLACK, 0.45)

    def tilt(self, most: float) -> None:
        """Turn the sheet by up to so many degrees, to either side."""
        self.angle = self.luck.uniform(-most, most)

    def stand(self, width: float, y: float, x: float = 50) -> None:
        """Let the motif cast a shadow upon the table it stands on."""
        self.grounds.append(arc((x, y), width / 2, width / 14))

    def polygon(
        self,
        points: Iterable[Point],
        color: Color | None = None,
        volume: float = 0,
        printed: bool = False,
    ) -> None:
        """A shape with corners, in the main color unless told otherwise."""
        pattern: Pattern = self.pattern if printed else "none"
        paint = self.main if color is None else color
        self.shapes.append(Shape(list(points), paint, volume, pattern, self.accent))

    def blob(
        self,
        points: Sequence[Point],
        color: Color | None = None,
        volume: float = 0,
        printed: bool = False,
    ) -> None:
        """A shape without corners."""
        self.polygon(smooth(points), color, volume, printed)

    def box(
        self,
        left: float,
        top: float,
        right: float,
        bottom: float,
        color: Color | None = None,
        radius: float = 0,
        volume: float = 0,
        printed: bool = False,
    ) -> None:
        """A rectangle, with round corners if it has a radius."""
        r = max(0.01, min(radius, (right - left) / 2, (bottom - top) / 2))
        corners = (
            ((right - r, bottom - r), 0),
            ((left + r, bottom - r), 90),
            ((left + r, top + r), 180),
            ((right - r, top + r), 270),
        )
        points = [p for center, turn in corners for p in arc(center, r, r, turn, turn + 90)]
        self.polygon(points, color, volume, printed)

    def oval(
        self,
        x: float,
        y: float,
        rx: float,
        ry: float | None = None,
        color: Color | None = None,
        volume: float = 0,
        printed: bool = False,
    ) -> None:
        """An ellipse, or a circle if it has one radius."""
        self.polygon(arc((x, y), rx, rx if ry is None else ry), color, volume, printed)

    def turned(
        self,
        profile: Sequence[Point],
        color: Color | None = None,
        volume: float = 0.16,
        printed: bool = False,
        soft: bool = True,
    ) -> None:
        """Something from the wheel or the lathe: half widths and heights, mirrored at the middle."""
        half = smooth(profile, closed=False) if soft else list(profile)
        top, foot = profile[0][1], profile[-1][1]
        # A curve swings past a short last step; what stands on a table must not.
        half = [(width, min(max(y, min(top, foot)), max(top, foot))) for width, y in half]
        right = [(50 + width, y) for width, y in half]
        left = [(50 - width, y) for width, y in reversed(half)]
        self.polygon([*right, *left], color, volume, printed)

    def stroke(
        self,
        points: Sequence[Point],
        width: float,
        color: Color | None = None,
        soft: bool = True,
        volume: float = 0,
    ) -> None:
        """A line with round ends, through the points."""
        path = smooth(points, closed=False) if soft and len(points) > 2 else list(points)
        self.polygon(_outline(path, width / 2), color, volume)


def _outline(path: Sequence[Point], half: float) -> list[Point]:
    """The edge of a line of some width: out on one side, back on the other."""
    headings = [
        math.atan2(after[1] - before[1], after[0] - before[0])
        for before, after in zip([path[0], *path[:-1]], [*path[1:], path[-1]], strict=True)
    ]

    def side(turn: float) -> list[Point]:
        return [
            (x + half * math.cos(heading + turn), y + half * math.sin(heading + turn))
            for (x, y), heading in zip(path, headings, strict=True)
        ]

    def cap(point: Point, heading: float) -> list[Point]:
        degrees = math.degrees(heading)
        return arc(point, half, half, degrees + 90, degrees - 90)

    start = cap(path[0], headings[0] + math.pi)
    end = cap(path[-1], headings[-1])
    return [*side(math.pi / 2), *end, *reversed(side(-math.pi / 2)), *start]


def render(canvas: Canvas, backdrop: Image.Image) -> Image.Image:
    """Everything on the canvas upon a backdrop, with its shadow, at the size of the backdrop."""
    size = backdrop.width
    scene = backdrop.copy()
    shadow = _shadow(canvas, size)
    scene.paste(BLACK, (0, 0), shadow)
    large = size * OVERSAMPLING
    picture = scene.resize((large, large), Image.Resampling.NEAREST)
    for shape in canvas.shapes:
        _draw(picture, shape, _placed(shape.points, canvas.angle, canvas.mirrored, large))
    return picture.reduce(OVERSAMPLING)


def _placed(points: Iterable[Point], angle: float, mirrored: bool, size: int) -> list[Point]:
    """Points of the sheet as points of a picture, tilted around the middle and mirrored."""
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    scale, flip = size / 100, -1 if mirrored else 1
    return [
        (
            (50 + flip * ((x - 50) * cos - (y - 50) * sin)) * scale,
            (50 + (x - 50) * sin + (y - 50) * cos) * scale,
        )
        for x, y in points
    ]


def _shadow(canvas: Canvas, size: int) -> Image.Image:
    """How dark each point of the backdrop gets: the silhouette, moved a little and blurred."""
    small = 160
    mask = Image.new("L", (small, small), 0)
    pen = ImageDraw.Draw(mask)
    for shape in canvas.shapes:
        points = _placed(shape.points, canvas.angle, canvas.mirrored, small)
        pen.polygon([(x + 2.4, y + 3.2) for x, y in points], fill=58)
    for ground in canvas.grounds:
        pen.polygon(_placed(ground, 0, canvas.mirrored, small), fill=92)
    soft = mask.filter(ImageFilter.GaussianBlur(2.6))
    return soft.resize((size, size), Image.Resampling.BICUBIC)


def _draw(picture: Image.Image, shape: Shape, points: list[Point]) -> None:
    if not shape.volume and shape.pattern == "none":
        ImageDraw.Draw(picture).polygon(points, fill=shape.color)
        return
    left, top = (math.floor(min(p[axis] for p in points)) for axis in (0, 1))
    right, bottom = (math.ceil(max(p[axis] for p in points)) + 1 for axis in (0, 1))
    size = (max(1, right - left), max(1, bottom - top))
    mask = Image.new("L", size, 0)
    ImageDraw.Draw(mask).polygon([(x - left, y - top) for x, y in points], fill=255)
    picture.paste(_cloth(shape, size, picture.width / 100), (left, top), mask)


def _cloth(shape: Shape, size: tuple[int, int], unit: float) -> Image.Image:
    """What a shape is filled with: its color, printed, then lit from the left."""
    lit = blend(shape.color, WHITE, shape.volume * 0.7)
    shaded = blend(shape.color, BLACK, shape.volume)
    strip = Image.new("RGB", (64, 1))
    for x in range(64):
        strip.putpixel((x, 0), blend(lit, shaded, (x / 63) ** 1.3))
    cloth = strip.resize(size, Image.Resampling.BILINEAR)
    if shape.pattern != "none":
        _print(cloth, shape.pattern, blend(shape.color, shape.print_color, 0.8), unit)
    return cloth


def _print(cloth: Image.Image, pattern: Pattern, color: Color, unit: float) -> None:
    pen = ImageDraw.Draw(cloth)
    width, height = cloth.size
    match pattern:
        case "stripes":
            for y in range(round(5 * unit), height, round(7 * unit)):
                pen.rectangle((0, y, width, y + 2 * unit), fill=color)
        case "bars":
            for x in range(round(4 * unit), width, round(7 * unit)):
                pen.rectangle((x, 0, x + 1.6 * unit, height), fill=color)
        case "dots":
            step, radius = round(6 * unit), 1.1 * unit
            for row, y in enumerate(range(step // 2, height, step)):
                for x in range(step // 2 + row % 2 * step // 2, width, step):
                    pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=color)
        case "band":
            pen.rectangle((0, height * 0.6, width, height * 0.82), fill=color)
        case "none":
            pass
