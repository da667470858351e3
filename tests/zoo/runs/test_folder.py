"""What a run's folder records of where it came from."""

import subprocess

from zoo.runs.folder import commit


def test_a_commit_says_whether_files_have_changed_since(tmp_path):
    """Weights that were trained by an edited recipe must not name the commit before it as theirs."""
    assert commit(tmp_path) is None

    def git(*arguments):
        identity = ("-c", "user.name=a", "-c", "user.email=a@b")
        return subprocess.run(
            ["git", "-C", tmp_path, *identity, *arguments], check=True, capture_output=True, text=True
        )

    git("init")
    recipe = tmp_path / "recipe.py"
    recipe.write_text("rate = 0.001")
    git("add", "recipe.py")
    git("commit", "-m", "recipe")
    git("tag", "-a", "1.0", "-m", "a tag does not take the place of the commit")
    head = git("rev-parse", "HEAD").stdout.strip()
    assert commit(tmp_path) == head
    recipe.write_text("rate = 0.002")
    assert commit(tmp_path) == f"{head}-dirty"
