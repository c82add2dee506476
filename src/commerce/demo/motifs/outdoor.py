"""Tents, bags, bottles and lights for the way."""

from commerce.demo.canvas import BLACK, WHITE, Canvas, Color, arc, blend

GLOW: Color = (255, 226, 150)
STEEL: Color = (190, 196, 200)


def tent(c: Canvas) -> None:
    c.stand(84, 80)
    c.stroke([(12, 80), (6, 86)], 0.6, c.dark)
    c.stroke([(88, 80), (94, 86)], 0.6, c.dark)
    c.polygon([(40, 24), (62, 22), (90, 80), (62, 80)], c.dark, 0.1)
    c.polygon([(40, 24), (62, 80), (12, 80)], volume=0.14)
    c.polygon([(40, 30), (53, 80), (28, 80)], blend(c.main, BLACK, 0.5))
    c.polygon([(40, 28), (36, 80), (28, 80)], c.accent)
    c.stroke([(40, 24), (40, 17)], 1, c.dark)
    c.polygon([(40, 14), (48, 16.5), (40, 19)], c.accent)


def dome_tent(c: Canvas) -> None:
    c.stand(84, 80)
    c.polygon(arc((50, 80), 40, 52, 180, 360), volume=0.18)
    for rx in (30, 12):
        c.stroke(arc((50, 80), rx, 52, 180, 360), 1.2, c.accent)
    c.polygon(arc((50, 80), 12, 36, 180, 360), blend(c.main, BLACK, 0.5))
    c.polygon([(50, 44), (50, 80), (38, 80), (40, 58)], c.accent)
    c.box(8, 78, 92, 82, c.dark, 2)


def tarp(c: Canvas) -> None:
    c.stand(40, 86)
    for x, y in ((14, 86), (86, 86)):
        c.stroke([(x + (8 if x < 50 else -8), 30), (x, y)], 1.4, c.accent)
    c.stroke([(50, 18), (50, 86)], 1.6, c.accent)
    c.polygon([(50, 20), (22, 32), (10, 56), (46, 44)], c.light, 0.1)
    c.polygon([(50, 20), (78, 32), (90, 56), (46, 44)], volume=0.16)
    for x in (10, 90):
        c.stroke([(x, 56), (x + (-4 if x < 50 else 4), 84)], 0.6, c.dark)


def sleeping_bag(c: Canvas) -> None:
    c.tilt(16)
    body = [(50, 8), (66, 14), (70, 32), (66, 70), (58, 90), (42, 90), (34, 70), (30, 32), (34, 14)]
    c.blob(body, volume=0.16)
    c.blob([(50, 12), (60, 16), (62, 26), (50, 32), (38, 26), (40, 16)], c.accent)
    c.blob([(50, 16), (57, 19), (58, 25), (50, 28), (42, 25), (43, 19)], blend(c.accent, BLACK, 0.3))
    for y in range(40, 88, 8):
        width = 17 - max(0, y - 60) * 0.25
        c.stroke([(50 - width, y), (50, y + 2), (50 + width, y)], 0.6, c.dark)
    c.stroke([(58, 31), (58, 72)], 0.8, c.accent)


def mat(c: Canvas) -> None:
    c.stand(70, 76)
    c.box(18, 42, 76, 76, radius=4, volume=0.2)
    c.oval(76, 59, 9, 17, c.dark)
    for share in (0.75, 0.5, 0.25):
        c.stroke(arc((76, 59), 9 * share, 17 * share), 0.9, c.light, soft=False)
    for x in (30, 58):
        c.box(x, 41, x + 4, 77, c.accent, 1)
        c.box(x - 1, 56, x + 5, 62, blend(c.accent, BLACK, 0.3), 1)


def lantern(c: Canvas) -> None:
    c.stand(38, 88)
    c.stroke(arc((50, 30), 17, 20, 180, 360), 1.6, c.dark)
    c.turned([(8, 22), (12, 28), (16, 32)], volume=0.25, soft=False)
    c.box(46, 18, 54, 24, c.dark, 2)
    c.box(36, 32, 64, 72, blend(GLOW, WHITE, 0.3), 5, 0.08)
    c.oval(50, 54, 7, 11, GLOW)
    c.oval(50, 56, 3.4, 6.5, (255, 250, 225))
    for x in (36, 64):
        c.stroke([(x, 32), (x, 72)], 1.8, c.dark)
    c.box(33, 30, 67, 35, c.dark, 2)
    c.box(31, 70, 69, 88, radius=4, volume=0.25)
    c.oval(50, 79, 3, color=c.accent)


def headlamp(c: Canvas) -> None:
    c.stroke(arc((50, 44), 34, 22, 150, 390), 7, c.dark)
    c.stroke(arc((50, 44), 34, 22, 150, 390), 1, c.accent)
    c.stroke(arc((50, 44), 34, 22, 30, 150), 7, c.main)
    c.box(34, 52, 66, 78, radius=7, volume=0.2)
    c.oval(45, 65, 9, color=blend(c.main, BLACK, 0.4))
    c.oval(45, 65, 7, color=GLOW)
    c.oval(45, 65, 3.4, color=WHITE)
    c.box(57, 60, 62, 70, c.accent, 2.5)


