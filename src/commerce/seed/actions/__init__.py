"""How a shop is filled: what the files say goes through the same actions as the API."""

from commerce.seed.actions.customers import let_demo_customer_in
from commerce.seed.actions.loading import load
from commerce.seed.actions.staff import let_demo_staff_in

__all__ = ["let_demo_customer_in", "let_demo_staff_in", "load"]
