"""Tea, coffee, treats, and what they are brewed with."""

from commerce.demo.canvas import BLACK, WHITE, Canvas, Color, arc, blend, is_dark

PAPER: Color = (250, 246, 236)
STEEL: Color = (190, 196, 200)
BEAN: Color = (86, 54, 36)
WOOD: Color = (176, 128, 82)
GLASS: Color = (222, 234, 234)


def _sprig(c: Canvas, x: float, y: float, color: Color) -> None:
    """Two leaves and a bud."""
    c.stroke([(x, y + 8), (x, y - 2)], 0.7, color)
    c.blob([(x, y + 4), (x - 6, y + 1), (x - 8, y - 5), (x - 2, y - 1)], color)
    c.blob([(x, y + 4), (x + 6, y + 1), (x + 8, y - 5), (x + 2, y - 1)], color)
    c.blob([(x, y - 1), (x - 2, y - 5), (x, y - 10), (x + 2, y - 5)], color)


def tea_tin(c: Canvas) -> None:
    c.stand(46, 88)
    c.box(28, 30, 72, 88, radius=3, volume=0.22, printed=True)
    c.box(26, 16, 74, 34, c.dark, 3, 0.24)
    c.box(26, 31, 74, 34, c.accent, 0, 0.2)
    c.box(36, 46, 64, 76, PAPER, 1.5)
    _sprig(c, 50, 61, blend(c.main, (60, 120, 70), 0.5))
    c.stroke([(43, 73), (57, 73)], 0.8, c.accent)


def tea_pouch(c: Canvas) -> None:
    c.stand(50, 88)
    c.polygon([(28, 20), (72, 20), (75, 88), (25, 88)], volume=0.16, printed=True)
    c.box(27.6, 16, 72.4, 25, c.dark, 1)
    c.box(27.8, 27, 72.2, 28, c.line)
    c.oval(50, 56, 16, color=PAPER)
    _sprig(c, 50, 57, c.accent if sum(c.accent) < 560 else c.main)
    c.box(40, 78, 60, 82, PAPER, 1)


def tea_cake(c: Canvas) -> None:
    c.tilt(10)
    c.oval(56, 54, 32, color=blend(c.main, BLACK, 0.25))
    c.oval(56, 54, 28, color=c.main, volume=0.2)
    for _ in range(60):
        spot = c.luck.choice(arc((56, 54), c.luck.uniform(3, 26), c.luck.uniform(3, 26)))
        end = (spot[0] + c.luck.uniform(-3, 3), spot[1] + c.luck.uniform(-2, 2))
        c.stroke([spot, end], 0.7, c.luck.choice((c.dark, c.light)))
    c.polygon([(12, 24), (52, 14), (62, 66), (20, 76)], PAPER, 0.08)
    c.oval(37, 45, 13, color=c.accent)
    _sprig(c, 37, 46, PAPER)


def coffee_bag(c: Canvas) -> None:
    c.stand(52, 88)
    c.polygon([(28, 26), (72, 26), (75, 88), (25, 88)], volume=0.18)
    c.polygon([(30, 14), (70, 14), (72, 28), (28, 28)], c.dark, 0.16)
    c.box(24, 20, 76, 23, c.accent, 1)
    c.box(34, 40, 66, 76, PAPER if is_dark(c.accent) else blend(c.accent, WHITE, 0.5), 1.5)
    for x, y in ((45, 55), (55, 60)):
        c.oval(x, y, 5, 6.5, BEAN)
        c.stroke([(x, y - 6), (x + 1.6, y), (x, y + 6)], 0.9, blend(BEAN, WHITE, 0.4))
    c.stroke([(40, 71), (60, 71)], 0.9, c.main)
    c.oval(50, 33, 2, color=c.line)


def teapot(c: Canvas) -> None:
    c.stand(56, 82)
    c.stroke([(26, 62), (14, 54), (10, 42)], 6, c.dark, volume=0.1)
    c.stroke(arc((74, 56), 14, 14, -80, 80), 4, c.dark)
    c.turned([(12, 36), (24, 44), (29, 60), (22, 76), (14, 82)], volume=0.2, printed=True)
    c.turned([(5, 30), (11, 34), (15, 38)], c.light, 0.2)
    c.oval(50, 27, 3.6, color=c.accent, volume=0.2)


def gaiwan(c: Canvas) -> None:
    c.stand(60, 82)
    c.oval(50, 78, 32, 6, c.main, 0.14)
    c.oval(50, 77, 20, 3, c.dark)
    c.turned([(28, 44), (24, 54), (16, 70), (12, 76)], volume=0.18, printed=True)
    c.turned([(7, 28), (7, 31), (18, 35), (25, 42)], c.light, 0.18)
    c.box(24, 40, 76, 44, c.accent, 2)
    c.box(43, 22, 57, 29, c.main, 3, 0.18)


def dripper(c: Canvas) -> None:
    c.stand(44, 90)
    c.polygon([(30, 18), (70, 18), (56, 44), (44, 44)], PAPER)
    c.polygon([(24, 24), (76, 24), (56, 52), (44, 52)], volume=0.2)
    for x in (-16, -6, 6, 16):
        c.stroke([(50 + x, 27), (50 + x * 0.4, 49)], 0.7, c.dark)
    c.stroke(arc((72, 34), 9, 8, -80, 100), 2.6, c.dark)
    c.box(30, 52, 70, 57, c.accent, 2, 0.2)
    c.stroke([(50, 57), (50, 66)], 0.9, BEAN)
    c.turned([(16, 57), (22, 68), (23, 84), (20, 90)], GLASS, 0.1)
    c.turned([(21.6, 74), (21.4, 84), (19, 89)], BEAN, 0.15)


