"""Paper, pens, small machines and the desk itself."""

from commerce.demo.canvas import BLACK, WHITE, Canvas, Color, arc, blend

PAPER: Color = (250, 246, 236)
STEEL: Color = (190, 196, 200)
WOOD: Color = (196, 150, 100)


def _cover(c: Canvas, printed: bool = False) -> None:
    """A bound book, seen from slightly above."""
    c.tilt(14)
    c.box(26, 14, 76, 88, c.dark, 2.5)
    c.box(28, 14, 77, 86, PAPER, 1.5)
    c.box(24, 12, 74, 85, radius=2.5, volume=0.12, printed=printed)
    c.box(24, 12, 31, 85, c.dark, 1)


def notebook(c: Canvas) -> None:
    _cover(c)
    c.box(66, 12, 68.5, 85, c.accent)
    c.polygon([(42, 85), (45, 85), (45, 94), (43.5, 92), (42, 94)], c.accent)
    c.box(38, 26, 60, 40, PAPER, 1)
    c.stroke([(42, 31), (56, 31)], 0.7, c.dark)
    c.stroke([(42, 35), (52, 35)], 0.7, c.dark)


def journal(c: Canvas) -> None:
    _cover(c)
    c.stroke([(24, 48), (74, 48)], 1.8, c.accent)
    c.oval(72, 48, 2.6, color=c.accent, volume=0.2)
    c.stroke([(34, 14), (34, 83)], 0.4, c.light)
    c.stroke([(71, 14), (71, 83)], 0.4, c.light)


def notepad(c: Canvas) -> None:
    c.tilt(10)
    c.box(25, 14, 77, 90, blend(c.accent, BLACK, 0.2), 1.5)
    c.box(24, 12, 76, 86, PAPER, 1, 0.05)
    c.box(24, 12, 76, 20, c.accent, 1, 0.1)
    for x in range(30, 74, 5):
        for y in range(26, 84, 5):
            c.oval(x, y, 0.45, color=(178, 186, 192))
    c.polygon([(76, 78), (76, 86), (66, 86)], (220, 214, 200))


def book(c: Canvas) -> None:
    _cover(c)
    c.oval(53, 38, 12, color=c.accent)
    for row, y in enumerate((52, 58, 64)):
        tone = blend(c.accent, c.main, 0.2 + row * 0.2)
        c.stroke([(34, y), (43, y - 3), (53, y), (62, y - 3), (71, y)], 1.6, tone)
    c.stroke([(40, 74), (66, 74)], 1.6, c.accent)
    c.stroke([(45, 79), (61, 79)], 0.9, c.accent)


def card(c: Canvas) -> None:
    c.tilt(9)
    c.box(16, 38, 70, 78, c.accent, 1.5, 0.1)
    c.stroke([(17, 39), (43, 60), (69, 39)], 0.8, blend(c.accent, BLACK, 0.25), soft=False)
    c.box(40, 18, 82, 74, PAPER, 1, 0.06)
    c.box(43.5, 21.5, 78.5, 70.5, blend(c.main, PAPER, 0.35), 1)
    c.polygon([(50, 52), (72, 52), (67, 59), (55, 59)], c.accent)
    c.polygon([(60, 30), (60, 50), (50, 50)], PAPER)
    c.polygon([(62, 34), (62, 50), (71, 50)], PAPER)


def certificate(c: Canvas) -> None:
    c.tilt(5)
    c.box(14, 24, 86, 78, PAPER, 1, 0.06)
    c.stroke([(17, 27), (83, 27), (83, 75), (17, 75), (17, 27)], 0.8, c.main, soft=False)
    for y, width in ((31, 7), (38, 10), (46, 13)):
        c.polygon([(36, y), (36 + width, y + 14), (36 - width, y + 14)], c.main)
    c.box(34.6, 60, 37.4, 67, c.accent)
    for y, end in ((42, 78), (48, 74), (54, 76)):
        c.stroke([(56, y), (end, y)], 1, c.line)
    c.oval(71, 66, 5, color=c.accent)
    c.oval(71, 66, 3, color=blend(c.accent, WHITE, 0.3))


