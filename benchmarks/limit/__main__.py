"""Serve the limit with the settings of `commerce serve`: `python -m benchmarks.limit PORT`."""

import sys

import uvicorn

from benchmarks.limit.app import Limit

uvicorn.run(
    Limit().app(),
    host="127.0.0.1",
    port=int(sys.argv[1]),
    loop="auto" if sys.platform == "win32" else "uvloop",
    http="httptools",
    ws="none",
    lifespan="on",
    access_log=False,
    log_config=None,
    server_header=False,
)
