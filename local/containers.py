"""How a container of `sam local` reaches this machine."""

import os
import platform
from pathlib import Path
from typing import Final

_DOCKER_SOCKET: Final = Path("/var/run/docker.sock")
_DOCKER_BRIDGE: Final = "172.17.0.1"
_PODMAN_BRIDGE: Final = "10.88.0.1"


def bridge() -> str | None:
    """The address of this machine on the bridge of Docker or podman; None where containers reach 127.0.0.1 anyway."""
    if platform.system() != "Linux":
        return None
    engine = os.environ.get("DOCKER_HOST") or str(_DOCKER_SOCKET.resolve())
    return _DOCKER_BRIDGE if "podman" not in engine and _DOCKER_SOCKET.exists() else _PODMAN_BRIDGE


def host() -> str:
    """The name or address to use inside a container."""
    return bridge() or "host.docker.internal"