def fountain_pen(c: Canvas) -> None:
    c.tilt(12)
    c.angle += 35
    c.polygon([(8, 50), (20, 46), (20, 54)], (214, 178, 96), 0.2)
    c.stroke([(10, 50), (17, 50)], 0.4, BLACK)
    c.box(19, 45.5, 30, 54.5, blend(c.accent, BLACK, 0.3), 1.5, 0)
    c.box(29, 44.5, 64, 55.5, radius=1, volume=0.2)
    c.box(62, 43.5, 92, 56.5, c.dark, 5)
    c.box(66, 45, 88, 47.4, c.accent, 1)
    c.box(62, 43.5, 64, 56.5, c.accent)
    c.stroke([(31, 47), (60, 47)], 1, c.light)


def pencils(c: Canvas) -> None:
    c.tilt(8)
    tones = (c.main, c.accent, c.dark, c.light, blend(c.main, c.accent, 0.5))
    for index, tone in enumerate(tones):
        x = 24 + index * 11.5
        top = 20 + c.luck.uniform(-5, 5)
        c.polygon([(x, top), (x + 4, top + 14), (x - 4, top + 14)], (232, 204, 160))
        c.polygon([(x, top), (x + 1.2, top + 4.4), (x - 1.2, top + 4.4)], (60, 60, 64))
        c.box(x - 4, top + 13, x + 4, 86, tone, 0.6)
        c.box(x - 1.3, top + 13, x + 1.3, 86, blend(tone, WHITE, 0.25))
        c.box(x - 4, 82, x + 4, 86, blend(tone, BLACK, 0.35), 0.6)


def pens(c: Canvas) -> None:
    c.tilt(10)
    for x, tone in ((32, c.main), (50, c.accent), (68, (60, 64, 70))):
        c.box(x - 1.4, 10, x + 1.4, 18, tone, 1)
        c.box(x - 4, 17, x + 4, 76, WHITE, 2.5, 0.12)
        c.box(x - 4, 50, x + 4, 76, tone, 1)
        c.polygon([(x - 4, 75), (x + 4, 75), (x + 1, 88), (x - 1, 88)], STEEL, 0.2)
        c.box(x + 1, 20, x + 3, 42, tone, 1)


def _keys(c: Canvas, left: float, top: float, rows: int, columns: int, size: float) -> None:
    """A block of keys, with a few in the accent color."""
    marked = {(0, 0), (rows - 2, columns - 1)}
    for row in range(rows):
        for column in range(columns):
            x, y = left + column * size, top + row * size
            tone = c.accent if (row, column) in marked else blend(c.main, WHITE, 0.45)
            c.box(x, y + 0.5, x + size - 0.7, y + size - 0.2, blend(tone, BLACK, 0.3), 1)
            c.box(x, y, x + size - 0.7, y + size - 1, tone, 1)


def keyboard(c: Canvas) -> None:
    c.tilt(8)
    c.box(8, 34, 92, 70, c.dark, 4)
    c.box(8, 32, 92, 68, radius=4, volume=0.12)
    _keys(c, 11, 35, 4, 13, 6)
    for left, right, tone in ((11, 24, c.main), (24.6, 62, c.accent), (62.6, 88.5, c.main)):
        c.box(left, 59.5, right, 65, blend(tone, WHITE, 0.45), 1)


def split_keyboard(c: Canvas) -> None:
    for left in (6, 54):
        c.box(left, 30, left + 40, 72, c.dark, 5)
        c.box(left, 28, left + 40, 70, radius=5, volume=0.12)
        _keys(c, left + 2.5, 32, 4, 5, 7.2)
    for x in (36, 57):
        c.box(x, 61, x + 7, 67, c.accent, 1)


