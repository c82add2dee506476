"""Cookware, knives, boards and what stands on the table."""

from collections.abc import Sequence

from commerce.demo.canvas import BLACK, WHITE, Canvas, Color, Point, arc, blend

STEEL: Color = (196, 202, 206)
WOOD: Color = (176, 128, 82)
TEA: Color = (150, 92, 48)


def steam(c: Canvas, y: float, *xs: float) -> None:
    """A warm thing says so."""
    for x in xs:
        c.stroke([(x, y), (x + 2, y - 5), (x - 1, y - 10), (x + 1.5, y - 15)], 1, WHITE)


def _mug(c: Canvas, rim: Color) -> None:
    c.stand(46, 84, 47)
    steam(c, 30, 42, 52)
    c.stroke(arc((68, 56), 13, 13, -75, 75), 4.6, c.dark)
    c.box(25, 37, 69, 84, radius=6, volume=0.18, printed=True)
    c.oval(47, 37, 22, 4.6, rim)
    c.oval(47, 37.4, 19.6, 3.4, TEA)


def mug(c: Canvas) -> None:
    _mug(c, c.light)


def enamel_mug(c: Canvas) -> None:
    c.pattern = "none"
    _mug(c, c.accent)
    for _ in range(16):
        c.oval(c.luck.uniform(29, 65), c.luck.uniform(46, 80), 0.6, color=c.line)


def cup(c: Canvas) -> None:
    c.stand(72, 82)
    c.oval(50, 78, 34, 6, c.light, 0.12)
    c.oval(50, 77, 20, 3, c.accent)
    c.stroke(arc((70, 54), 10, 10, -80, 80), 3.4, c.dark)
    c.turned([(22, 38), (21, 54), (14, 72), (10, 77)], volume=0.18, printed=True)
    c.oval(50, 38, 22, 4.6, c.accent)
    c.oval(50, 38.4, 19.6, 3.4, TEA)
    steam(c, 32, 50)


def tea_cup(c: Canvas) -> None:
    c.pattern = "none"
    c.stand(40, 80)
    c.turned([(21, 40), (20, 54), (16, 72), (11, 78), (11, 80)], volume=0.2)
    for _ in range(22):
        c.oval(50 + c.luck.uniform(-15, 15), c.luck.uniform(48, 74), 0.5, color=c.line)
    c.oval(50, 40, 21, 4.4, c.light)
    c.oval(50, 40.6, 19, 3.4, (206, 180, 96))
    steam(c, 34, 46, 54)


def _bowl(c: Canvas, depth: float) -> None:
    c.stand(52, 78)
    c.turned([(33, 44), (30, 54), (20, 68 + depth), (12, 73), (12, 78)], volume=0.18, printed=True)
    c.oval(50, 44, 33, 7, c.accent)
    c.oval(50, 44.8, 30, 5.6, blend(c.accent, BLACK, 0.14))


def bowl(c: Canvas) -> None:
    _bowl(c, 0)


def noodle_bowl(c: Canvas) -> None:
    _bowl(c, 2)
    c.oval(50, 45, 28, 4.8, (214, 160, 88))
    for x in (34, 40, 46):
        c.stroke([(x, 45), (x + 6, 43), (x + 12, 46)], 1, (246, 224, 160))
    c.oval(60, 45, 6, 2.6, WHITE)
    c.oval(60, 45, 3, 1.4, (240, 160, 50))
    c.stroke([(38, 44), (78, 20)], 1.6, WOOD)
    c.stroke([(44, 45), (84, 24)], 1.6, WOOD)


def plate(c: Canvas) -> None:
    c.stand(74, 80)
    for index, y in enumerate((74, 69, 64)):
        c.oval(50, y, 35, 8, c.dark if index % 2 else c.main, 0.14)
    c.oval(50, 46, 33, 29, c.main, 0.14)
    c.stroke(arc((50, 46), 31, 27), 1.6, c.accent, soft=False)
    c.oval(50, 46, 21, 18, c.light)


def _glass(c: Canvas, profile: Sequence[Point], level: float, drink: Color) -> None:
    glass = blend(c.main, WHITE, 0.5)
    c.turned(profile, glass, 0.1)
    inner = [(max(0.5, w - 2), y - 1.5) for w, y in profile if y >= level]
    width = inner[0][0]
    c.turned(inner, drink, 0.12)
    c.oval(50, level - 1.5, width, 2.2, blend(drink, WHITE, 0.35))
    top = profile[0]
    c.stroke(arc((50, top[1]), top[0] - 0.4, 2.6), 0.8, WHITE, soft=False)


