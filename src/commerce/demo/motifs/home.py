"""Lamps, textiles, furniture and decoration."""

from commerce.demo.canvas import BLACK, WHITE, Canvas, Color, arc, blend

GLOW: Color = (255, 236, 184)
WOOD: Color = (176, 128, 82)
LEAF: Color = (74, 122, 84)


def _shade(c: Canvas, x: float, top: float, narrow: float, wide: float, height: float) -> None:
    """A lamp shade with the light that falls out of it."""
    c.polygon(
        [(x - narrow, top), (x + narrow, top), (x + wide, top + height), (x - wide, top + height)],
        c.accent,
        volume=0.14,
    )
    c.oval(x, top + height, wide, 1.6, GLOW)


def lamp(c: Canvas) -> None:
    c.stand(40, 84)
    c.turned([(2, 46), (2.4, 60), (5, 68), (9, 76), (15, 82), (15, 84)], volume=0.25)
    _shade(c, 50, 20, 13, 25, 27)


def globe_lamp(c: Canvas) -> None:
    c.stand(48, 82)
    c.box(38, 76, 62, 83, c.accent, 2, 0.2)
    c.oval(50, 49, 30, 28, blend(c.main, GLOW, 0.5), 0.1)
    for y in (28, 35, 42, 49, 56, 63, 70):
        width = 30 * (1 - ((y - 49) / 28) ** 2) ** 0.5
        c.stroke(arc((50, y), width, 1.5, 5, 175), 0.4, c.dark)


def desk_lamp(c: Canvas) -> None:
    c.stand(40, 85, 42)
    c.box(26, 80, 58, 85, radius=2.5, volume=0.25)
    c.stroke([(42, 80), (30, 52)], 2.4, c.dark)
    c.stroke([(30, 52), (60, 28)], 2.4, c.dark)
    c.oval(30, 52, 3.2, color=c.accent)
    c.polygon([(54, 22), (64, 16), (84, 40), (62, 52)], volume=0.2)
    c.polygon(arc((73, 46), 12, 3, -30, 150), GLOW)
    c.oval(60, 22, 4, color=c.accent)


def floor_lamp(c: Canvas) -> None:
    c.stand(34, 91)
    c.stroke([(50, 40), (50, 88)], 2, WOOD, volume=0.2)
    c.box(37, 87, 63, 91, c.main, 2, 0.25)
    c.box(33, 12, 67, 40, c.accent, 1, 0.18)
    c.oval(50, 40, 17, 1.6, GLOW)
    c.stroke([(60, 41), (60, 50)], 0.5, c.dark)
    c.oval(60, 51, 1.2, color=c.main)


def arc_lamp(c: Canvas) -> None:
    c.stand(30, 90, 26)
    c.stroke([(26, 88), (27, 50), (42, 20), (62, 16), (74, 30)], 2, c.main)
    c.box(14, 84, 38, 90, blend(c.main, BLACK, 0.5), 2, 0.2)
    c.oval(74, 42, 13, 13, blend(c.accent, GLOW, 0.35), 0.12)
    c.box(70, 27, 78, 31, c.main, 1)


def blanket(c: Canvas) -> None:
    c.stand(62, 80)
    for layer, y in enumerate((66, 53, 40)):
        tone = (c.dark, c.main, c.light)[layer]
        c.box(20, y, 80, y + 13, tone, 6, 0.14, printed=layer == 1)
        c.box(20, y + 3, 31, y + 10, c.accent, 3.5)
    c.polygon([(58, 40), (74, 40), (76, 76), (56, 76)], c.main, 0.14)
    c.polygon([(57, 68), (75.5, 68), (75.8, 72), (56.5, 72)], c.accent)
    for x in range(57, 76, 2):
        c.stroke([(x, 76), (x, 80)], 0.8, c.main)


def cushion(c: Canvas) -> None:
    c.tilt(12)
    if c.pattern in ("none", "band"):
        c.pattern = "stripes" if c.luck.random() < 0.5 else "dots"
    edge = [
        (21, 22),
        (35, 23),
        (65, 23),
        (79, 22),
        (78, 35),
        (78, 65),
        (79, 78),
        (65, 77),
        (35, 77),
        (21, 78),
        (22, 65),
        (22, 35),
    ]
    c.blob(edge, c.dark)
    inner = [(50 + (x - 50) * 0.96, 50 + (y - 50) * 0.96) for x, y in edge]
    c.blob(inner, volume=0.16, printed=True)


def towel(c: Canvas) -> None:
    c.stroke([(18, 20), (82, 20)], 2.6, WOOD)
    c.box(34, 19, 72, 74, c.dark, 2, 0.12)
    c.box(28, 18, 66, 84, radius=2, volume=0.14)
    for y in (70, 74):
        c.box(28, y, 66, y + 2, c.accent)
    for x in range(29, 67, 2):
        c.stroke([(x, 84), (x, 87)], 0.8, c.main)


