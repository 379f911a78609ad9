"""build.py ENV: builds the functions and their layer for one environment of samconfig.toml.

The runtime and the processor are the template's parameters PythonRuntime and Architecture, as samconfig.toml overrides
them. What was built is good for these alone, so the built template takes no others. PYTHON_RUNTIME and PYTHON_PLATFORM
in the environment come first, for machines that run the functions themselves.
"""

import os
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parent.parent


class CloudFormationLoader(yaml.SafeLoader):
    """Reads a template whose functions have the short form, `!Ref`, and drops them: only plain values are needed."""


CloudFormationLoader.add_multi_constructor("!", lambda *_: None)


def main(environment: str) -> int:
    config = tomllib.loads((ROOT / "samconfig.toml").read_text()).get(environment, {})
    runtime, platform = _target(config)
    folder = ROOT / config.get("build", {}).get("parameters", {}).get("build_dir", ".aws-sam/build")
    done = subprocess.run(
        [os.environ.get("SAM", "sam"), "build", "--config-env", environment],
        cwd=ROOT,
        env={**os.environ, "PYTHON_RUNTIME": runtime, "PYTHON_PLATFORM": platform, "PYTHON": sys.executable},
        check=False,
    )
    if done.returncode:
        return done.returncode
    _compile(runtime, folder)
    _fix(folder / "template.yaml", PythonRuntime=runtime, Architecture=_architecture(platform))
    print(f"Built for {runtime} on {platform}.")
    return 0


def _target(config: dict[str, Any]) -> tuple[str, str]:
    """The runtime, such as python3.13, and uv's name of the platform."""
    template = CloudFormationLoader((ROOT / "template.yaml").read_text()).get_single_data()
    chosen = {name: parameter.get("Default") for name, parameter in template["Parameters"].items()}
    for section in ("global", "build", "deploy"):
        chosen |= _overrides(config.get(section, {}).get("parameters", {}).get("parameter_overrides", ""))
    runtime = os.environ.get("PYTHON_RUNTIME") or chosen["PythonRuntime"]
    processor = "aarch64" if chosen["Architecture"] == "arm64" else "x86_64"
    # python3.11 runs on Amazon Linux 2, whose C library is 2.26; the later ones on Amazon Linux 2023.
    library = "manylinux2014" if runtime == "python3.11" else "manylinux_2_28"
    return runtime, os.environ.get("PYTHON_PLATFORM") or f"{processor}-{library}"


def _overrides(written: str | list[str]) -> dict[str, str]:
    words = shlex.split(written) if isinstance(written, str) else written
    return dict(word.split("=", 1) for word in words)


def _architecture(platform: str) -> str:
    return "arm64" if platform.startswith("aarch64") else "x86_64"


def _compile(runtime: str, folder: Path) -> None:
    """Adds bytecode where an interpreter of the runtime's version is here.

    Lambda's folders are read-only, so without bytecode every cold start compiles anew. It names its source by hash,
    unchecked, because a zip file changes times.
    """
    version = runtime.removeprefix("python")
    find = [os.environ.get("UV", "uv"), "python", "find", "--no-python-downloads", "--no-project", version]
    found = subprocess.run(find, capture_output=True, text=True, check=False)
    if found.returncode:
        print(f"No Python {version} is here: the build goes without bytecode, and cold starts will be slower.")
        return
    compileall = ["-m", "compileall", "-q", "-j", "0", "--invalidation-mode", "unchecked-hash", str(folder)]
    subprocess.run([found.stdout.strip(), *compileall], check=True)


def _fix(path: Path, **values: str) -> None:
    """Leaves these parameters of the built template one value each."""
    template = yaml.safe_load(path.read_text())
    for name, value in values.items():
        template["Parameters"][name] |= {"Default": value, "AllowedValues": [value]}
    path.write_text(yaml.safe_dump(template, sort_keys=False))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
