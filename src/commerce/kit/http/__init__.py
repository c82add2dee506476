"""GraphQL over HTTP: one request in, one JSON answer out; whatever comes in, never a fault of form."""

from commerce.kit.http.endpoint import Endpoint
from commerce.kit.http.faults import NotRun
from commerce.kit.http.pipeline import Answer, Documents, Gate, Pipeline, Prepared
from commerce.kit.http.request import ANYTHING, LARGEST_BODY, READING, Asked, Malformed, asked_from, headers_of
from commerce.kit.http.response import JSON, RESPONSE_JSON, negotiated

__all__ = [
    "ANYTHING",
    "JSON",
    "LARGEST_BODY",
    "READING",
    "RESPONSE_JSON",
    "Answer",
    "Asked",
    "Documents",
    "Endpoint",
    "Gate",
    "Malformed",
    "NotRun",
    "Pipeline",
    "Prepared",
    "asked_from",
    "headers_of",
    "negotiated",
]