def rug(c: Canvas) -> None:
    c.polygon([(26, 30), (74, 30), (90, 76), (10, 76)], volume=0.12)
    for share in (0.12, 0.24):
        top, bottom = 30 + 46 * share, 76 - 46 * share
        left, right = 26 - 16 * share + 48 * share, 74 + 16 * share - 48 * share
        low = 10 + 80 * share * 0.8
        edge = [(left, top), (right, top), (100 - low, bottom), (low, bottom), (left, top)]
        c.stroke(edge, 1.2, c.accent, soft=False)
    for x in range(12, 90, 3):
        c.stroke([(x, 76), (x - 0.5, 80)], 0.8, c.light)


def candle(c: Canvas) -> None:
    c.stand(42, 82)
    c.blob([(50, 17), (54, 26), (50, 32), (46, 26)], (246, 176, 66))
    c.blob([(50, 23), (52, 28), (50, 31), (48, 28)], (255, 240, 190))
    c.stroke([(50, 30), (50, 38)], 0.8, BLACK)
    c.box(31, 40, 69, 82, c.main, 4, 0.2)
    c.oval(50, 40, 19, 4, c.accent)
    c.box(37, 54, 63, 70, blend(c.accent, WHITE, 0.4), 1)
    for y, width in ((60, 9), (64, 6)):
        c.stroke([(50 - width, y), (50 + width, y)], 0.8, c.dark)


def tapers(c: Canvas) -> None:
    for x, height in ((40, 24), (60, 32)):
        c.stand(18, 86, x)
        c.blob([(x, height - 12), (x + 3, height - 5), (x, height), (x - 3, height - 5)], GLOW)
        c.stroke([(x, height - 2), (x, height + 4)], 0.6, BLACK)
        c.polygon(
            [(x - 2, height + 3), (x + 2, height + 3), (x + 3.4, 76), (x - 3.4, 76)],
            volume=0.2,
        )
        c.box(x - 8, 75, x + 8, 80, c.accent, 2, 0.25)
        c.box(x - 9, 82, x + 9, 86, c.accent, 2, 0.25)
        c.box(x - 3, 79, x + 3, 83, c.accent, 0, 0.25)


def plant(c: Canvas) -> None:
    c.stand(46, 86)
    green = blend(LEAF, c.accent, 0.3)
    for dx, dy in ((-22, 24), (22, 22), (-12, 12), (14, 10), (0, 6)):
        x, y = 50 + dx, dy + 4
        c.stroke([(50, 56), (50 + dx * 0.5, y + 18), (x, y + 6)], 1, blend(green, BLACK, 0.25))
        side = 5 if dx >= 0 else -5
        leaf = [(x, y), (x + side, y + 8), (50 + dx * 0.6, y + 22), (x - side, y + 10)]
        c.blob(leaf, blend(green, WHITE, c.luck.uniform(0, 0.25)), 0.2)
    c.polygon([(30, 54), (70, 54), (64, 82), (36, 82)], volume=0.18, printed=True)
    c.box(27, 50, 73, 57, c.light, 2, 0.18)
    c.box(32, 82, 68, 86, c.dark, 2)


def vase(c: Canvas) -> None:
    c.stand(36, 88)
    green = blend(LEAF, c.accent, 0.3)
    c.stroke([(50, 46), (49, 24), (58, 8)], 0.9, blend(green, BLACK, 0.3))
    for x, y, side in ((50, 30, -9), (50, 24, 9), (52, 17, -8), (55, 12, 8)):
        c.blob([(x, y), (x + side * 0.6, y - 5), (x + side, y - 6), (x + side * 0.7, y)], green)
    c.turned(
        [(5, 42), (4, 50), (8, 57), (18, 68), (18, 79), (11, 87), (11, 88)],
        volume=0.2,
        printed=True,
    )
    c.oval(50, 42, 5, 1.2, c.dark)


def clock(c: Canvas) -> None:
    c.oval(50, 50, 34, color=c.main, volume=0.2)
    c.oval(50, 50, 29, color=blend(c.accent, WHITE, 0.5))
    for start in arc((50, 50), 25, 25, 0, 330)[::5]:
        tip = (50 + (start[0] - 50) * 0.88, 50 + (start[1] - 50) * 0.88)
        c.stroke([start, tip], 1.3, c.dark)
    hands(c, 16, 22)


def hands(c: Canvas, short: float, long: float) -> None:
    """The hands of a clock, at some friendly hour."""
    hour = arc((50, 50), short, short)[c.luck.randrange(0, 60)]
    minute = arc((50, 50), long, long)[c.luck.randrange(0, 60)]
    c.stroke([(50, 50), hour], 2.2, (50, 54, 60))
    c.stroke([(50, 50), minute], 1.4, (50, 54, 60))
    c.oval(50, 50, 2.4, color=(190, 70, 60))


