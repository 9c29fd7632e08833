import os
import subprocess
import sys


def test_a_developer_needs_no_environment(root, tmp_path):
    kept = {name: value for name, value in os.environ.items() if name == "PATH" or name.startswith("COVERAGE")}
    var_dir = tmp_path / "made" / "var"
    environment = kept | {"SEARCHSVC_VAR_DIR": str(var_dir)}
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    ran = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")
    assert (var_dir / "searchsvc.sqlite3").exists()