def french_press(c: Canvas) -> None:
    c.stand(44, 90)
    c.stroke([(50, 30), (50, 12)], 1.2, STEEL)
    c.oval(50, 11, 3.4, color=c.accent)
    c.stroke(arc((66, 58), 15, 20, -80, 80), 4, c.accent)
    c.box(32, 32, 66, 88, GLASS, 2, 0.08)
    c.box(33.5, 50, 64.5, 87, BEAN, 1, 0.16)
    c.box(33.5, 47, 64.5, 51, STEEL, 1)
    c.turned([(6, 22), (14, 27), (18, 32)], c.main, 0.2)
    for y in (33, 66, 84):
        c.box(31, y, 67, y + 4, c.main, 1, 0.25)
    for x in (33, 65):
        c.stroke([(x, 34), (x, 90)], 1.8, c.main)
    c.stroke([(38, 39), (38, 46)], 1.2, WHITE)


def kettle(c: Canvas) -> None:
    c.stand(50, 84)
    c.stroke([(34, 76), (18, 68), (20, 44), (8, 32)], 3, c.dark)
    c.stroke([(64, 42), (84, 34), (88, 50), (84, 66)], 4, c.accent)
    c.turned([(15, 42), (20, 58), (26, 78), (26, 84)], volume=0.24)
    c.turned([(6, 34), (12, 37), (16, 42)], c.dark, 0.2)
    c.oval(50, 31, 3, color=c.accent)
    c.box(24, 80, 76, 84, c.dark, 1)


def grinder(c: Canvas) -> None:
    c.stand(30, 92)
    c.stroke([(50, 20), (82, 14)], 2, STEEL)
    c.oval(83, 12, 4.4, color=c.main, volume=0.2)
    c.box(47, 14, 53, 24, STEEL, 2)
    c.box(37, 24, 63, 62, c.accent, 3, 0.28)
    c.box(38, 62, 62, 92, c.main, 3, 0.24)
    c.box(36.5, 60, 63.5, 64, STEEL, 1, 0.2)
    for y in (32, 36, 40, 44, 48, 52):
        c.box(37, y, 63, y + 0.8, blend(c.accent, WHITE, 0.25))


def jar(c: Canvas) -> None:
    c.stand(48, 86)
    c.box(27, 30, 73, 86, GLASS, 9, 0.08)
    c.box(29.5, 37, 70.5, 84, c.main, 8, 0.2)
    c.box(30, 16, 70, 30, c.accent, 2.5, 0.22)
    c.box(34, 48, 66, 72, PAPER, 2)
    edge = arc((50, 60), 8, 8, 30, 390)[::10]
    c.polygon(edge, blend(c.main, WHITE, 0.15))
    c.stroke(edge, 0.9, c.dark, soft=False)
    c.stroke([(32, 42), (32, 74)], 1.2, blend(c.main, WHITE, 0.5))


def biscuit_box(c: Canvas) -> None:
    c.stand(64, 86)
    c.box(24, 22, 66, 86, radius=1.5, volume=0.14, printed=True)
    c.polygon([(66, 22), (78, 18), (78, 80), (66, 86)], c.dark)
    c.box(31, 34, 59, 60, c.accent, 2)
    for x, y in ((42, 50), (50, 44)):
        c.oval(x, y, 8, color=(206, 152, 92), volume=0.15)
        for dx, dy in ((-3, -2), (2, -3), (0, 2), (4, 2)):
            c.oval(x + dx, y + dy, 0.9, color=(140, 90, 48))
    c.stroke([(35, 70), (55, 70)], 1.4, c.accent)
    c.stroke([(38, 75), (52, 75)], 0.9, c.accent)


def chocolate(c: Canvas) -> None:
    c.tilt(18)
    for row in range(3):
        for column in range(3):
            x, y = 28 + column * 14.6, 8 + row * 13
            c.box(x, y, x + 14.2, y + 12.6, BEAN, 1)
            c.box(x + 2, y + 2, x + 12.2, y + 10.6, blend(BEAN, WHITE, 0.12), 1)
    for _ in range(9):
        c.oval(c.luck.uniform(30, 70), c.luck.uniform(10, 36), 0.6, color=WHITE)
    foil = [(26, 40), (33, 37), (40, 41), (47, 37), (54, 41), (61, 37), (68, 41), (74, 38)]
    c.polygon([*foil, (74, 48), (26, 48)], STEEL, 0.2)
    c.box(26, 44, 74, 92, c.main, 1, 0.14)
    c.box(26, 52, 74, 62, c.accent, 0, 0.1)
    c.stroke([(36, 78), (44, 73), (50, 78), (56, 73), (64, 78)], 1.2, c.accent)


MOTIFS = (
    tea_tin,
    tea_pouch,
    tea_cake,
    coffee_bag,
    teapot,
    gaiwan,
    dripper,
    french_press,
    kettle,
    grinder,
    jar,
    biscuit_box,
    chocolate,
)