def tumbler(c: Canvas) -> None:
    c.stand(38, 84)
    _glass(c, [(20, 26), (19, 42), (18, 56), (16, 84)], 42, blend(c.main, WHITE, 0.15))
    for x in (-12, -6, 0, 6, 12):
        c.stroke([(50 + x, 50), (50 + x * 0.86, 78)], 0.8, WHITE)


def wine_glass(c: Canvas) -> None:
    c.stand(38, 84)
    shape = [(16, 24), (20, 40), (24, 56), (22, 72), (14, 83), (13, 84)]
    _glass(c, shape, 56, c.main)
    c.stroke([(36, 36), (33, 52)], 1.2, WHITE)


def tea_towel(c: Canvas) -> None:
    c.tilt(5)
    c.box(30, 14, 70, 86, c.accent, 1, 0.1)
    for x in (38, 50, 62):
        c.box(x - 1.5, 14, x + 1.5, 86, blend(c.main, c.accent, 0.25))
    for y in range(22, 86, 12):
        c.box(30, y - 1.5, 70, y + 1.5, c.main)
    c.stroke([(47, 14), (50, 8), (53, 14)], 1, c.dark)


def apron(c: Canvas) -> None:
    c.stroke([(41, 26), (42, 12), (50, 8), (58, 12), (59, 26)], 2, c.accent)
    c.stroke([(26, 52), (16, 58), (14, 70)], 1.6, c.accent)
    c.stroke([(74, 52), (84, 58), (86, 70)], 1.6, c.accent)
    sides = [(40, 24), (60, 24), (64, 42), (76, 50), (76, 88), (24, 88), (24, 50), (36, 42)]
    c.polygon(sides, volume=0.16)
    c.box(36, 58, 64, 76, c.dark, 2)
    c.stroke([(50, 58), (50, 76)], 0.5, c.main)
    c.stroke([(38, 60.5), (62, 60.5)], 0.6, c.accent)


def pan(c: Canvas) -> None:
    c.tilt(25)
    c.stroke([(60, 60), (83, 83)], 5, c.dark, volume=0.2)
    c.oval(81.6, 81.6, 1.4, color=WHITE)
    c.oval(40, 40, 29, color=c.main, volume=0.2)
    c.oval(40, 40, 24.5, color=blend(c.main, BLACK, 0.35), volume=0.2)
    c.stroke(arc((40, 40), 20.5, 20.5, 190, 250), 1.2, blend(c.main, WHITE, 0.4))
    c.oval(61, 61, 1.1, color=c.accent)


def saucepan(c: Canvas) -> None:
    c.stand(52, 76, 40)
    c.stroke([(64, 50), (92, 44)], 4, c.accent, volume=0.2)
    c.box(16, 42, 66, 76, radius=4, volume=0.28)
    c.box(14, 40, 68, 44, blend(c.main, WHITE, 0.3), 2, 0.2)
    for y in (48, 52):
        c.oval(63.5, y - 1, 1, color=c.accent)
    steam(c, 34, 36, 46)


def pot(c: Canvas) -> None:
    c.stand(66, 80)
    for x in (16, 84):
        c.box(x - 7, 50, x + 7, 57, c.dark, 3.5)
    c.box(18, 42, 82, 80, radius=8, volume=0.2)
    c.polygon(arc((50, 43), 33, 15, 180, 360), c.light, 0.2)
    c.box(15, 40, 85, 45, c.dark, 2.5)
    c.box(45, 21, 55, 28, c.accent, 3.5, 0.2)
    c.stroke([(26, 52), (25, 68)], 1.4, c.light)


def cook_set(c: Canvas) -> None:
    c.stand(50, 82)
    c.stroke([(68, 52), (82, 52), (82, 72), (68, 72)], 1.4, c.accent, soft=False)
    c.box(28, 42, 70, 82, radius=4, volume=0.24)
    for y in (56, 64, 72):
        c.stroke([(30, y), (36, y)], 0.7, c.accent)
    c.box(24, 33, 74, 42, c.light, 3, 0.24)
    c.stroke(arc((49, 33), 7, 8, 180, 360), 1.4, c.accent)


def _knife(c: Canvas, blade: list[Point], handle: tuple[float, float], thick: float) -> None:
    c.tilt(14)
    c.polygon(blade, STEEL, 0.15)
    start, end = handle
    c.box(start - 3, 46, start, 46 + thick, blend(STEEL, BLACK, 0.3), 0.5)
    c.box(start, 46, end, 46 + thick, c.accent, 2.4, 0.22)
    for share in (0.25, 0.5, 0.75):
        c.oval(start + (end - start) * share, 46 + thick / 2, 0.8, color=STEEL)


