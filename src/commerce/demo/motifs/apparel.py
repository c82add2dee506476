"""Clothes, laid flat."""

from collections.abc import Sequence

from commerce.demo.canvas import BLACK, WHITE, Canvas, Point, arc, blend


def _both(points: Sequence[Point]) -> list[Point]:
    """The right half of a garment, from the neck down, and its mirror image."""
    return [*points, *((100 - x, y) for x, y in reversed(points))]


def _sleeves(c: Canvas, cuff: float, printed: bool = False) -> None:
    """Long sleeves, under the body, with cuffs in a darker tone."""
    for flip in (1, -1):
        arm = [(50 + flip * dx, y) for dx, y in ((18, 22), (26, 27), (39, 72), (29, 76), (20, 46))]
        c.polygon(arm, c.main, 0.14, printed)
        end = [(50 + flip * dx, y) for dx, y in ((39, 72), (40.5, 72 + cuff), (30.5, 76 + cuff), (29, 76))]
        c.polygon(end, c.dark)


def _torso(c: Canvas, printed: bool = False, bottom: float = 86) -> None:
    body = [(58, 17), (68, 21), (74, 27), (71, 50), (72, bottom)]
    c.polygon(_both(body), volume=0.14, printed=printed)


def _collar(c: Canvas, depth: float = 7) -> None:
    """A round neckline with its ribbing."""
    c.polygon(arc((50, 17), 9, depth, 0, 180), blend(c.main, BLACK, 0.4))
    c.stroke(arc((50, 17), 9, depth, 0, 180), 2, c.dark)


def _hem(c: Canvas) -> None:
    c.box(28, 82, 72, 88, c.dark, 1)


def _tee(c: Canvas, printed: bool) -> None:
    c.tilt(4)
    half = [(59, 16), (70, 20), (92, 40), (81, 51), (72, 44), (72, 88)]
    c.polygon(_both(half), volume=0.14, printed=printed)
    for x in (28, 72):
        c.stroke([(x, 44), (x + (1.5 if x < 50 else -1.5), 60)], 0.5, c.dark)
    c.stroke([(29, 85), (71, 85)], 0.4, c.line)
    _collar(c)


def tshirt(c: Canvas) -> None:
    _tee(c, printed=False)


def pocket_tee(c: Canvas) -> None:
    _tee(c, printed=False)
    c.polygon([(56, 40), (67, 40), (67, 50), (61.5, 53), (56, 50)], c.dark)


def striped_tee(c: Canvas) -> None:
    c.tilt(3)
    # The cloth is white and the stripes are what the customer chooses.
    color, c.main, c.accent, c.pattern = c.main, c.accent, c.main, "stripes"
    _sleeves(c, 3, printed=True)
    _torso(c, printed=True)
    c.polygon(arc((50, 17), 10, 4, 0, 180), color)


def _hood(c: Canvas) -> None:
    c.blob([(34, 22), (36, 10), (50, 5), (64, 10), (66, 22), (58, 29), (42, 29)], c.dark, 0.12)
    c.blob([(41, 20), (43, 13), (50, 10), (57, 13), (59, 20), (50, 27)], blend(c.main, BLACK, 0.5))


def hoodie(c: Canvas) -> None:
    c.tilt(3)
    _sleeves(c, 5)
    _torso(c)
    _hem(c)
    c.polygon([(38, 60), (62, 60), (69, 76), (69, 81), (31, 81), (31, 76)], c.dark)
    _hood(c)
    for x in (46, 54):
        c.stroke([(x, 27), (x, 42)], 0.9, c.accent)


def zip_hoodie(c: Canvas) -> None:
    c.tilt(3)
    _sleeves(c, 5)
    _torso(c)
    _hem(c)
    for flip in (1, -1):
        c.polygon([(50 + flip * dx, y) for dx, y in ((3, 60), (12, 60), (19, 76), (19, 81), (3, 81))], c.dark)
    _hood(c)
    c.stroke([(50, 27), (50, 88)], 1.1, c.accent)