def alarm_clock(c: Canvas) -> None:
    c.stand(48, 88)
    for x, turn in ((33, -1), (67, 1)):
        c.stroke([(50 + turn * 18, 76), (50 + turn * 24, 87)], 3, c.dark)
        c.polygon(arc((x, 22), 11, 10, 180 + turn * 25, 360 + turn * 25), c.dark, 0.2)
    c.stroke([(50, 24), (50, 14)], 2, c.dark)
    c.box(45, 11, 55, 15, c.dark, 2)
    c.oval(50, 52, 31, color=c.main, volume=0.22)
    c.oval(50, 52, 25, color=(250, 247, 238))
    for start in arc((50, 52), 22, 22, 0, 330)[::5]:
        c.oval(*start, 1, color=c.line)
    c.stroke([(50, 52), (50, 36)], 1.5, (50, 54, 60))
    c.stroke([(50, 52), (61, 58)], 2.2, (50, 54, 60))


def chair(c: Canvas) -> None:
    c.stand(50, 90)
    c.stroke([(33, 60), (29, 90)], 2.6, c.dark)
    c.stroke([(67, 60), (71, 90)], 2.6, c.dark)
    c.stroke([(39, 60), (38, 86)], 2.2, c.dark)
    c.stroke([(61, 60), (62, 86)], 2.2, c.dark)
    for x in (32, 38, 44, 50, 56, 62, 68):
        c.stroke([(50 + (x - 50) * 0.8, 58), (x, 18)], 1.4, c.main)
    c.blob([(27, 17), (50, 11), (73, 17), (72, 22), (50, 17), (28, 22)], volume=0.2)
    c.blob([(26, 57), (50, 54), (74, 57), (73, 62), (50, 64), (27, 62)], volume=0.2)
    c.stroke([(31, 76), (69, 76)], 1.6, c.dark)


def folding_chair(c: Canvas) -> None:
    c.stand(56, 89)
    c.stroke([(28, 14), (66, 88)], 2.6, c.accent)
    c.stroke([(72, 48), (28, 88)], 2.6, blend(c.accent, BLACK, 0.2))
    c.stroke([(36, 58), (74, 58)], 2.2, blend(c.accent, BLACK, 0.1))
    sling = [(28, 15), (38, 40), (50, 58), (62, 62), (73, 57)]
    c.stroke(sling, 4, c.dark)
    c.stroke([(x + 1, y - 2.5) for x, y in sling], 4, volume=0.2)
    c.stroke([(24, 15), (34, 11)], 3, c.accent)


def stool(c: Canvas) -> None:
    c.stand(54, 88)
    for top, foot in ((40, 28), (50, 50), (60, 72)):
        c.stroke([(top, 46), (foot, 88)], 3.4, c.dark if foot == 50 else c.main, volume=0.15)
    c.box(24, 38, 76, 48, radius=5, volume=0.2)
    c.oval(50, 40, 26, 5, c.light)
    for rx in (16, 8):
        c.stroke(arc((50, 40), rx, rx / 5), 0.4, c.main, soft=False)


def side_table(c: Canvas) -> None:
    c.stand(56, 88)
    for top, foot in ((36, 28), (50, 50), (64, 72)):
        c.stroke([(top, 40), (foot, 88)], 2, c.accent)
    c.stroke([(34, 68), (66, 68)], 1.4, c.accent)
    c.box(18, 33, 82, 41, radius=3, volume=0.2)
    c.oval(50, 33, 32, 5, c.light)
    c.oval(50, 33.6, 29, 3.8, c.main)
    c.turned([(5, 22), (5, 31), (3.5, 33)], WHITE)
    c.stroke(arc((56, 26.5), 3, 2.6, -80, 80), 1.1, WHITE)


def basket(c: Canvas) -> None:
    c.stand(62, 86)
    for x in (32, 68):
        c.stroke(arc((x, 40), 7, 13, 180, 360), 2.4, c.accent)
    c.polygon([(19, 38), (81, 38), (73, 86), (27, 86)], volume=0.16)
    for row, y in enumerate(range(43, 84, 5)):
        left, right = 20 + (y - 38) * 0.17, 80 - (y - 38) * 0.17
        start = left + (row % 2) * 3 + 1
        while start < right - 4:
            c.stroke([(start, y), (start + 3.4, y)], 1.6, c.dark)
            start += 6
    c.box(18, 35, 82, 41, c.light, 3, 0.16)


def storage_bin(c: Canvas) -> None:
    c.stand(58, 82)
    c.polygon([(22, 36), (72, 36), (72, 82), (22, 82)], volume=0.12)
    c.polygon([(72, 36), (84, 30), (84, 74), (72, 82)], c.dark)
    c.polygon([(22, 36), (34, 30), (84, 30), (72, 36)], blend(c.main, BLACK, 0.45))
    for y in (44, 70):
        c.box(66, y, 76, y + 5, c.accent, 1)
        c.oval(69, y + 2.5, 0.9, color=WHITE)
    c.box(38, 46, 56, 51, c.accent, 2.5)


MOTIFS = (
    lamp,
    globe_lamp,
    desk_lamp,
    floor_lamp,
    arc_lamp,
    blanket,
    cushion,
    towel,
    rug,
    candle,
    tapers,
    plant,
    vase,
    clock,
    alarm_clock,
    chair,
    folding_chair,
    stool,
    side_table,
    basket,
    storage_bin,
)