def backpack(c: Canvas) -> None:
    c.stand(54, 90)
    c.stroke(arc((50, 18), 8, 9, 180, 360), 2.6, c.accent)
    for x in (26, 74):
        c.box(x - 6, 54, x + 6, 84, c.dark, 5)
    c.box(26, 18, 74, 90, radius=14, volume=0.16)
    c.box(24, 18, 76, 40, c.dark, 11, 0.16)
    c.box(32, 56, 68, 84, c.light, 6, 0.12)
    c.stroke([(34, 63), (66, 63)], 0.9, c.accent)
    for x in (38, 62):
        c.box(x - 1.6, 36, x + 1.6, 52, c.accent, 0.6)
        c.box(x - 2.6, 44, x + 2.6, 49, blend(c.accent, BLACK, 0.3), 1)


def tote(c: Canvas) -> None:
    c.stand(60, 88)
    c.stroke([(36, 42), (37, 18), (50, 9), (63, 18), (64, 42)], 2.6, c.dark)
    c.polygon([(20, 36), (80, 36), (76, 88), (24, 88)], volume=0.14, printed=True)
    c.stroke([(20.5, 40), (79.5, 40)], 0.5, c.line)
    for x in (36, 64):
        c.box(x - 2, 36, x + 2, 46, c.dark, 0.5)
    c.polygon([(50, 54), (58, 70), (42, 70)], c.accent)
    c.polygon([(50, 48), (56, 60), (44, 60)], c.accent)
    c.box(49, 70, 51, 75, c.accent)


def duffel(c: Canvas) -> None:
    c.stand(78, 78)
    c.stroke([(34, 44), (38, 24), (50, 18), (62, 24), (66, 44)], 2.6, c.accent)
    c.box(10, 36, 90, 78, radius=17, volume=0.18)
    c.stroke([(20, 41), (80, 41)], 1, c.line)
    for x in (34, 66):
        c.box(x - 2.2, 37, x + 2.2, 78, c.accent)
    for x in (13, 87):
        c.oval(x, 57, 4, 14, c.dark)
    c.box(72, 39, 80, 43, c.accent, 1)


def bottle(c: Canvas) -> None:
    c.stand(28, 90)
    c.turned([(6, 26), (7, 32), (13, 40), (13, 88), (12, 90)], volume=0.22, printed=True)
    c.box(42.5, 14, 57.5, 26, c.accent, 2.4, 0.22)
    c.stroke(arc((50, 14), 5, 6, 180, 360), 1.6, c.accent)
    c.box(44, 26, 56, 29, STEEL, 0, 0.2)


def glass_bottle(c: Canvas) -> None:
    glass = (214, 232, 232)
    c.stand(30, 90)
    c.turned([(6, 22), (7, 30), (14, 40), (14, 88), (13, 90)], glass, 0.1)
    c.box(43, 12, 57, 23, c.accent, 1.5, 0.2)
    c.box(35.6, 50, 64.4, 90, c.main, 2, 0.18)
    for x in range(38, 64, 3):
        c.stroke([(x, 51), (x, 89)], 0.6, c.dark)
    c.stroke([(40, 42), (40, 49)], 1, WHITE)


def flask(c: Canvas) -> None:
    c.stand(36, 90)
    c.turned([(14, 38), (16, 44), (16, 88), (15, 90)], volume=0.24)
    c.turned([(10, 14), (11, 30), (13, 36), (13, 38)], STEEL, 0.22)
    c.box(34, 40, 66, 43, c.accent, 0, 0.2)
    c.box(34, 78, 66, 81, c.accent, 0, 0.2)
    c.stroke(arc((66, 58), 9, 12, -85, 85), 2.4, c.dark)
    c.polygon([(50, 52), (56, 64), (44, 64)], c.accent)
    c.box(49.2, 64, 50.8, 68, c.accent)


def travel_mug(c: Canvas) -> None:
    c.stand(34, 90)
    c.turned([(19, 28), (18, 50), (14, 88), (13, 90)], volume=0.2, printed=True)
    c.box(29, 20, 71, 29, c.accent, 3, 0.22)
    c.box(35, 14, 65, 21, blend(c.accent, BLACK, 0.15), 3, 0.2)
    c.polygon([(32.5, 50), (67.5, 50), (66, 66), (34, 66)], blend(c.accent, c.main, 0.35), 0.15)


MOTIFS = (
    tent,
    dome_tent,
    tarp,
    sleeping_bag,
    mat,
    lantern,
    headlamp,
    backpack,
    tote,
    duffel,
    bottle,
    glass_bottle,
    flask,
    travel_mug,
)
