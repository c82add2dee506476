"""The room for answers is bounded, whatever is asked."""

from random import Random

from commerce.kit.answers.kept import OVERHEAD, Kept
from commerce.kit.answers.memory import MOST_WAYS, WAY, Memory
from commerce.kit.answers.visit import FORM, LONGEST_ASKED, way_of

ROOM = 100_000


def kept(key: str, size: int = 1_000) -> Kept:
    return Kept(key.encode(), b"x" * size, {}, "en", frozenset(), frozenset(), 0, 0.0, 1.0)


def test_what_was_not_asked_for_longest_makes_room() -> None:
    memory = Memory(10 * kept("a").size)
    for i in range(10):
        memory.put(kept(str(i)))
    assert memory.by_key(b"0") is not None
    memory.put(kept("10"))
    assert memory.by_key(b"1") is None
    assert [memory.by_key(str(i).encode()) is not None for i in (0, 2, 10)] == [True, True, True]
    assert len(memory) == 10


def test_a_new_answer_takes_the_place_of_the_old_one_and_of_the_ways_to_it() -> None:
    memory = Memory(ROOM)
    first, second = kept("a"), kept("a", 500)
    memory.put(first)
    memory.lead(b"way", first)
    assert memory.by_way(b"way") is first
    memory.put(second)
    assert memory.by_way(b"way") is None
    memory.lead(b"way", first)
    assert memory.by_way(b"way") is None, "a way to what is not kept any more leads nowhere"
    assert memory.size == second.size == 500 * 5 // 4 + OVERHEAD


def test_a_huge_answer_is_not_kept() -> None:
    memory = Memory(ROOM)
    memory.put(kept("small"))
    memory.put(kept("huge", ROOM // 8))
    assert memory.by_key(b"huge") is None
    assert memory.by_key(b"small") is not None


def test_an_answer_is_remembered_by_so_many_ways_and_no_more() -> None:
    memory, one = Memory(ROOM), kept("a")
    memory.put(one)
    for i in range(MOST_WAYS + 5):
        memory.lead(b"%d" % i, one)
    assert [memory.by_way(b"%d" % i) is one for i in (0, 4, 5, MOST_WAYS + 4)] == [False, False, True, True]
    assert memory.size == one.size + MOST_WAYS * WAY


def test_its_size_is_what_it_holds_whatever_happens() -> None:
    memory, random = Memory(ROOM), Random(1)
    for _ in range(5_000):
        key = str(random.randrange(60))
        if random.random() < 0.4:
            memory.put(kept(key, random.randrange(15_000)))
        elif (found := memory.by_key(key.encode())) is not None:
            memory.lead(random.randbytes(2), found)
        assert memory.size <= ROOM
    for key in list(memory._kept):
        memory.drop(key)
    assert (memory.size, len(memory), memory._ways) == (0, 0, {})


def test_a_request_is_told_apart_by_all_that_decides_about_its_answer() -> None:
    heeded = FORM | {b"x-country"}
    plain = [(b"accept", b"application/json"), (b"user-agent", b"one")]

    def way(*headers: tuple[bytes, bytes], head: bytes = b"POST", body: bytes = b"{}") -> bytes | None:
        return way_of(head, [*plain, *headers], heeded, body)

    assert way() == way((b"user-agent", b"two"))
    others = [
        way(), way((b"x-country", b"DE")), way((b"x-country", b"US")), way(head=b"GET"), way(body=b"{ }"),
        way((b"content-type", b"text/plain")), way((b"x-country", b"DE"), (b"x-country", b"US")),
        way(body=b"x-country\nDE\n\n{}"), way((b"x-country", b"")),
    ]  # fmt: skip
    assert len({one for one in others if one is not None}) == len(others)
    for credential in (b"authorization", b"cookie", b"proxy-authorization"):
        assert way((credential, b"anything")) is None
    assert way(body=b" " * (LONGEST_ASKED + 1)) is None
