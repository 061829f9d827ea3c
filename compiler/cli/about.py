"""``slo schema``, ``list``, ``version`` and ``completion``: what the compiler says about itself."""

from __future__ import annotations

import inspect
import json

import click
from click.shell_completion import get_completion_class

from compiler import __version__
from compiler.artifact import Emitter
from compiler.diagnostics import ToolError


@click.command()
def schema() -> None:
    """Print the JSON Schema of slo/, for editors.

    \b
    slo schema > slo/schema.json
    and as first line of slo/checkout.yaml:  # yaml-language-server: $schema=schema.json
    """
    from compiler.schema.export import json_schema

    click.echo(json.dumps(json_schema(), indent=2))


@click.command("list")
def listing() -> None:
    """List what there is: documents, indicators, recipes, outputs, checks, causes, policies.

    \b
    slo list
    """
    for title, rows in _sections().items():
        click.echo(f"{title}:")
        width = max(len(name) for name, _ in rows) + 2
        for name, text in rows:
            click.echo(f"  {name:<{width}}{text}".rstrip())


def _sections() -> dict[str, list[tuple[str, str]]]:
    from compiler.burn.policy import BUILT_IN
    from compiler.checks.run import checks
    from compiler.pipeline import emitters
    from compiler.recipes import recipes
    from compiler.rules.texts.diagnosis import causes
    from compiler.schema.documents import DOCUMENTS, kinds

    return {
        "documents": [(name, entry.doc) for name, entry in DOCUMENTS.items()],
        "indicators": [(kind.kind, kind.doc) for kind in kinds()],
        "recipes": [(name, recipe.doc) for name, recipe in recipes().items()],
        "outputs": [(emitter.output, _said(emitter)) for emitter in emitters()],
        "checks": [(_codes(check.codes), check.doc) for check in checks()],
        "causes": [(cause.name, cause.title) for cause in causes()],
        "policies": [(name, "Built in; BurnRatePolicy documents add others.") for name in BUILT_IN],
    }


def _said(emitter: Emitter) -> str:
    """The first line of the module that an output is made in."""
    module = inspect.getmodule(emitter.service or emitter.platform)
    return (module.__doc__ or "").strip().split("\n")[0].replace("``", "") if module else ""


def _codes(codes: tuple[str, ...]) -> str:
    return ", ".join(codes) if len(codes) < 3 else f"{codes[0]} to {codes[-1]}"


@click.command()
def version() -> None:
    """Print the version.

    \b
    slo version
    """
    click.echo(f"slo-compiler {__version__}")


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print shell completion.

    \b
    eval "$(slo completion bash)"                              in ~/.bashrc
    eval "$(slo completion zsh)"                               in ~/.zshrc
    slo completion fish > ~/.config/fish/completions/slo.fish
    """
    made = get_completion_class(shell)
    if made is None:
        raise ToolError(f"no completion for {shell}")
    click.echo(made(context.find_root().command, {}, "slo", "_SLO_COMPLETE").source())
