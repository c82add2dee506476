"""Every mutation can be sent again, and at the same time: with its key it has its effect once, and answers as before."""

import asyncio
from random import Random
from typing import Any

import pytest

from commerce.kit.actor import Permission
from tests.conftest import Client, ShopUnderTest
from tests.house.asking import MUTATIONS, Sender, document
from tests.house.full_shop import fill

WITHOUT_KEY = {
    "appTokenCreate", "customerImpersonate", "erasureRequest", "identityLink", "passwordChange", "passwordReset", "personalDataExport",
    "recoveryCodesRenew", "signIn", "signInStart", "staffInvitationAccept", "tokenRefresh", "totpBegin",
    "totpConfirm", "totpDisable",
}  # fmt: skip
"""Their answers hold secrets, which are not given twice."""

OF_SOMEBODY = {"accountMerge", "identityUnlink", "sessionRevoke"}
"""They need what only somebody has who has signed in, and are repeated in tests of their own."""

AT_ONCE = 4


def without_cost(answer: dict[str, Any]) -> dict[str, Any]:
    """An answer but for what is left to spend, which changes with each."""
    answer["extensions"].pop("cost")
    return answer


async def test_a_mutation_with_its_key_has_its_effect_once(shop: ShopUnderTest, client: Client) -> None:
    full, wrong, accepted = await fill(shop, client), [], set()
    full.act(*Permission)
    for seed in range(5):
        sender = Sender(full.world, Random(seed))
        for name in sorted(MUTATIONS.keys() - WITHOUT_KEY):
            sent, text, key = (
                sender.variables(name, fully=seed % 2 == 0),
                document(name, 1),
                {"idempotency-key": "once"},
            )
            sent.get("input", {}).pop("idempotencyKey", None)
            async with full.undone():
                first = await full.ask(text, sent, **key)
                if first.json()["data"][name]["userErrors"]:
                    continue
                accepted.add(name)
                after = await full.state()
                again = await full.ask(text, sent, **key)
                if without_cost(again.json()) != without_cost(first.json()) or await full.state() != after:
                    wrong.append((name, first.text[:300], again.text[:300], full.faults))
    assert not wrong, "\n".join(map(str, wrong))
    tried = MUTATIONS.keys() - WITHOUT_KEY - OF_SOMEBODY
    assert len(accepted) > 0.8 * len(tried), sorted(tried - accepted)


@pytest.mark.race
async def test_mutations_that_race_with_themselves_are_answered(racing_shop: ShopUnderTest) -> None:
    full, wrong = await fill(racing_shop, Client(racing_shop)), []
    full.act(*Permission)
    for seed in range(2):
        sender = Sender(full.world, Random(seed))
        for name in sorted(MUTATIONS):
            sent = sender.variables(name, fully=True)
            answers = await asyncio.gather(*(full.ask(document(name, 1), sent) for _ in range(AT_ONCE)))
            wrong += [(name, one.text[:300], full.faults) for one in answers if "errors" in one.json()]
    await full.client.http.aclose()
    assert not wrong, "\n".join(map(str, wrong))
