"""A server starts soon and stays small: it loads only what it needs."""

import subprocess
import sys

NOT_NEEDED = {
    "aiosmtplib": "e-mails are handed in by the worker",
    "authlib": "providers are asked when somebody comes by them",
    "httpx": "services outside are asked when they are needed",
    "joserfc": "providers are asked when somebody comes by them",
    "PIL": "pictures are drawn by the seed",
    "alembic": "tables are changed by `commerce migrate`",
    "pgqueuer": "jobs are done by the worker",
    "stripe": "providers are loaded when they are set up",
    "yaml": "files are read by the seed",
}


def test_a_server_loads_nothing_that_only_other_commands_need() -> None:
    code = "import sys; import commerce.cli, commerce.app; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "commerce.schema" in loaded
    assert NOT_NEEDED.keys() & set(loaded) == set()
