"""Who looks at the catalog, and in which channel."""

from commerce.catalog.values import Sight
from commerce.channels.graphql import selling
from commerce.kit.actor import Permission
from commerce.kit.graphql import Info


def sight(info: Info, *, sees_all: bool = False) -> Sight:
    """What this request may see: what is on sale in its channel now, or with PRODUCTS_READ everything."""
    may_see_all = sees_all or info.context.actor.may([Permission.PRODUCTS_READ])
    return Sight(selling(info).market.key, info.context.now(), may_see_all)