def headphones(c: Canvas) -> None:
    c.stroke(arc((50, 52), 30, 34, 180, 360), 5.4, c.main)
    c.stroke(arc((50, 52), 30, 34, 215, 325), 2, c.accent)
    for x in (20, 80):
        inner = x + (6 if x < 50 else -6)
        c.box(inner - 6, 47, inner + 6, 79, c.accent, 6, 0.2)
        c.box(x - 8, 48, x + 6, 78, c.main, 7, 0.22)
        c.oval(x - 1, 63, 3.4, 9, c.dark)


def earbuds(c: Canvas) -> None:
    c.stand(52, 88)
    for x, flip in ((38, -1), (62, 1)):
        c.stroke([(x, 28), (x - flip * 1, 44)], 4.6, c.main, volume=0.15)
        c.oval(x, 25, 8, color=c.main, volume=0.2)
        c.oval(x - flip * 4, 25, 3.4, 5, c.accent)
    c.box(24, 56, 76, 88, radius=14, volume=0.2)
    c.polygon([(25, 64), (75, 64), (75, 65.2), (25, 65.2)], c.dark)
    c.oval(50, 73, 1.4, color=(120, 190, 130))


def speaker(c: Canvas) -> None:
    c.stand(50, 88)
    c.stroke(arc((50, 24), 10, 12, 180, 360), 2.6, c.accent)
    c.box(24, 22, 76, 88, radius=20, volume=0.2)
    for row in range(11):
        for column in range(9):
            x = 30 + column * 5 + (row % 2) * 2.5
            if x < 72:
                c.oval(x, 34 + row * 4.2, 0.8, color=c.dark)
    c.box(24.6, 80, 75.4, 83, c.accent)
    c.box(42, 44, 58, 52, c.accent, 2)


def charger(c: Canvas) -> None:
    c.stroke([(50, 66), (50, 80), (64, 84), (84, 94)], 1.6, c.accent)
    c.oval(50, 49, 30, color=c.dark)
    c.oval(50, 47, 30, color=WOOD, volume=0.16)
    for rx in (25, 19, 13, 7):
        c.stroke(arc((50, 47), rx, rx, 20 + rx * 7, 300 + rx * 7), 0.4, blend(WOOD, BLACK, 0.2))
    c.polygon([(52, 36), (43, 50), (49, 50), (47, 60), (57, 45), (51, 45)], c.accent)


def plug_charger(c: Canvas) -> None:
    c.stand(48, 84)
    for x in (41, 59):
        c.box(x - 2, 14, x + 2, 32, STEEL, 1, 0.2)
    c.box(28, 30, 72, 84, radius=8, volume=0.18)
    for y in (46, 56):
        c.box(40, y, 60, y + 5.4, c.dark, 2.7)
    c.box(40, 67, 60, 74, c.accent, 1)
    c.box(42, 70, 58, 72, WHITE)


def hub(c: Canvas) -> None:
    c.tilt(14)
    c.stroke([(12, 52), (2, 60), (8, 78), (-4, 86)], 2.2, blend(c.main, BLACK, 0.5))
    c.box(12, 42, 90, 62, c.dark, 4)
    c.box(12, 40, 90, 60, radius=4, volume=0.18)
    for x in (18, 29, 40, 51):
        c.box(x, 46, x + 8, 54, blend(c.main, BLACK, 0.65), 1)
        c.box(x + 1, 50, x + 7, 53, c.accent)
    for x in (63, 72):
        c.box(x, 48, x + 6, 52, blend(c.main, BLACK, 0.65), 2)
    c.oval(84, 50, 1.3, color=c.accent)


def tray(c: Canvas) -> None:
    c.tilt(8)
    c.box(12, 28, 88, 76, c.dark, 4)
    c.box(12, 26, 88, 73, radius=4, volume=0.14)
    wells = ((16, 30, 84, 42), (16, 45, 40, 69), (43, 45, 60, 56), (43, 59, 60, 69), (63, 45, 84, 69))
    for left, top, right, bottom in wells:
        c.box(left, top, right, bottom, blend(c.main, BLACK, 0.28), 2.5)
    c.stroke([(20, 36), (70, 36)], 2.2, c.accent)
    c.stroke([(72, 36), (76, 36)], 1, PAPER)
    c.oval(28, 57, 5, color=STEEL)
    c.oval(28, 57, 3, color=blend(c.main, BLACK, 0.28))
    c.box(67, 49, 80, 65, PAPER, 0.6)


