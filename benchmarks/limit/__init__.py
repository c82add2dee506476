"""The limit: what Python can do with the same rows when everything is written by hand, for one request at a time.

Statements on asyncpg, dicts, orjson, a bare Starlette route: no GraphQL, no SQLAlchemy, nothing that could be used for
anything else. It reads what our server reads and gives the same JSON, which is checked before anything is measured.
"""