def sweatshirt(c: Canvas) -> None:
    c.tilt(3)
    _sleeves(c, 5)
    _torso(c)
    _hem(c)
    _collar(c)
    c.polygon([(46.5, 25), (53.5, 25), (50, 31)], c.dark)


def sweater(c: Canvas) -> None:
    c.tilt(3)
    _sleeves(c, 5)
    _torso(c)
    _hem(c)
    for x in (38, 50, 62):
        for y in range(32, 80, 6):
            c.stroke([(x - 2.4, y), (x, y + 3), (x - 2.4, y + 6)], 1, c.dark)
            c.stroke([(x + 2.4, y), (x, y + 3), (x + 2.4, y + 6)], 1, c.light)
    for x in (44, 56):
        c.stroke([(x, 30), (x, 80)], 0.6, c.dark)
    _collar(c)


def _open_front(c: Canvas, depth: float) -> None:
    c.polygon([(41, 17), (59, 17), (50, 17 + depth)], blend(c.main, BLACK, 0.45))
    c.stroke([(41, 17), (50, 17 + depth), (50, 86)], 1.6, c.dark, soft=False)
    c.stroke([(59, 17), (50, 17 + depth)], 1.6, c.dark)


def _buttons(c: Canvas, *heights: float) -> None:
    for y in heights:
        c.oval(51.8, y, 1.3, color=c.accent)


def cardigan(c: Canvas) -> None:
    c.tilt(3)
    _sleeves(c, 5)
    _torso(c)
    _hem(c)
    _open_front(c, 27)
    _buttons(c, 47, 56, 65, 74, 83)
    for x in (31, 57):
        c.box(x, 64, x + 12, 78, c.dark, 1)


def raincoat(c: Canvas) -> None:
    c.tilt(3)
    _sleeves(c, 4)
    _torso(c, bottom=90)
    _hood(c)
    c.stroke([(50, 27), (50, 90)], 1.4, c.accent)
    for x in (33, 58):
        c.polygon([(x, 62), (x + 9, 60), (x + 9, 63), (x, 65)], c.dark)
    c.stroke([(29, 45), (71, 45)], 0.6, c.dark)


def _flat_collar(c: Canvas) -> None:
    for flip in (1, -1):
        c.polygon([(50 + flip * dx, y) for dx, y in ((0, 23), (8, 14), (13, 20), (6, 31))], c.dark)


def chore_jacket(c: Canvas) -> None:
    c.tilt(3)
    _sleeves(c, 3)
    _torso(c)
    c.stroke([(50, 26), (50, 86)], 0.8, c.dark)
    _buttons(c, 36, 48, 60, 72)
    for left, top in ((32, 62), (56, 62), (57, 36)):
        c.box(left, top, left + 12, top + 14, c.dark, 1)
    _flat_collar(c)


def field_jacket(c: Canvas) -> None:
    c.tilt(3)
    _sleeves(c, 4)
    _torso(c, bottom=90)
    c.stroke([(50, 26), (50, 90)], 1.4, c.accent)
    for left, top in ((31, 64), (56, 64), (31, 40), (56, 40)):
        c.box(left, top + 3, left + 13, top + 16, c.dark, 1)
        c.box(left - 0.6, top, left + 13.6, top + 5, c.main, 1)
        c.oval(left + 6.5, top + 3.4, 0.8, color=c.accent)
    c.main = c.accent
    _flat_collar(c)


def _sleeveless(c: Canvas) -> None:
    half = [(58, 14), (66, 18), (66, 32), (73, 42), (73, 88)]
    c.polygon(_both(half), volume=0.14)


def vest(c: Canvas) -> None:
    c.tilt(4)
    _sleeveless(c)
    for y in range(28, 88, 9):
        edge = 15.5 if y < 38 else 22
        c.stroke([(50 - edge, y), (50, y + 2), (50 + edge, y)], 0.7, c.dark)
    c.box(41, 9, 59, 18, c.dark, 3)
    c.stroke([(50, 12), (50, 88)], 1.2, c.accent)


