"""Customers, as the API says them."""

from commerce.customers.graphql.addresses import AddressesMutation
from commerce.customers.graphql.consents import ConsentsMutation
from commerce.customers.graphql.groups import GroupsMutation, GroupsQuery
from commerce.customers.graphql.own import OwnMutation
from commerce.customers.graphql.requests import RequestsMutation, RequestsQuery
from commerce.customers.graphql.staff import StaffCustomersMutation, StaffCustomersQuery
from commerce.customers.graphql.types import Customer, customers_for

__all__ = ["Customer", "CustomersMutation", "CustomersQuery", "customers_for"]


class CustomersQuery(StaffCustomersQuery, GroupsQuery, RequestsQuery):
    pass


class CustomersMutation(
    OwnMutation, AddressesMutation, ConsentsMutation, RequestsMutation, StaffCustomersMutation, GroupsMutation
):
    pass
