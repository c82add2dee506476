"""The secret that the shop signs with."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from commerce.app import create_app
from commerce.settings import Environment, Settings, SettingsError


@pytest.mark.parametrize("secret", ["", "x" * 31])
def test_production_refuses_to_start_without_a_good_secret(secret: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError):
        Settings(env=Environment.PRODUCTION, secret=secret).signing_secret()
    monkeypatch.setenv("COMMERCE_ENV", "production")
    monkeypatch.setenv("COMMERCE_SECRET", secret)
    with pytest.raises(SystemExit, match=r"^commerce: COMMERCE_SECRET must have at least 32 characters\.$"):
        create_app()


def test_a_given_secret_is_taken_as_it_is(tmp_path: Path) -> None:
    for env in Environment:
        assert Settings(env=env, secret="x" * 32, data=tmp_path).signing_secret() == "x" * 32
    assert list(tmp_path.iterdir()) == []


def test_dev_makes_one_secret_for_all_processes_and_keeps_it_to_itself(tmp_path: Path) -> None:
    settings = Settings(env=Environment.DEV, secret="", data=tmp_path / "data")
    with ThreadPoolExecutor(8) as pool:
        secrets = set(pool.map(lambda _: settings.signing_secret(), range(8)))
    assert len(secrets) == 1
    assert len(secrets.pop()) >= 32
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["secret"]
    assert stat.S_IMODE((tmp_path / "data" / "secret").stat().st_mode) == 0o600
