"""The log proves itself to others: a file, a public key, and nothing of the shop."""

import asyncio
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import text
from typer.testing import CliRunner, Result

from commerce.cli import app
from commerce.kit.audit import proving
from commerce.kit.audit.proving import Wrong, read_proof
from commerce.kit.notary import Notary, as_jwk, from_jwk
from tests.audit.test_log import BRAND, brand
from tests.conftest import SECRET, Client, ShopUnderTest

pytestmark = pytest.mark.race
OTHER = "a secret of somebody else, thirty-two long"


@pytest.fixture
async def url(racing_shop: ShopUnderTest, race_url: str) -> str:
    """A shop in which staff did five things."""
    client = Client(racing_shop)
    client.act()
    for i in range(5):
        await client(BRAND, input=brand(f"Acme {i}"))
    await client.http.aclose()
    return race_url


async def types(url: str, *words: str | Path, **environment: str) -> Result:
    given = {"DATABASE_URL": url, "COMMERCE_SECRET": SECRET, **environment}
    return await asyncio.to_thread(CliRunner().invoke, app, ["audit", *map(str, words)], env=given)


async def exported(url: str, folder: Path) -> Path:
    file = folder / "log.jsonl"
    assert (await types(url, "export", file)).stdout == "Written: 5 entries.\n"
    return file


async def test_a_log_verifies_without_the_shop(url: str, tmp_path: Path) -> None:
    file, key = await exported(url, tmp_path), tmp_path / "key.json"
    key.write_text((await types("", "key")).stdout)
    answer = await types("", "verify", "--offline", "--from-proof", file, "--key", key, COMMERCE_SECRET="")
    assert (answer.exit_code, "The log is as it was written.") == (0, answer.stdout.splitlines()[-1]), answer.output
    assert (await types(url, "verify", "--from-proof", file)).exit_code == 0


async def test_a_log_signed_by_another_is_not_ours(url: str, tmp_path: Path) -> None:
    file, key = await exported(url, tmp_path), tmp_path / "key.json"
    key.write_bytes(orjson.dumps(as_jwk(Notary([OTHER]).public)))
    answer = await types("", "verify", "--offline", "--from-proof", file, "--key", key)
    assert (answer.exit_code, "was not signed by the key" in answer.output) == (1, True)
    answer = await types(url, "verify", "--from-proof", file, COMMERCE_SECRET=OTHER)
    assert (answer.exit_code, "key of another shop" in answer.output) == (1, True)


def _spoiled(lines: list[bytes], attack: str) -> list[bytes]:
    entries, head = [orjson.loads(line) for line in lines[:-1]], lines[-1]
    if attack == "change":
        entries[2]["operation"] = "nothing"
    elif attack == "rewrite":  # with a digest that fits
        entries[2]["operation"] = "nothing"
        content = {name: value for name, value in entries[2].items() if name != "digest"}
        entries[2]["digest"] = proving.digest_of(content).hex()
    elif attack == "delete":
        del entries[2]
    elif attack == "swap":
        entries[1], entries[2] = entries[2], entries[1]
    elif attack == "cut off":
        del entries[4]
    elif attack == "cut off with head":
        del entries[4]
        said = orjson.loads(head)
        said["head"] |= {"position": 4, "digest": entries[3]["digest"]}
        head = orjson.dumps(said)
    return [*map(orjson.dumps, entries), head]


@pytest.mark.parametrize(
    ("attack", "expected"),
    [
        ("none", []),
        ("change", [(3, Wrong.CHANGED)]),
        ("rewrite", [(4, Wrong.OUT_OF_PLACE)]),
        ("delete", [(3, Wrong.MISSING)]),
        ("swap", [(2, Wrong.MISSING), (2, Wrong.OUT_OF_PLACE), (3, Wrong.MISSING)]),
        ("cut off", [(5, Wrong.MISSING)]),
        ("cut off with head", "unsigned"),
    ],
)
async def test_whatever_is_done_to_the_file_is_found(
    attack: str, expected: Any, url: str, tmp_path: Path, racing_shop: ShopUnderTest
) -> None:
    lines = (await exported(url, tmp_path)).read_bytes().splitlines()
    proof = read_proof(_spoiled(lines, attack), as_jwk(racing_shop.database.notary.public))
    if expected == "unsigned":
        assert not proof.is_signed
    else:
        assert [(finding.position, finding.wrong) for finding in proof.findings] == expected
        assert proof.is_signed


async def test_what_was_cut_off_after_an_export_is_missed(url: str, tmp_path: Path, racing_shop: ShopUnderTest) -> None:
    """The log of the shop is whole by itself; the file knows that it was longer."""
    file = await exported(url, tmp_path)
    async with racing_shop.context().transaction() as session:
        await session.execute(text("set local session_replication_role = replica"))
        await session.execute(text("delete from kit_audit where position = 5"))
    assert (await types(url, "verify")).exit_code == 0
    answer = await types(url, "verify", "--from-proof", file)
    assert (answer.exit_code, "5: an entry is missing." in answer.stdout) == (1, True)


async def test_a_changed_entry_is_told_to_the_operator(url: str, racing_shop: ShopUnderTest) -> None:
    async with racing_shop.context().transaction() as session:
        await session.execute(text("set local session_replication_role = replica"))
        await session.execute(text("update kit_audit set subject = null where position = 2"))
    answer = await types(url, "verify")
    assert (answer.exit_code, answer.stdout.splitlines()[1]) == (
        1,
        "2: the entry says something else than was written.",
    )


async def test_old_keys_verify_what_they_sealed(racing_shop: ShopUnderTest, race_url: str) -> None:
    old, new = "an old secret of the log - thirty-two long", "a new secret of the log - thirty-two long"
    client = Client(racing_shop)
    client.act()
    for i, secrets in enumerate(([old], [new, old])):
        racing_shop.database.notary = Notary(secrets)
        await client(BRAND, input=brand(f"Acme {i}"))
    await client.http.aclose()
    assert (await types(race_url, "verify", COMMERCE_AUDIT_SECRETS=f"{new},{old}")).exit_code == 0
    answer = await types(race_url, "verify", COMMERCE_AUDIT_SECRETS=new)
    assert (answer.exit_code, answer.stdout.count("sealed by a key that is not at hand")) == (1, 1)


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b'{"head": 1}', b"\xff", b'{"position": 1}'])
async def test_what_is_no_log_is_said_in_one_line(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "log.jsonl"
    file.write_bytes(content)
    answer = await types("", "verify", "--offline", "--from-proof", file)
    assert (answer.exit_code, "This is no exported log" in answer.output) == (1, True), answer.output


async def test_the_clock_signs_how_far_the_log_has_come(url: str, racing_shop: ShopUnderTest) -> None:
    from commerce.audit import actions  # noqa: PLC0415

    count = text("select count(*), max(position) from kit_audit_checkpoint")
    for _ in range(2):  # the second time there is nothing new
        await actions.checkpoint(racing_shop.context())
        assert [tuple(row) for row in await racing_shop.context().rows(count)] == [(1, 5)]


def test_a_public_key_is_read_as_it_was_written() -> None:
    public = Notary([SECRET]).public
    assert from_jwk(as_jwk(public)) == public
    with pytest.raises(ValueError, match="Ed25519"):
        from_jwk({"kty": "RSA"})