def _sweep(start: Point, belly: Point, tip: Point) -> list[Point]:
    """The curved edge of a blade."""
    steps = [step / 10 for step in range(11)]
    return [
        (
            start[0] * (1 - t) ** 2 + 2 * belly[0] * t * (1 - t) + tip[0] * t * t,
            start[1] * (1 - t) ** 2 + 2 * belly[1] * t * (1 - t) + tip[1] * t * t,
        )
        for t in steps
    ]


def knife(c: Canvas) -> None:
    edge = _sweep((60, 58), (24, 60), (8, 46))
    _knife(c, [*edge, (20, 44.5), (61, 45)], (63, 92), 6)


def paring_knife(c: Canvas) -> None:
    edge = _sweep((56, 53), (36, 55), (24, 47))
    _knife(c, [*edge, (56, 46)], (58, 84), 6)


def bread_knife(c: Canvas) -> None:
    scallops = [(60 - step * 2.5, 54.5 + step % 2 * 1.6) for step in range(21)]
    _knife(c, [*scallops, (7, 48), (12, 46), (61, 46)], (63, 93), 6)


def cleaver(c: Canvas) -> None:
    _knife(c, [(10, 34), (60, 34), (61, 62), (12, 64), (9, 60)], (63, 92), 6)
    c.polygon([(12, 59), (61, 57), (61, 62), (12, 64)], blend(STEEL, WHITE, 0.5))


def board(c: Canvas) -> None:
    c.tilt(7)
    c.box(18, 24, 82, 76, c.dark, 4)
    c.box(18, 22, 82, 73, radius=4, volume=0.14)
    for row in range(5):
        for column in range(8):
            tone = blend(c.main, c.accent, c.luck.uniform(0, 0.3))
            x, y = 20.5 + column * 7.4, 25 + row * 9.2
            c.box(x, y, x + 7, y + 8.8, tone, 0.6)


def serving_board(c: Canvas) -> None:
    c.tilt(14)
    c.box(36, 22, 64, 92, radius=8, volume=0.16)
    c.box(45, 6, 55, 28, radius=5, volume=0.16)
    c.oval(50, 11, 2, color=WHITE)
    c.stroke([(50, 11), (58, 4), (60, 14), (51, 12)], 0.8, c.accent)
    for x in (41, 47, 53, 59):
        c.stroke([(x, 28), (x + c.luck.uniform(-1, 1), 86)], 0.4, c.dark)


def spoons(c: Canvas) -> None:
    c.stand(36, 90)
    for index, (x, top, foot) in enumerate(((32, 22, 44), (50, 14, 50), (68, 20, 56))):
        tone = blend(c.main, c.accent, index * 0.25)
        c.stroke([(x, top + 10), (foot, 64)], 2.6, tone)
        c.oval(x, top + 6, 6, 9, tone, 0.18)
        c.oval(x, top + 6, 3.6, 6, blend(tone, BLACK, 0.15))
    c.box(33, 54, 67, 90, blend(c.main, WHITE, 0.75), 3, 0.16)
    c.box(33, 60, 67, 63, c.accent)


def whisk(c: Canvas) -> None:
    c.tilt(30)
    for width in (20, 14, 8, 2):
        loop = [(50, 52), (50 - width, 32), (50 - width * 0.6, 16), (50, 12)]
        c.stroke(loop, 0.9, blend(STEEL, BLACK, 0.25))
        c.stroke([(100 - x, y) for x, y in loop], 0.9, blend(STEEL, BLACK, 0.25))
    c.box(46.5, 50, 53.5, 92, c.accent, 3.4, 0.25)
    c.box(45.5, 49, 54.5, 55, STEEL, 2, 0.2)


def mill(c: Canvas) -> None:
    c.stand(34, 90)
    c.turned([(15, 90), (14, 84), (8, 62), (9, 48), (12, 42), (12, 40)], volume=0.25)
    c.turned([(12, 39), (12, 34), (7, 26), (6, 22)], c.dark, 0.25)
    c.box(38, 38.6, 62, 40.8, c.accent)
    c.oval(50, 18, 4.4, color=c.accent, volume=0.25)
    for y in (70, 74):
        c.box(50 - y / 7.4, y, 50 + y / 7.4, y + 1, c.dark)


MOTIFS = (
    mug,
    enamel_mug,
    cup,
    tea_cup,
    bowl,
    noodle_bowl,
    plate,
    tumbler,
    wine_glass,
    tea_towel,
    apron,
    pan,
    saucepan,
    pot,
    cook_set,
    knife,
    paring_knife,
    bread_knife,
    cleaver,
    board,
    serving_board,
    spoons,
    whisk,
    mill,
)
