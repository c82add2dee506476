"""The words in which modules speak GraphQL: described types, batched fields, extensions, guarded roots, refusals."""

from commerce.kit.graphql.access import Guard, check_access, guarded, query
from commerce.kit.graphql.fields import at_hand, batched, extend
from commerce.kit.graphql.money import Money, MoneyInput, amount_from, money
from commerce.kit.graphql.mutations import mutation
from commerce.kit.graphql.nodes import Node, NodeLoader, key_from, node_loader, nodes_of
from commerce.kit.graphql.refusals import GeneralError, Payload, UserError, error_types, says, user_error
from commerce.kit.graphql.rules import (
    ONESELF,
    OWNER,
    PART,
    PERSON,
    PUBLIC,
    SIGNED_IN,
    Access,
    InChannels,
    asked_of,
    in_channels,
)
from commerce.kit.graphql.subscriptions import following, subscription
from commerce.kit.graphql.types import (
    ID,
    Info,
    argument,
    derived,
    described,
    described_enum,
    input_type,
    interface,
    object_type,
    one_of_input,
    rule_of,
)

__all__ = [
    "ID",
    "ONESELF",
    "OWNER",
    "PART",
    "PERSON",
    "PUBLIC",
    "SIGNED_IN",
    "Access",
    "GeneralError",
    "Guard",
    "InChannels",
    "Info",
    "Money",
    "MoneyInput",
    "Node",
    "NodeLoader",
    "Payload",
    "UserError",
    "amount_from",
    "argument",
    "asked_of",
    "at_hand",
    "batched",
    "check_access",
    "derived",
    "described",
    "described_enum",
    "error_types",
    "extend",
    "following",
    "guarded",
    "in_channels",
    "input_type",
    "interface",
    "key_from",
    "money",
    "mutation",
    "node_loader",
    "nodes_of",
    "object_type",
    "one_of_input",
    "query",
    "rule_of",
    "says",
    "subscription",
    "user_error",
]
