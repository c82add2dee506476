"""How much one document and one client may ask for: told before anything is read, and without a look twice at a fragment."""

from commerce.kit.limits.buckets import Allowance, Buckets, Level
from commerce.kit.limits.gate import Client, Gate
from commerce.kit.limits.rules import Limits
from commerce.kit.limits.weights import costs

__all__ = ["Allowance", "Buckets", "Client", "Gate", "Level", "Limits", "costs"]