def monitor_shelf(c: Canvas) -> None:
    c.stand(84, 82)
    c.box(26, 18, 74, 52, (52, 58, 64), 2)
    c.box(28, 20, 72, 49, blend(c.accent, (120, 160, 190), 0.6), 1)
    c.polygon([(46, 52), (54, 52), (56, 62), (44, 62)], STEEL)
    for x in (10, 82):
        c.box(x, 62, x + 8, 82, c.dark, 2)
    c.box(8, 60, 92, 67, radius=3, volume=0.2)
    c.box(28, 76, 72, 81, blend(c.accent, WHITE, 0.4), 1.5)
    for x in range(31, 70, 4):
        c.box(x, 76.6, x + 3, 78.4, WHITE, 0.4)


def pen_cup(c: Canvas) -> None:
    c.stand(40, 88)
    tools: tuple[tuple[float, float, Color], ...] = (
        (40, 16, c.accent),
        (50, 10, (232, 196, 120)),
        (60, 20, (90, 110, 130)),
    )
    for x, top, tone in tools:
        c.stroke([(x + (50 - x) * 0.4, 56), (x, top)], 3, tone)
    c.box(32, 44, 68, 88, radius=4, volume=0.2, printed=True)
    c.oval(50, 44, 18, 3.6, c.dark)
    c.polygon(arc((50, 44), 18, 3.6, 0, 180), c.light)


def desk_mat(c: Canvas) -> None:
    c.polygon([(20, 34), (80, 34), (94, 76), (6, 76)], c.dark)
    c.polygon([(20, 32), (80, 32), (94, 74), (6, 74)], volume=0.14)
    c.polygon([(20, 32), (80, 32), (81.3, 36), (18.7, 36)], c.accent)
    c.polygon([(30, 46), (58, 46), (60, 62), (27, 62)], blend(c.main, WHITE, 0.75))
    for row in range(3):
        y = 48 + row * 4.6
        c.stroke([(31 - row * 0.8, y), (57 + row * 0.6, y)], 1.8, blend(c.main, WHITE, 0.35))
    c.oval(72, 54, 5, 6.5, blend(c.main, WHITE, 0.75), 0.1)


def desk_clock(c: Canvas) -> None:
    c.mirrored = False  # or nobody could read it
    c.stand(68, 76)
    c.box(16, 32, 84, 76, radius=5, volume=0.18)
    c.box(21, 37, 79, 71, (236, 234, 224), 2)
    segments = ((26, "1"), (37, "7"), (54, "4"), (66, "5"))
    for x, digit in segments:
        _digit(c, x, 44, digit)
    for y in (50, 57):
        c.oval(51, y, 1, color=BLACK)
    c.stroke([(27, 66.5), (33, 65), (39, 66.5), (45, 65), (51, 66.5)], 0.8, c.dark)


def _digit(c: Canvas, x: float, y: float, digit: str) -> None:
    """A digit of seven segments."""
    lines = {
        "a": ((0, 0), (7, 0)),
        "b": ((7, 0), (7, 8)),
        "c": ((7, 8), (7, 16)),
        "d": ((0, 16), (7, 16)),
        "f": ((0, 0), (0, 8)),
        "g": ((0, 8), (7, 8)),
    }
    lit = {"1": "bc", "4": "fgbc", "5": "afgcd", "7": "abc"}[digit]
    for segment in lit:
        start, end = lines[segment]
        c.stroke([(x + start[0], y + start[1]), (x + end[0], y + end[1])], 1.6, BLACK)


MOTIFS = (
    notebook,
    journal,
    notepad,
    book,
    card,
    certificate,
    fountain_pen,
    pencils,
    pens,
    keyboard,
    split_keyboard,
    headphones,
    earbuds,
    speaker,
    charger,
    plug_charger,
    hub,
    tray,
    monitor_shelf,
    pen_cup,
    desk_mat,
    desk_clock,
)