def wool_vest(c: Canvas) -> None:
    c.tilt(4)
    _sleeveless(c)
    c.polygon([(42, 14), (58, 14), (50, 40)], blend(c.main, BLACK, 0.5))
    c.stroke([(50, 40), (50, 88)], 0.7, c.dark)
    _buttons(c, 46, 55, 64, 73, 82)
    for x in (31, 57):
        c.box(x, 62, x + 12, 65, c.dark, 0.8)


def beanie(c: Canvas) -> None:
    c.blob([(22, 64), (26, 34), (50, 18), (74, 34), (78, 64), (50, 70)], volume=0.18)
    for x in (-18, -9, 0, 9, 18):
        c.stroke([(50 + x * 1.2, 60), (50 + x, 36), (50 + x * 0.2, 20)], 0.6, c.dark)
    c.box(19, 56, 81, 76, c.light, 6, 0.16)
    for x in range(24, 80, 4):
        c.stroke([(x, 58), (x, 74)], 0.7, c.main)
    c.box(58, 63, 66, 70, c.accent, 0.8)


def cap(c: Canvas) -> None:
    c.blob([(58, 62), (80, 60), (95, 70), (92, 74), (74, 71), (54, 70)], c.dark, 0.14)
    c.polygon([*arc((46, 64), 32, 34, 180, 360), (78, 68), (14, 68)], volume=0.18)
    c.stroke([(46, 30), (60, 44), (64, 68)], 0.6, c.dark)
    c.stroke([(46, 30), (32, 44), (28, 68)], 0.6, c.dark)
    c.oval(46, 30, 2.4, 1.6, c.dark)
    c.polygon([(54, 40), (60, 54), (48, 54)], c.accent)
    c.polygon([(54, 47), (61, 60), (47, 60)], c.accent)


def scarf(c: Canvas) -> None:
    c.tilt(8)
    c.polygon([(38, 36), (52, 36), (46, 84), (30, 84)], c.dark, 0.14)
    c.polygon([(48, 36), (62, 36), (70, 90), (53, 90)], volume=0.14)
    for share in (0.62, 0.8):
        y = 36 + 54 * share
        c.polygon(
            [(48 + 5 * share, y), (62 + 8 * share, y), (62.5 + 8 * share, y + 4), (48.4 + 5 * share, y + 4)], c.accent
        )
    c.blob([(26, 26), (50, 14), (74, 26), (72, 40), (50, 48), (28, 40)], volume=0.16)
    c.blob([(35, 25), (50, 19), (65, 25), (50, 32)], blend(c.main, BLACK, 0.35))
    for x in range(54, 70, 3):
        c.stroke([(x, 90), (x + 0.4, 95)], 1, c.main)
    for x in range(31, 46, 3):
        c.stroke([(x, 84), (x - 0.4, 89)], 1, c.dark)


def socks(c: Canvas) -> None:
    c.tilt(6)
    if c.pattern in ("none", "bars"):
        c.pattern = "stripes"
    for shift, rise in ((14, -3), (0, 3)):
        leg: list[Point] = [(28, 14), (46, 14), (46, 52), (62, 66), (66, 76), (58, 82), (46, 80), (30, 66), (28, 56)]
        foot = [(x + shift, y + rise) for x, y in leg]
        c.polygon(foot, c.main, 0.14, printed=True)
        c.box(27 + shift, 12 + rise, 47 + shift, 22 + rise, c.dark, 2)
        c.blob(
            [(58 + shift, 64 + rise), (67 + shift, 76 + rise), (58 + shift, 83 + rise), (54 + shift, 74 + rise)],
            c.accent,
        )
        c.stroke([(28 + shift, 50 + rise), (28.5 + shift, 60 + rise)], 0.6, WHITE)


MOTIFS = (
    tshirt,
    pocket_tee,
    striped_tee,
    hoodie,
    zip_hoodie,
    sweatshirt,
    sweater,
    cardigan,
    raincoat,
    chore_jacket,
    field_jacket,
    vest,
    wool_vest,
    beanie,
    cap,
    scarf,
    socks,
)
