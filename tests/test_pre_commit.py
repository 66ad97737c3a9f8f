"""The example of a pre-commit hook stops a commit with a wrong spec, and lets a sound one through."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CONFIG = Path(__file__).parents[1] / "examples" / "pre_commit" / ".pre-commit-config.yaml"

SOUND = "lego: 1\ninputs: {x: [N, 8]}\ngraph: [{Linear: 10}]\n"


@pytest.fixture
def git(tmp_path):
    """`git("commit", …)` in a repository with the hook, and with a folder `specs`."""
    bin = str(Path(sys.executable).parent)
    own = {"HOME": str(tmp_path), "PRE_COMMIT_HOME": str(tmp_path / "cache"), "GIT_CONFIG_NOSYSTEM": "1"}
    place = {"PATH": os.pathsep.join([bin, os.environ["PATH"]])}
    names = {f"GIT_{who}_{what}": "someone@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    repository = tmp_path / "repository"
    (repository / "specs").mkdir(parents=True)
    shutil.copy(CONFIG, repository)

    def run(*command):
        env = os.environ | own | place | names
        return subprocess.run(command, cwd=repository, env=env, capture_output=True, text=True)

    assert run("git", "init", "-q").returncode == 0
    assert run("git", "add", ".").returncode == 0
    done = run(sys.executable, "-m", "pre_commit", "install")
    assert done.returncode == 0, done.stdout + done.stderr
    return lambda *arguments: run("git", *arguments)


def test_the_hook(git, tmp_path):
    spec = tmp_path / "repository" / "specs" / "net.yaml"
    spec.write_text(SOUND.replace("Linear", "Liner"))
    assert git("add", ".").returncode == 0
    refused = git("commit", "-m", "wrong")
    assert refused.returncode == 1
    assert "specs/net.yaml:3:10: error[unknown-layer]" in refused.stdout + refused.stderr
    spec.write_text(SOUND)
    assert git("add", ".").returncode == 0
    taken = git("commit", "-m", "sound")
    assert taken.returncode == 0, taken.stdout + taken.stderr
    assert git("log", "--format=%s").stdout == "sound\n"
