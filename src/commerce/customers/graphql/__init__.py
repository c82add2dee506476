"""Customers, as the API says them."""

from commerce.customers.graphql.own import OwnMutation
from commerce.customers.graphql.staff import StaffCustomersMutation, StaffCustomersQuery
from commerce.customers.graphql.types import Customer, customers_for

__all__ = ["Customer", "CustomersMutation", "CustomersQuery", "customers_for"]


class CustomersQuery(StaffCustomersQuery):
    pass


class CustomersMutation(OwnMutation, StaffCustomersMutation):
    pass
