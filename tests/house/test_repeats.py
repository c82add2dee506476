"""Every mutation can be sent again: with its key it has its effect once, and answers as before."""

from random import Random

from commerce.kit.actor import Permission
from tests.conftest import Client, ShopUnderTest
from tests.house.asking import MUTATIONS, Sender, document
from tests.house.full_shop import fill

WITHOUT_KEY = {"signIn", "tokenRefresh", "passwordChange"}
"""Their answers hold secrets, which are not given twice."""


async def test_a_mutation_with_its_key_has_its_effect_once(shop: ShopUnderTest, client: Client) -> None:
    full, wrong, accepted = await fill(shop, client), [], set()
    full.act(*Permission)
    for seed in range(8):
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
                after = await full.state()
                again = await full.ask(text, sent, **key)
                accepted.add(name)
                if again.json() != first.json() or await full.state() != after:
                    wrong.append((name, first.text[:300], again.text[:300], full.faults))
    assert not wrong, "\n".join(map(str, wrong))
    print(sorted(MUTATIONS.keys() - WITHOUT_KEY - accepted))
