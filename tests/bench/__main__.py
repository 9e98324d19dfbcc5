"""Run every benchmark beside this file, each in its own process: ``python tests/bench``."""

import subprocess
import sys
from pathlib import Path


def main():
    """Run all ``bench_*.py`` in order of name; return the number that failed."""
    failed = 0
    for path in sorted(Path(__file__).parent.glob("bench_*.py")):
        print(f"== {path.stem}", flush=True)
        code = subprocess.run([sys.executable, str(path)], check=False).returncode
        if code:
            print(f"{path.name} failed with exit code {code}", file=sys.stderr)
        failed += code != 0
    return failed


if __name__ == "__main__":
    sys.exit(1 if main() else 0)
